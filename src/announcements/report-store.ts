import type { Kysely } from 'kysely';
import { withinReach, type Reach } from '../people/reach.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { announcementGroup } from './announcements-store.ts';
import type { SentTo } from './report.ts';

/** SQLite takes 32,766 values in a statement; nobody calls so many. */
const MOST_LEFT_OUT = 10_000;

export interface ReportStore {
  /** Every message of the announcement, with who it was for as they are now, in the order in which they went. */
  rows(announcementId: string, handle?: Kysely<Schema>): Promise<SentTo[]>;
  /** Who these are, for those who were not even tried. */
  people(personIds: readonly string[]): Promise<Pick<SentTo, 'personId' | 'name' | 'unit'>[]>;
  /** Those of the announcements that went to somebody of a unit within the reach. */
  reaching(announcementIds: readonly string[], reach: Reach): Promise<Set<string>>;
}

export function createReportStore(db: Database): ReportStore {
  return {
    async rows(announcementId, handle = db) {
      const rows = await handle
        .selectFrom('outbox')
        // By the chat: somebody may have turned out to be the same person as another since.
        .leftJoin('accounts', (join) =>
          join.onRef('accounts.channel', '=', 'outbox.channel').onRef('accounts.chat_id', '=', 'outbox.chat_id'),
        )
        .leftJoin('people', 'people.id', 'accounts.person_id')
        .leftJoin('units', 'units.id', 'people.unit_id')
        .leftJoin('announcement_confirmations as confirmed', (join) =>
          join
            .on('confirmed.announcement_id', '=', announcementId)
            .onRef('confirmed.person_id', '=', 'accounts.person_id'),
        )
        .select(['outbox.id', 'outbox.channel', 'outbox.state', 'outbox.error', 'people.id as personId'])
        .select(['people.name', 'people.unit_text', 'people.stopped', 'units.name as unitName', 'confirmed.at'])
        .where('outbox.group_id', '=', announcementGroup(announcementId))
        .orderBy('outbox.id')
        .execute();
      return rows.map((row) => ({
        outboxId: row.id,
        channel: row.channel,
        state: row.state,
        error: row.error ?? undefined,
        personId: row.personId ?? undefined,
        name: row.name ?? undefined,
        unit: row.unitName ?? row.unit_text ?? undefined,
        confirmedAt: row.at === null ? undefined : Temporal.Instant.from(row.at),
        stopped: row.stopped === 1,
      }));
    },

    async people(personIds) {
      const rows = await db
        .selectFrom('people')
        .leftJoin('units', 'units.id', 'people.unit_id')
        .select(['people.id', 'people.name', 'people.unit_text', 'units.name as unitName'])
        .where('people.id', 'in', personIds.slice(0, MOST_LEFT_OUT))
        .execute();
      return rows.map(({ id, name, unit_text, unitName }) => ({
        personId: id,
        name: name ?? undefined,
        unit: unitName ?? unit_text ?? undefined,
      }));
    },

    async reaching(announcementIds, reach) {
      const found = new Set<string>();
      // One by one, since of each it is enough to find somebody: together all rows of all of them would be read.
      for (const id of announcementIds) {
        const row = await db
          .selectFrom('outbox')
          .innerJoin('accounts', (join) =>
            join.onRef('accounts.channel', '=', 'outbox.channel').onRef('accounts.chat_id', '=', 'outbox.chat_id'),
          )
          .innerJoin('people', 'people.id', 'accounts.person_id')
          .innerJoin('units', 'units.id', 'people.unit_id')
          .select('outbox.id')
          .where('outbox.group_id', '=', announcementGroup(id))
          .where((eb) => withinReach(eb, reach))
          .limit(1)
          .executeTakeFirst();
        if (row) found.add(id);
      }
      return found;
    },
  };
}
