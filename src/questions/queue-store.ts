import type { Transaction } from 'kysely';
import { timestamp } from '../clock.ts';
import type { ChannelName } from '../config.ts';
import type { NewMessage } from '../delivery/outbox-store.ts';
import type { Reach } from '../people/reach.ts';
import type { QueueState, Schema } from '../store/schema.ts';
import { createQueueAsking, type QueueAsking } from './queue-asking-store.ts';
import {
  describe,
  groupRow,
  isWithin,
  newId,
  noticeTo,
  questionRows,
  todayOf,
  type GroupRow,
  type Handle,
  type QuestionRow,
  type QueueDeps,
  type QueueGroup,
} from './queue-groups.ts';
import { ASK_BACK_DAYS, createQueueTending, type QueueTending } from './queue-tending-store.ts';
import { answeredText, closedText, passedText, takenOverText } from './queue-texts.ts';
import { chatsOf, reachingAll, type Responsible } from './responsible-store.ts';

/** Who does something with a question. */
export interface QueueOfficer {
  /** As in an audit entry. */
  actor: string;
  reach: Reach;
}

/** What became of an officer's action; `late`: another officer was faster, nothing was changed. */
export type Changed = { outcome: 'done' | 'late'; group: QueueGroup } | { outcome: 'gone' };

/** Questions handed to officers: who sees to them, the answers, what is due. */
export interface QueueStore extends QueueAsking, QueueTending {
  /** Undefined: there is none, or it is beyond the reach. */
  group(id: string, reach: Reach): Promise<QueueGroup | undefined>;
  /** Those in this state within the reach, oldest first; answered ones newest first. */
  list(reach: Reach, state: 'open' | 'answered'): Promise<QueueGroup[]>;
  /** The officer sees to it from now on, also when another one did; that one is told. */
  take(id: string, version: number, by: QueueOfficer): Promise<Changed>;
  /** It waits for somebody else again. */
  release(id: string, version: number, by: QueueOfficer): Promise<Changed>;
  /** Tells all who asked. @param markdown what they are told, if it is an entry; else the officer's words as they are */
  answer(
    id: string,
    version: number,
    by: QueueOfficer,
    answer: { text: string } | { entryId: string; markdown: string },
  ): Promise<Changed>;
  /** Closes it and tells all who asked; @param reason undefined: it was answered before */
  close(id: string, version: number, by: QueueOfficer, reason: string | undefined): Promise<Changed>;
  /** Whom the group can be passed on to: everybody else whose word reaches all who asked. */
  others(id: string, by: QueueOfficer): Promise<Responsible[]>;
  /** Another officer sees to it from now on. @param to one of `others` */
  pass(id: string, version: number, by: QueueOfficer, to: string): Promise<Changed>;
  /** Takes one question out of its group, for it asks something else. */
  separate(id: string, version: number, by: QueueOfficer, questionId: string): Promise<Changed>;
}

