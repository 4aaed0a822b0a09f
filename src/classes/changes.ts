import type { Transaction } from 'kysely';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { ChannelName } from '../config.ts';
import type { NewMessage, OutboxStore } from '../delivery/outbox-store.ts';
import { heardAt, recipientsOf } from '../people/recipients-store.ts';
import type { Schema } from '../store/schema.ts';
import type { ClassPlan, PlannedSession } from './class-plan.ts';
import { timeWords } from './session-words.ts';
import type { Session, TrainingClass } from './training-class.ts';

/** What those concerned are told about a change. */
export interface ChangeText {
  markdown: string;
  /** When it is of no more use: the last of the times that it is about. */
  expiresAt: Temporal.Instant;
}

/** What a plan means for those in the class; undefined: nothing that they have to know, or nothing that lies ahead. */
export function changeText(plan: ClassPlan, timeZone: string, now: Temporal.Instant): ChangeText | undefined {
  const { before, draft } = plan;
  if (!before || before.state === 'cancelled') return undefined;
  const lines: string[] = [];
  const times: Temporal.Instant[] = [];
  const isAhead = (time: Temporal.Instant): boolean => Temporal.Instant.compare(time, now) > 0;
  const ahead = plan.sessions.map((one) => (one.change === 'same' ? one.before : one.draft)).filter(isPlanned);
  if (before.place !== draft.place) {
    const inPlace = ahead.filter(({ place, startsAt }) => place === undefined && isAhead(startsAt));
    if (inPlace.length > 0) {
      lines.push(`Đổi lịch: lớp học tại ${escapeMarkdown(draft.place)}, trước là ${escapeMarkdown(before.place)}.`);
      times.push(...inPlace.map(({ startsAt }) => startsAt));
    }
  }
  for (const planned of plan.sessions) {
    if (planned.change === 'same') continue;
    const concerned = planned.change === 'add' ? [planned.draft] : [planned.before, planned.draft];
    if (!concerned.some(({ startsAt }) => isAhead(startsAt))) continue;
    const line = sessionLine(planned, before, draft.place, timeZone);
    if (line === undefined) continue;
    lines.push(line);
    times.push(...concerned.map(({ startsAt }) => startsAt));
  }
  if (lines.length === 0) return undefined;
  const head = `**Lớp ${escapeMarkdown(before.code)}** (${escapeMarkdown(draft.title)}) có thay đổi:`;
  return { markdown: `${head}\n\n${lines.map((line) => `- ${line}`).join('\n')}`, expiresAt: last(times) };
}

/** The whole class is off; undefined: it was over already. */
export function cancelledText(
  { code, title }: TrainingClass,
  sessions: readonly Session[],
  now: Temporal.Instant,
): ChangeText | undefined {
  const ahead = sessions.filter((session) => isPlanned(session) && Temporal.Instant.compare(session.startsAt, now) > 0);
  if (ahead.length === 0) return undefined;
  return {
    markdown: `**Lớp ${escapeMarkdown(code)}** (${escapeMarkdown(title)}) **đã hủy**. Các buổi học sắp tới không diễn ra. Có lịch mới, tôi sẽ báo đồng chí.`,
    expiresAt: last(ahead.map(({ startsAt }) => startsAt)),
  };
}

/**
 * Puts the text into the outbox for everybody in the class, and for its group chat: once for each version of the class.
 * Who wants nothing is left out; who wants silence until a date gets it afterwards, if it is still of use then.
 *
 * @returns how many messages
 */
export async function tellClass(
  transaction: Transaction<Schema>,
  outbox: Pick<OutboxStore, 'enqueue'>,
  { id, sequence, group }: TrainingClass,
  { markdown, expiresAt }: ChangeText,
  { now, timeZone }: { now: Temporal.Instant; timeZone: string },
): Promise<number> {
  const rows = await transaction
    .selectFrom('enrolments')
    .select('person_id')
    .where('class_id', '=', id)
    .where('state', 'in', ['enrolled', 'waiting'])
    .execute();
  const recipients = await recipientsOf(
    transaction,
    rows.flatMap(({ person_id }) => person_id ?? []),
  );
  const messages: NewMessage[] = [];
  const common = { class: 'reminder' as const, groupId: `change:${id}`, message: { markdown }, expiresAt };
  for (const recipient of recipients.values()) {
    const dueAt = heardAt(recipient, now, timeZone);
    if (Temporal.Instant.compare(dueAt, expiresAt) >= 0) continue;
    const { personId, channel, chatId } = recipient;
    messages.push({ ...common, channel, chatId, personId, key: `change:${id}:${sequence}:${personId}`, dueAt });
  }
  if (group) {
    const to = { channel: group.channel as ChannelName, chatId: group.chatId };
    messages.push({ ...common, ...to, key: `change:${id}:${sequence}:group`, dueAt: now });
  }
  return messages.length === 0 ? 0 : outbox.enqueue(transaction, messages);
}

function sessionLine(
  planned: Exclude<PlannedSession, { change: 'same' }>,
  before: TrainingClass,
  placeNow: string,
  timeZone: string,
): string | undefined {
  const { draft } = planned;
  const topic = `**${escapeMarkdown(draft.topic)}**`;
  const time = timeWords(draft, timeZone);
  const place = escapeMarkdown(draft.place ?? placeNow);
  switch (planned.change) {
    case 'add':
      return draft.state === 'planned' ? `Thêm buổi: ${topic}, ${time}, tại ${place}.` : undefined;
    case 'cancel':
      return `Hủy buổi: ${topic}, ${timeWords(planned.before, timeZone)}. Buổi này không học nữa.`;
    case 'restore':
      return `Học lại buổi đã hủy: ${topic}, ${time}, tại ${place}.`;
    case 'change': {
      const old = planned.before;
      if (old.state === 'cancelled') return undefined;
      const parts: string[] = [];
      if (!old.startsAt.equals(draft.startsAt) || !old.endsAt.equals(draft.endsAt)) {
        parts.push(`${time}, trước là ${timeWords(old, timeZone)}`);
      }
      // A change of the class's own place is told once, for all.
      if (old.place !== draft.place) {
        parts.push(`tại ${place}, trước là ${escapeMarkdown(old.place ?? before.place)}`);
      }
      if (old.lecturer !== draft.lecturer) {
        const was = old.lecturer === undefined ? '' : `, trước là ${escapeMarkdown(old.lecturer)}`;
        parts.push(`báo cáo viên ${escapeMarkdown(draft.lecturer ?? 'sẽ báo sau')}${was}`);
      }
      if (parts.length === 0) return undefined;
      const when = parts[0]?.startsWith(time) === true ? '' : ` (${time})`;
      return `Đổi lịch: ${topic}${when}: ${parts.join('; ')}.`;
    }
  }
}

function isPlanned({ state }: { state: Session['state'] }): boolean {
  return state === 'planned';
}

function last(times: readonly Temporal.Instant[]): Temporal.Instant {
  return times.reduce((latest, time) => (Temporal.Instant.compare(time, latest) > 0 ? time : latest));
}
