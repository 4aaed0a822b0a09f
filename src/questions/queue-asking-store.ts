import type { Selectable } from 'kysely';
import { timestamp } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import { addWorkingDays } from '../people/working-days.ts';
import type { QueueState, Schema } from '../store/schema.ts';
import { withoutPersonalNumbers } from './personal-numbers.ts';
import { ALIKE, likeness, type QuestionTerms } from './question-terms.ts';
import {
  groupRow,
  newId,
  noticesOf,
  noticeTo,
  questionRows,
  seesTo,
  todayOf,
  type GroupRow,
  type Handle,
  type QueueDeps,
} from './queue-groups.ts';
import { addedText, newQuestionText } from './queue-texts.ts';
import { reachingAll } from './responsible-store.ts';

/** How soon somebody should be answered. */
const ANSWER_WORKING_DAYS = 2;
/** Questions of one person that can wait at a time. */
const MOST_WAITING = 10;
/** All words that are added to a question; each time officers are told. UTF-16 units. */
const LONGEST_ADDED = 3000;

/** A question for officers. */
export interface NewQuestion {
  /** Where the answer goes. */
  account: AccountRef;
  /** Undefined: somebody who is not registered. */
  personId: string | undefined;
  text: string;
  /** What they wrote besides. */
  added?: string | undefined;
  /** `author`: as in an audit entry; they are the first to be told. */
  source: { kind: 'question' } | { kind: 'announcement'; announcementId: string; author: string };
  /** Of the handbook; undefined: that of the nearest entry. */
  field?: string | undefined;
  /** The asker's, whose officers see the question; undefined: admins only. */
  unitId?: string | undefined;
}

export type Added =
  | { outcome: 'added'; questionId: string; groupId: string; dueOn: Temporal.PlainDate }
  /** The same person has asked the same and waits for the answer. */
  | { outcome: 'known'; dueOn: Temporal.PlainDate }
  | { outcome: 'too many' };

/** `too much`: more than officers can be asked to read; `gone`: it does not wait, any more. */
export type AddedWords = 'added' | 'too much' | 'gone';

/** What those who ask do with their questions. */
export interface QueueAsking {
  /**
   * Puts a question in, with those that ask the same, and tells the officers responsible. Numbers that identify people
   * are cut from it.
   */
  add(question: NewQuestion): Promise<Added>;
  /** The asker adds words to a question that waits. */
  addWords(account: AccountRef, questionId: string, text: string): Promise<AddedWords>;
  /** The asker takes back a question that waits; false: it does not, any more. */
  withdraw(account: AccountRef, questionId: string): Promise<boolean>;
  /** Whether the asker of this question may ask back now: once, as long as it is not closed. */
  mayAskBack(account: AccountRef, questionId: string): Promise<boolean>;
  /** False: may not, any more. */
  askBack(account: AccountRef, questionId: string, text: string): Promise<boolean>;
  /** What this person's questions are, with the words that were added, for `/dulieu`. */
  ofPerson(personId: string): Promise<{ text: string; askedAt: Temporal.Instant; state: QueueState }[]>;
}

