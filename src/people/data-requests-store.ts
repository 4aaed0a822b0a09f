import { randomBytes } from 'node:crypto';
import type { Selectable, Updateable } from 'kysely';
import { timestamp, todayIn, type Clock } from '../clock.ts';
import type { AccountRef, ChannelName } from '../config.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { recordAudit } from './audit-store.ts';
import { addWorkingDays } from './working-days.ts';

/** How soon somebody must be answered, and the matter be settled: decree on the law 91/2025/QH15. */
const ANSWER_WORKING_DAYS = 2;
const FINISH_DAYS = 15;

/** What somebody wants done about their data that takes a person to do. */
export interface DataRequest {
  id: string;
  account: AccountRef;
  text: string;
  receivedAt: Temporal.Instant;
  answerBy: Temporal.PlainDate;
  finishBy: Temporal.PlainDate;
  answered: boolean;
}

/** Who sees to a request, for the audit log. */
export interface RequestOfficer {
  /** As in an audit entry. */
  actor: string;
  /** The unit of who asked. */
  unitId: string | undefined;
}

export interface DataRequestsStore {
  add(account: AccountRef, text: string): Promise<DataRequest>;
  /** Not yet done, oldest first. */
  open(): Promise<DataRequest[]>;
  /** Those of these accounts. */
  openOf(accounts: readonly AccountRef[]): Promise<DataRequest[]>;
  byId(id: string): Promise<DataRequest | undefined>;
  answered(id: string, by: RequestOfficer): Promise<void>;
  /** Closes it; who asked and what is no longer kept. */
  done(id: string, by: RequestOfficer): Promise<void>;
  /** How many are due or overdue today and were not yet reminded of today; each is returned once a day. */
  claimDue(): Promise<number>;
}

export function createDataRequestsStore(db: Database, clock: Clock, timeZone: string): DataRequestsStore {
  const today = todayIn(clock, timeZone);
  const openRows = () =>
    db.selectFrom('data_requests').selectAll().where('done_at', 'is', null).where('chat_id', 'is not', null);

  const open = async (): Promise<DataRequest[]> =>
    (await openRows().orderBy('received_at').execute()).map((row) => toRequest(row));

  function record(
    id: string,
    { actor, unitId }: RequestOfficer,
    action: 'data request answered' | 'data request closed',
    row: Updateable<Schema['data_requests']>,
  ): Promise<void> {
    return db.transaction().execute(async (transaction) => {
      await transaction.updateTable('data_requests').set(row).where('id', '=', id).execute();
      await recordAudit(transaction, clock, { actor, action, unitId });
    });
  }

  return {
    async add({ channel, userId }, text) {
      const row = {
        id: randomBytes(6).toString('base64url'),
        channel,
        chat_id: userId,
        text,
        received_at: timestamp(clock.now()),
        answer_by: addWorkingDays(today(), ANSWER_WORKING_DAYS).toString(),
        finish_by: today().add({ days: FINISH_DAYS }).toString(),
      };
      await db.insertInto('data_requests').values(row).execute();
      return toRequest({ ...row, answered_at: null, done_at: null, reminded_on: null });
    },
    open,
    async openOf(accounts) {
      const own = new Set(accounts.map(({ channel, userId }) => `${channel}:${userId}`));
      return (await open()).filter(({ account: { channel, userId } }) => own.has(`${channel}:${userId}`));
    },
    async byId(id) {
      const row = await openRows().where('id', '=', id).executeTakeFirst();
      return row && toRequest(row);
    },
    answered: (id, by) => record(id, by, 'data request answered', { answered_at: timestamp(clock.now()) }),
    done: (id, by) =>
      record(id, by, 'data request closed', {
        channel: null,
        chat_id: null,
        text: null,
        done_at: timestamp(clock.now()),
      }),
    async claimDue() {
      const date = today().toString();
      const { numUpdatedRows } = await db
        .updateTable('data_requests')
        .set({ reminded_on: date })
        .where('done_at', 'is', null)
        .where((eb) => eb.or([eb('reminded_on', 'is', null), eb('reminded_on', '<', date)]))
        .where((eb) =>
          eb.or([eb('finish_by', '<=', date), eb.and([eb('answered_at', 'is', null), eb('answer_by', '<=', date)])]),
        )
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },
  };
}

function toRequest(row: Selectable<Schema['data_requests']>): DataRequest {
  return {
    id: row.id,
    account: { channel: row.channel as ChannelName, userId: row.chat_id ?? '' },
    text: row.text ?? '',
    receivedAt: Temporal.Instant.from(row.received_at),
    answerBy: Temporal.PlainDate.from(row.answer_by),
    finishBy: Temporal.PlainDate.from(row.finish_by),
    answered: row.answered_at !== null,
  };
}