export function createQueueStore(deps: QueueDeps): QueueStore {
  const { db, clock, outbox, admins } = deps;
  const now = (): string => timestamp(clock.now());

  /**
   * An officer's action on what of a group is within reach, in one transaction. What is not within reach becomes a group
   * of its own, so that nobody answers for others.
   *
   * @param on the states that it is possible in; `own`: only for who has taken the group
   */
  async function act(
    id: string,
    version: number,
    by: QueueOfficer,
    on: { states: readonly QueueState[]; own?: boolean },
    change: (
      transaction: Transaction<Schema>,
      row: GroupRow,
      questions: QuestionRow[],
    ) => Partial<GroupRow> | 'late' | Promise<Partial<GroupRow> | 'late'>,
  ): Promise<Changed> {
    const outcome = await db.transaction().execute(async (transaction) => {
      const row = await groupRow(transaction, id);
      const questions = row ? await questionRows(transaction, [id]) : [];
      const own = questions.filter(({ path }) => isWithin(by.reach, path));
      if (!row || own.length === 0) return 'gone';
      const inTurn = row.version === version && on.states.includes(row.state);
      if (!inTurn || (on.own === true && row.owner !== by.actor)) return 'late';
      const changed = await change(transaction, row, own);
      if (changed === 'late') return 'late';
      if (own.length < questions.length) {
        const rest = { ...row, id: newId(), ...(row.owner === by.actor ? NOBODYS : {}) };
        await transaction.insertInto('queue_groups').values(rest).execute();
        const beyond = questions.filter((question) => !own.includes(question));
        await moveQuestions(transaction, beyond, rest.id);
      }
      await transaction
        .updateTable('queue_groups')
        .set({ ...changed, version: version + 1 })
        .where('id', '=', id)
        .execute();
      return 'done';
    });
    const group = outcome === 'gone' ? undefined : await groupFor(db, id, by.reach);
    return group && outcome !== 'gone' ? { outcome, group } : { outcome: 'gone' };
  }

  /** To everybody who asked, where they asked. */
  async function tellAskers(
    transaction: Transaction<Schema>,
    questions: readonly QuestionRow[],
    what: string,
    text: (question: QuestionRow) => NewMessage['message'],
  ): Promise<void> {
    const messages = questions.flatMap((question): NewMessage[] => {
      const { id, channel, chat_id, person_id } = question;
      if (channel === null || chat_id === null) return [];
      return [
        {
          key: `queue-${what}:${id}`,
          class: 'answer',
          channel: channel as ChannelName,
          chatId: chat_id,
          ...(person_id === null ? {} : { personId: person_id }),
          message: text(question),
          dueAt: clock.now(),
        },
      ];
    });
    await outbox.enqueue(transaction, messages);
  }

  async function groupFor(handle: Handle, id: string, reach: Reach): Promise<QueueGroup | undefined> {
    const row = await groupRow(handle, id);
    return row && (await describe(handle, [row], reach, todayOf(deps)))[0];
  }

  return {
    ...createQueueAsking(deps),
    ...createQueueTending(deps),
    group: (id, reach) => groupFor(db, id, reach),

    async list(reach, state) {
      const rows = await db
        .selectFrom('queue_groups')
        .selectAll()
        .where('state', 'in', state === 'open' ? ['new', 'taken'] : ['answered'])
        .orderBy(state === 'open' ? 'created_at' : 'answered_at', state === 'open' ? 'asc' : 'desc')
        .orderBy('id')
        .execute();
      return describe(db, rows, reach, todayOf(deps));
    },

    take: (id, version, by) =>
      act(id, version, by, { states: ['new', 'taken'] }, async (transaction, row, questions) => {
        if (row.owner !== null && row.owner !== by.actor) {
          const [before] = await chatsOf(transaction, [row.owner]);
          const message = takenOverText(questions[0]?.text ?? '');
          if (before)
            await outbox.enqueue(transaction, [
              noticeTo(before, { key: `queue-over:${id}:${version}`, about: id, message, dueAt: clock.now() }),
            ]);
        }
        return { state: 'taken', owner: by.actor };
      }),

    release: (id, version, by) => act(id, version, by, OWN, () => NOBODYS),

    answer: (id, version, by, answer) =>
      act(id, version, by, OWN, async (transaction, _row, questions) => {
        const until = todayOf(deps).add({ days: ASK_BACK_DAYS });
        await tellAskers(transaction, questions, 'answer', ({ id: questionId, text, follows }) =>
          answeredText({
            questionId,
            text,
            answer: 'text' in answer ? { text: answer.text } : { markdown: answer.markdown },
            askBackUntil: follows === null ? until : undefined,
          }),
        );
        return {
          // Whoever asked back has asked their last.
          ...(questions.every(({ follows }) => follows !== null)
            ? { state: 'closed', closed_at: now() }
            : { state: 'answered' }),
          answer: 'text' in answer ? answer.text : null,
          entry_id: 'entryId' in answer ? answer.entryId : null,
          answered_by: by.actor,
          answered_at: now(),
        };
      }),

    close: (id, version, by, reason) =>
      act(id, version, by, reason === undefined ? ANSWERED : OWN, async (transaction, _row, questions) => {
        await tellAskers(transaction, questions, 'closed', ({ text }) => closedText(text, reason));
        return { state: 'closed', closed_at: now(), ...(reason === undefined ? {} : { answer: reason }) };
      }),

    async others(id, by) {
      const questions = await questionRows(db, [id]);
      const mine = questions.filter(({ path }) => isWithin(by.reach, path));
      if (mine.length === 0) return [];
      const units = [...new Set(mine.map(({ unit_id }) => unit_id ?? undefined))];
      return (await reachingAll(db, units, admins)).filter(({ actor }) => actor !== by.actor);
    },

    pass: (id, version, by, to) =>
      act(id, version, by, OWN, async (transaction, row, questions) => {
        const units = [...new Set(questions.map(({ unit_id }) => unit_id ?? undefined))];
        const may = await reachingAll(transaction, units, admins);
        if (!may.some(({ actor }) => actor === to)) return 'late';
        const [chat] = await chatsOf(transaction, [to]);
        const message = passedText(id, questions[0]?.text ?? '', Temporal.PlainDate.from(row.due_on));
        if (chat)
          await outbox.enqueue(transaction, [
            noticeTo(chat, { key: `queue-pass:${id}:${version}`, about: id, message, dueAt: clock.now() }),
          ]);
        return { owner: to };
      }),

    separate: (id, version, by, questionId) =>
      act(id, version, by, { states: ['new', 'taken'] }, async (transaction, row, questions) => {
        const apart = questions.find((one) => one.id === questionId);
        if (!apart || questions.length < 2) return 'late';
        const alone = { ...row, id: newId(), version: 0 };
        await transaction.insertInto('queue_groups').values(alone).execute();
        await moveQuestions(transaction, [apart], alone.id);
        return {};
      }),
  };
}

const OWN = { states: ['taken'], own: true } as const;
const ANSWERED = { states: ['answered'] } as const;
const NOBODYS = { state: 'new', owner: null } as const;
async function moveQuestions(handle: Handle, questions: readonly QuestionRow[], groupId: string): Promise<void> {
  await handle
    .updateTable('queue_questions')
    .set({ group_id: groupId })
    .where(
      'id',
      'in',
      questions.map(({ id }) => id),
    )
    .execute();
}