export function createQueueAsking(deps: QueueDeps): QueueAsking {
  const { db, clock, outbox, admins, readTerms } = deps;
  const now = (): string => timestamp(clock.now());

  async function insertGroup(
    handle: Handle,
    row: Pick<GroupRow, 'field'> & Partial<Pick<GroupRow, 'state' | 'owner' | 'announcement_id' | 'author'>>,
  ): Promise<GroupRow> {
    const fresh = {
      id: newId(),
      state: 'new' as const,
      version: 0,
      owner: null,
      announcement_id: null,
      author: null,
      created_at: now(),
      due_on: addWorkingDays(todayOf(deps), ANSWER_WORKING_DAYS, deps.holidays).toString(),
      ...NOT_ANSWERED,
      ...row,
    };
    await handle.insertInto('queue_groups').values(fresh).execute();
    return fresh;
  }

  /** The open group whose questions are most like this one, of those whose owner may answer this asker. */
  async function findGroup(handle: Handle, question: NewQuestion, terms: QuestionTerms): Promise<GroupRow | undefined> {
    const { source, unitId } = question;
    const announcement = source.kind === 'announcement' ? source.announcementId : null;
    const rows = await handle
      .selectFrom('queue_questions')
      .innerJoin('queue_groups', 'queue_groups.id', 'queue_questions.group_id')
      .select(['queue_groups.id', 'queue_groups.owner', 'queue_questions.terms'])
      .where('queue_groups.state', 'in', ['new', 'taken'])
      .where('queue_questions.follows', 'is', null)
      .where('queue_groups.announcement_id', announcement === null ? 'is' : '=', announcement)
      .orderBy('queue_questions.asked_at')
      .orderBy('queue_questions.id')
      .execute();
    const alike = rows
      .map((row) => ({ ...row, likeness: likeness(terms, JSON.parse(row.terms) as QuestionTerms) }))
      .filter((row) => row.likeness >= ALIKE)
      .toSorted((a, b) => b.likeness - a.likeness);
    if (alike.length === 0) return undefined;
    const may = new Set((await reachingAll(handle, [unitId], admins)).map(({ actor }) => actor));
    const best = alike.find(({ owner }) => owner === null || may.has(owner));
    return best && groupRow(handle, best.id);
  }

  /** A question of this account's in a group of these states. */
  async function ownQuestion(
    handle: Handle,
    { channel, userId }: AccountRef,
    questionId: string,
    states: readonly QueueState[],
  ): Promise<Selectable<Schema['queue_questions']> | undefined> {
    return handle
      .selectFrom('queue_questions')
      .innerJoin('queue_groups', 'queue_groups.id', 'queue_questions.group_id')
      .selectAll('queue_questions')
      .where('queue_questions.id', '=', questionId)
      .where('queue_questions.channel', '=', channel)
      .where('queue_questions.chat_id', '=', userId)
      .where('queue_groups.state', 'in', states)
      .executeTakeFirst();
  }

  /** The answered question that this account may ask back about. */
  async function answeredOnce(
    handle: Handle,
    account: AccountRef,
    questionId: string,
  ): Promise<Selectable<Schema['queue_questions']> | undefined> {
    const question = await ownQuestion(handle, account, questionId, ['answered']);
    if (question?.follows !== null) return undefined;
    const back = await handle
      .selectFrom('queue_questions')
      .select('id')
      .where('follows', '=', questionId)
      .executeTakeFirst();
    return back ? undefined : question;
  }

  return {
    add(question) {
      const text = kept(question.text);
      const added = question.added === undefined ? undefined : kept(question.added);
      const near = deps.nearest(text);
      const terms = readTerms(text);
      const { account, personId, source, unitId } = question;
      const field = question.field ?? near.field;
      return db.transaction().execute(async (transaction): Promise<Added> => {
        const waiting = await transaction
          .selectFrom('queue_questions')
          .innerJoin('queue_groups', 'queue_groups.id', 'queue_questions.group_id')
          .select(['queue_questions.text', 'queue_questions.added', 'queue_groups.due_on'])
          .where('queue_groups.state', 'in', ['new', 'taken'])
          .where((eb) =>
            eb.or([
              eb.and([eb('channel', '=', account.channel), eb('chat_id', '=', account.userId)]),
              eb('person_id', '=', personId ?? null),
            ]),
          )
          .execute();
        const same = waiting.find((one) => one.text === text && one.added === (added ?? null));
        if (same) return { outcome: 'known', dueOn: Temporal.PlainDate.from(same.due_on) };
        if (waiting.length >= MOST_WAITING) return { outcome: 'too many' };
        const group =
          (await findGroup(transaction, question, terms)) ??
          (await insertGroup(transaction, {
            field: field ?? null,
            announcement_id: source.kind === 'announcement' ? source.announcementId : null,
            author: source.kind === 'announcement' ? source.author : null,
          }));
        const questionId = newId();
        await transaction
          .insertInto('queue_questions')
          .values({
            id: questionId,
            group_id: group.id,
            person_id: personId ?? null,
            channel: account.channel,
            chat_id: account.userId,
            unit_id: unitId ?? null,
            text,
            added: added ?? null,
            terms: JSON.stringify(terms),
            asked_at: now(),
          })
          .execute();
        const to = await seesTo(transaction, group, admins);
        const message = newQuestionText({
          groupId: group.id,
          text,
          added,
          near,
          dueOn: Temporal.PlainDate.from(group.due_on),
          about: source.kind === 'announcement' ? 'announcement' : 'matter',
        });
        const notice = { about: group.id, message, dueAt: clock.now() };
        // Each officer once for each group, however many join it.
        await outbox.enqueue(
          transaction,
          to.map((one) => noticeTo(one, { ...notice, key: `queue:${group.id}:${one.actor}` })),
        );
        return { outcome: 'added', questionId, groupId: group.id, dueOn: Temporal.PlainDate.from(group.due_on) };
      });
    },

    addWords: (account, questionId, words) =>
      db.transaction().execute(async (transaction): Promise<AddedWords> => {
        const question = await ownQuestion(transaction, account, questionId, ['new', 'taken']);
        const group = question && (await groupRow(transaction, question.group_id));
        if (!group) return 'gone';
        const added = [question.added, kept(words)].filter((part) => part !== null).join('\n');
        if (added.length > LONGEST_ADDED) return 'too much';
        await transaction.updateTable('queue_questions').set({ added }).where('id', '=', questionId).execute();
        const message = addedText(group.id, question.text, kept(words));
        const notice = { about: group.id, message, dueAt: clock.now() };
        const to = await seesTo(transaction, group, admins);
        await outbox.enqueue(
          transaction,
          to.map((one) => noticeTo(one, { ...notice, key: `queue-added:${questionId}:${added.length}:${one.actor}` })),
        );
        return 'added';
      }),

    withdraw: (account, questionId) =>
      db.transaction().execute(async (transaction) => {
        const question = await ownQuestion(transaction, account, questionId, ['new', 'taken']);
        if (!question) return false;
        await transaction.deleteFrom('queue_questions').where('id', '=', questionId).execute();
        if ((await questionRows(transaction, [question.group_id])).length === 0) {
          await outbox.cancel(transaction, noticesOf(question.group_id));
          await transaction.deleteFrom('queue_groups').where('id', '=', question.group_id).execute();
        }
        return true;
      }),

    mayAskBack: async (account, questionId) => (await answeredOnce(db, account, questionId)) !== undefined,

    askBack: (account, questionId, text) =>
      db.transaction().execute(async (transaction) => {
        const question = await answeredOnce(transaction, account, questionId);
        const before = question && (await groupRow(transaction, question.group_id));
        if (!question || !before) return false;
        const may = await reachingAll(transaction, [question.unit_id ?? undefined], admins);
        const owner = may.some(({ actor }) => actor === before.answered_by) ? before.answered_by : null;
        const group = await insertGroup(transaction, {
          field: before.field,
          announcement_id: before.announcement_id,
          author: before.author,
          state: owner === null ? 'new' : 'taken',
          owner,
        });
        const back = kept(text);
        const { person_id, channel, chat_id, unit_id } = question;
        await transaction
          .insertInto('queue_questions')
          .values({
            id: newId(),
            group_id: group.id,
            person_id,
            channel,
            chat_id,
            unit_id,
            text: back,
            terms: '[]',
            follows: questionId,
            asked_at: now(),
          })
          .execute();
        const message = newQuestionText({
          groupId: group.id,
          text: back,
          added: undefined,
          near: { field: undefined, entries: [] },
          dueOn: Temporal.PlainDate.from(group.due_on),
          about: 'answer',
        });
        const notice = { about: group.id, message, dueAt: clock.now() };
        const to = await seesTo(transaction, group, admins);
        await outbox.enqueue(
          transaction,
          to.map((one) => noticeTo(one, { ...notice, key: `queue:${group.id}:${one.actor}` })),
        );
        return true;
      }),

    async ofPerson(personId) {
      const rows = await db
        .selectFrom('queue_questions')
        .innerJoin('queue_groups', 'queue_groups.id', 'queue_questions.group_id')
        .select(['queue_questions.text', 'queue_questions.added', 'queue_questions.asked_at', 'queue_groups.state'])
        .where('queue_questions.person_id', '=', personId)
        .orderBy('queue_questions.asked_at')
        .execute();
      return rows.map(({ text, added, asked_at, state }) => ({
        text: added === null ? text : `${text}\n${added}`,
        askedAt: Temporal.Instant.from(asked_at),
        state,
      }));
    },
  };
}

const NOT_ANSWERED = {
  reminded_on: null,
  answer: null,
  entry_id: null,
  answered_by: null,
  answered_at: null,
  closed_at: null,
};

function kept(text: string): string {
  return withoutPersonalNumbers(text.normalize('NFC').trim()).toWellFormed();
}
