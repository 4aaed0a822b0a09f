import { randomInt } from 'node:crypto';
import type { Transaction } from 'kysely';
import { timestamp, type Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';

/** How long before the beginning people can say that they are there, in minutes. */
export const CHECK_IN_BEFORE = 30;
/** How long a code is still good when it was changed, in seconds: somebody may be typing it. */
const STILL_GOOD = 60;
/** How long one code stands where codes change by themselves, in seconds. */
const CODE_TURN = 60;

/** What a typed or scanned code looks like: "DD482193", "dd 482 193", "điểm danh 482193". */
export const CHECK_IN_CODE = /^(?:dd|[dđ]i[\p{L}\p{M}]*\s*danh)[\s:.-]*(\d{3})[\s.-]?(\d{3})$/iu;

/** Codes that trainees type or scan to say that they are at a session. */
export interface CheckInStore {
  /** Six digits; made at the first call. */
  codeOf(sessionId: string): Promise<string>;
  /** Another code; the one before is good for a minute more. */
  change(sessionId: string): Promise<string>;
  /** From now on the code changes every minute by itself, or no longer. */
  turn(sessionId: string, on: boolean): Promise<void>;
  /** When the code changes next; undefined: it does not by itself. */
  turnsAt(sessionId: string): Promise<Temporal.Instant | undefined>;
  /** The session that has this code now, from half an hour before it to its end; undefined: none. */
  find(code: string): Promise<{ sessionId: string; classId: string } | undefined>;
}

export function createCheckInStore(db: Database, clock: Clock): CheckInStore {
  const now = (): string => timestamp(clock.now());
  const since = (): string => timestamp(clock.now().subtract({ seconds: STILL_GOOD }));

  async function newCode(transaction: Transaction<Schema>): Promise<string> {
    const rows = await transaction.selectFrom('check_in_codes').select(['code', 'previous']).execute();
    const taken = new Set(rows.flatMap(({ code, previous }) => [code, previous]));
    for (;;) {
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      if (!taken.has(code)) return code;
    }
  }

  /** Codes of sessions that are over are of no use, and must not run out. */
  async function clear(transaction: Transaction<Schema>): Promise<void> {
    await transaction
      .deleteFrom('check_in_codes')
      .where('session_id', 'in', (eb) => eb.selectFrom('sessions').select('id').where('ends_at', '<', now()))
      .execute();
  }

  /** Codes that change by themselves do so when somebody looks: nothing has to run for it. */
  async function turnDue(transaction: Transaction<Schema>): Promise<void> {
    const due = await transaction
      .selectFrom('check_in_codes')
      .select(['session_id', 'changed_at', 'code'])
      .where('turns', '=', 1)
      .where('changed_at', '<=', timestamp(clock.now().subtract({ seconds: CODE_TURN })))
      .execute();
    for (const { session_id, changed_at, code } of due) {
      const passed = clock.now().since(Temporal.Instant.from(changed_at)).total('seconds');
      const seconds = Math.floor(passed / CODE_TURN) * CODE_TURN;
      await transaction
        .updateTable('check_in_codes')
        .set({
          code: await newCode(transaction),
          changed_at: timestamp(Temporal.Instant.from(changed_at).add({ seconds })),
          previous: code,
        })
        .where('session_id', '=', session_id)
        .execute();
    }
  }

  return {
    codeOf(sessionId) {
      return db.transaction().execute(async (transaction) => {
        await turnDue(transaction);
        const known = await transaction
          .selectFrom('check_in_codes')
          .select('code')
          .where('session_id', '=', sessionId)
          .executeTakeFirst();
        if (known) return known.code;
        await clear(transaction);
        const code = await newCode(transaction);
        await transaction
          .insertInto('check_in_codes')
          .values({ session_id: sessionId, code, changed_at: now(), previous: null, turns: 0 })
          .execute();
        return code;
      });
    },
    change(sessionId) {
      return db.transaction().execute(async (transaction) => {
        const code = await newCode(transaction);
        await transaction
          .insertInto('check_in_codes')
          .values({ session_id: sessionId, code, changed_at: now(), previous: null, turns: 0 })
          .onConflict((conflict) =>
            conflict
              .column('session_id')
              .doUpdateSet((eb) => ({ code, changed_at: now(), previous: eb.ref('check_in_codes.code') })),
          )
          .execute();
        return code;
      });
    },
    async turn(sessionId, on) {
      await db
        .updateTable('check_in_codes')
        .set({ turns: on ? 1 : 0, changed_at: now() })
        .where('session_id', '=', sessionId)
        .execute();
    },
    async turnsAt(sessionId) {
      const row = await db
        .selectFrom('check_in_codes')
        .select('changed_at')
        .where('session_id', '=', sessionId)
        .where('turns', '=', 1)
        .executeTakeFirst();
      return row && Temporal.Instant.from(row.changed_at).add({ seconds: CODE_TURN });
    },
    async find(code) {
      await db.transaction().execute(turnDue);
      const row = await db
        .selectFrom('check_in_codes')
        .innerJoin('sessions', 'sessions.id', 'check_in_codes.session_id')
        .innerJoin('classes', 'classes.id', 'sessions.class_id')
        .select(['sessions.id', 'sessions.class_id'])
        .where((eb) =>
          eb.or([eb('check_in_codes.code', '=', code), eb('previous', '=', code).and('changed_at', '>', since())]),
        )
        .where('sessions.state', '=', 'planned')
        .where('classes.state', '<>', 'cancelled')
        .where('ends_at', '>=', now())
        .where('starts_at', '<=', timestamp(clock.now().add({ minutes: CHECK_IN_BEFORE })))
        .executeTakeFirst();
      return row && { sessionId: row.id, classId: row.class_id };
    },
  };
}
