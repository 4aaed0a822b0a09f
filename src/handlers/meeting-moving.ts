import type { Incoming, Outgoing } from '../bot/channel.ts';
import { dayWords } from '../classes/session-words.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { Meeting } from '../meetings/duties.ts';
import { MEETINGS, occurrenceWords } from '../meetings/duty-texts.ts';
import type { Holidays } from '../meetings/holidays.ts';
import type { ChangeBy, MeetingsStore } from '../meetings/meetings-store.ts';
import { startOf } from '../meetings/recurrence.ts';
import { readMeeting } from '../meetings/typed-meeting.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, paragraphs, say, type Feature } from './feature.ts';
import { agrees, disagrees } from './meeting-recording.ts';
import type { MeetingRights } from './meeting-rights.ts';

const MOVE = 'meeting-move';

/** What the dialog keeps; `to`: when it would begin, shown to be agreed to. */
interface State {
  id: string;
  date: string;
  to?: string;
}

export interface MeetingMovingDeps {
  meetings: Pick<MeetingsStore, 'byId' | 'change' | 'toBeTold'>;
  dialogs: Dialogs;
  holidays: Holidays;
  rights: (message: Incoming) => Promise<MeetingRights>;
  /** When the meeting of this date would begin by its rule; undefined: there is none. */
  plannedOn: (meeting: Meeting, date: string) => Temporal.Instant | undefined;
  /** Who does it, and what the others are told. */
  by: (message: Incoming, meeting: Meeting, what: string) => Promise<ChangeBy>;
  today: () => Temporal.PlainDate;
  clock: Clock;
  timeZone: string;
}

/** Moving one meeting to another day: the day, what would change and who is told, "Đồng ý". */
export interface MeetingMoving {
  ask(message: Incoming, meeting: Meeting, date: string): Promise<Outgoing[] | undefined>;
  /** Undefined: nothing was shown to be agreed to. */
  carryOut(message: Incoming, meeting: Meeting, date: string): Promise<Outgoing[] | undefined>;
  dialogs: NonNullable<Feature['dialogs']>;
}

export function createMeetingMoving(deps: MeetingMovingDeps): MeetingMoving {
  const { meetings, dialogs, holidays, clock, timeZone } = deps;

  const wordsOf = (at: Temporal.Instant): string => dayWords(at.toZonedDateTimeISO(timeZone));
  const newWords = (meeting: Meeting, date: string, startsAt: Temporal.Instant): string =>
    occurrenceWords({ meeting, date, startsAt, decided: true }, timeZone);
  const change = (message: Incoming, meeting: Meeting, date: string, planned: Temporal.Instant, to: Temporal.Instant) =>
    deps.by(message, meeting, `kỳ ${wordsOf(planned)} dời sang ${newWords(meeting, date, to)}.`);

  async function ask(message: Incoming, meeting: Meeting, date: string): Promise<Outgoing[] | undefined> {
    const planned = deps.plannedOn(meeting, date);
    if (!planned) return undefined;
    await dialogs.open(message, MOVE, { id: meeting.id, date } satisfies State);
    return say(`Dời kỳ họp **${wordsOf(planned)}** sang ngày nào? Đồng chí gõ ví dụ: 6/12 19:30.`);
  }

  async function preview(message: Incoming, meeting: Meeting, date: string): Promise<Outgoing[] | undefined> {
    const planned = deps.plannedOn(meeting, date);
    if (!planned) return undefined;
    const read = readMeeting(message.text, deps.today());
    if ('mistake' in read || read.value.rule.kind !== 'once') return dialogs.misread(message, WHICH_DAY);
    const { rule } = read.value;
    const day = Temporal.PlainDate.from(rule.date);
    const to = startOf({ time: rule.time ?? meeting.rule.time }, day, timeZone);
    if (Temporal.Instant.compare(to, clock.now()) <= 0) return say(WHICH_DAY);
    await dialogs.open(message, MOVE, { id: meeting.id, date, to: timestamp(to) } satisfies State);
    const { actor, markdown } = await change(message, meeting, date, planned, to);
    const told = await meetings.toBeTold(meeting, actor);
    const holiday = holidays.get(day.toString());
    const text = paragraphs(
      `Kỳ họp **${wordsOf(planned)}** sẽ dời sang **${newWords(meeting, date, to)}**.`,
      holiday === undefined ? '' : `Lưu ý: ngày này là **${holiday}**.`,
      told === 0
        ? 'Không có bí thư nào khác phải báo.'
        : `${told} bí thư khác sẽ nhận được tin báo sau:\n\n> ${markdown}`,
    );
    return say(text, [
      { id: choiceId(MEETINGS, 'moved', meeting.id, date), label: 'Đồng ý' },
      { id: choiceId(MEETINGS, 'move', meeting.id, date), label: 'Sửa' },
    ]);
  }

  async function carryOut(message: Incoming, meeting: Meeting, date: string): Promise<Outgoing[] | undefined> {
    const state = (await dialogs.state(message, MOVE)) as State | undefined;
    const planned = deps.plannedOn(meeting, date);
    if (!planned || state?.id !== meeting.id || state.date !== date || state.to === undefined) return undefined;
    const to = Temporal.Instant.from(state.to);
    if (Temporal.Instant.compare(to, clock.now()) <= 0) return say(WHICH_DAY);
    await dialogs.close(message);
    await meetings.change(meeting, date, to, await change(message, meeting, date, planned, to));
    return say(`Đã dời kỳ họp sang ${newWords(meeting, date, to)}.`, [
      { id: choiceId(MEETINGS, 'move', meeting.id, date), label: 'Dời sang ngày khác' },
      { id: choiceId(MEETINGS, 'keep', meeting.id, date), label: 'Theo đúng lịch' },
    ]);
  }

  return {
    ask,
    carryOut,
    dialogs: {
      async [MOVE](message, kept) {
        const { id, date, to } = kept as State;
        if (message.text.includes('?')) return undefined;
        const meeting = await meetings.byId(id);
        if (!meeting || !(await (await deps.rights(message)).mayChange(meeting))) return undefined;
        if (to !== undefined && agrees(message.text)) return carryOut(message, meeting, date);
        if (to !== undefined && disagrees(message.text)) return ask(message, meeting, date);
        return preview(message, meeting, date);
      },
    },
  };
}

const WHICH_DAY = 'Đồng chí gõ ngày sắp tới và giờ họp, ví dụ: 6/12 19:30. (Gõ /huy để thôi.)';
