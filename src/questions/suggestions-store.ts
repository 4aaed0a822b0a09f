import { createHash, randomBytes } from 'node:crypto';
import { todayIn, type Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import type { NewMessage, OutboxStore } from '../delivery/outbox-store.ts';
import { fold, words } from '../search/fold.ts';
import type { Database } from '../store/database.ts';
import { ALIKE, likeness, type QuestionTerms, type ReadTerms } from './question-terms.ts';
import { suggestionText } from './queue-texts.ts';
import { toldOf } from './responsible-store.ts';

/** How many people must have asked so before an officer is asked. */
const PEOPLE = 3;
/** UTF-16 units; what nobody types twice is no way of asking. */
const LONGEST = 200;
/** Of the hash that stands for a person: enough to tell three from each other, too few to find out who they are. */
const MARK_BITS = 6;

/** A way of asking that an officer may add to an entry. */
export interface Suggestion {
  id: string;
  entryId: string;
  text: string;
}

/** An entry as far as suggestions need it. */
export interface SuggestedEntry {
  id: string;
  field: string;
  question: string;
  phrasings: readonly string[];
  brief: readonly string[];
}

export interface SuggestionsStore {
  /**
   * Somebody asked so and meant this entry. Officers are asked when three different people did.
   *
   * @param who as in an audit entry; not kept
   * @param text as it was asked, personal numbers cut: one that had any is dropped
   */
  count(entry: SuggestedEntry, text: string, who: string): Promise<void>;
  /** Those that wait for an officer's word, oldest first. */
  waiting(): Promise<Suggestion[]>;
  /** An officer has decided; undefined: another one had before. */
  settle(id: string): Promise<Suggestion | undefined>;
  /** Removes what nobody has asked for as long as questions are kept. */
  prune(): Promise<void>;
}

export interface SuggestionsDeps {
  db: Database;
  clock: Clock;
  timeZone: string;
  outbox: Pick<OutboxStore, 'enqueue'>;
  /** Who is named in ADMINS. */
  admins: readonly AccountRef[];
  readTerms: ReadTerms;
  /** How long questions are kept. */
  days: number;
}

export function createSuggestionsStore(deps: SuggestionsDeps): SuggestionsStore {
  const { db, clock, timeZone, outbox, admins, readTerms, days } = deps;
  const today = todayIn(clock, timeZone);

  return {
    async count(entry, text, who) {
      if (text.length > LONGEST || text.includes('#') || isKnown(entry, text)) return;
      const terms = readTerms(text);
      await db.transaction().execute(async (transaction) => {
        const known = await transaction
          .selectFrom('phrasing_suggestions')
          .selectAll()
          .where('entry_id', '=', entry.id)
          .orderBy('id')
          .execute();
        const alike = known.find((one) => likeness(terms, JSON.parse(one.terms) as QuestionTerms) >= ALIKE);
        if (alike && alike.state !== 'counting') return;
        const changed_on = today().toString();
        const suggestion = alike ?? {
          id: randomBytes(8).toString('hex'),
          entry_id: entry.id,
          text,
          terms: JSON.stringify(terms),
          state: 'counting' as const,
          salt: randomBytes(16).toString('base64url'),
          changed_on,
        };
        if (!alike) await transaction.insertInto('phrasing_suggestions').values(suggestion).execute();
        const { id, salt } = suggestion;
        await transaction
          .insertInto('phrasing_votes')
          .values({ suggestion_id: id, mark: markOf(who, salt) })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        const votes = await transaction
          .selectFrom('phrasing_votes')
          .select('mark')
          .where('suggestion_id', '=', id)
          .execute();
        const enough = votes.length >= PEOPLE;
        await transaction
          .updateTable('phrasing_suggestions')
          .set({ changed_on, ...(enough ? { state: 'asked' as const } : {}) })
          .where('id', '=', id)
          .execute();
        if (!enough) return;
        await transaction.deleteFrom('phrasing_votes').where('suggestion_id', '=', id).execute();
        // Officers of the unit above all others may change the handbook; of several such units none answers for all.
        const tops = await transaction.selectFrom('units').select('id').where('parent_id', 'is', null).execute();
        const unitId = tops.length === 1 ? tops[0]?.id : undefined;
        const told = await toldOf(transaction, { unitId, field: entry.field }, admins);
        const message = suggestionText({ id, text: suggestion.text }, entry.question);
        await outbox.enqueue(
          transaction,
          told.map(({ actor, channel, chatId, personId }): NewMessage => ({
            key: `suggestion:${id}:${actor}`,
            class: 'reminder',
            channel,
            chatId,
            ...(personId === undefined ? {} : { personId }),
            message,
            dueAt: clock.now(),
          })),
        );
      });
    },
    async waiting() {
      const rows = await db
        .selectFrom('phrasing_suggestions')
        .select(['id', 'entry_id', 'text'])
        .where('state', '=', 'asked')
        .orderBy('changed_on')
        .orderBy('id')
        .execute();
      return rows.map(({ id, entry_id, text }) => ({ id, entryId: entry_id, text }));
    },
    async settle(id) {
      // One statement: of two officers at once one gets it.
      const row = await db
        .updateTable('phrasing_suggestions')
        .set({ state: 'settled', changed_on: today().toString() })
        .where('id', '=', id)
        .where('state', '=', 'asked')
        .returning(['id', 'entry_id', 'text'])
        .executeTakeFirst();
      return row && { id: row.id, entryId: row.entry_id, text: row.text };
    },
    async prune() {
      const oldest = today().subtract({ days }).toString();
      const old = db.selectFrom('phrasing_suggestions').select('id').where('changed_on', '<', oldest);
      await db.deleteFrom('phrasing_votes').where('suggestion_id', 'in', old).execute();
      await db.deleteFrom('phrasing_suggestions').where('changed_on', '<', oldest).execute();
    },
  };
}

/** What stands for somebody who asked: a few bits, which others share. */
export function markOf(who: string, salt: string): number {
  return createHash('sha256').update(`${salt}:${who}`).digest().readUInt32BE() >>> (32 - MARK_BITS);
}

function isKnown({ question, phrasings, brief }: SuggestedEntry, text: string): boolean {
  const asked = words(fold(text)).join(' ');
  return [question, ...phrasings, ...brief].some((known) => words(fold(known)).join(' ') === asked);
}
