import { randomInt } from 'node:crypto';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { timestamp, type Clock } from '../clock.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import { recordAudit, type AuditAction } from '../people/audit-store.ts';
import type { PersonHooks } from '../people/people-store.ts';
import { withinReach, type Reach } from '../people/reach.ts';
import { withdrawReminders } from '../reminders/withdraw.ts';
import type { Database } from '../store/database.ts';
import type { ClassState, Schema } from '../store/schema.ts';
import { cancelledText, changeText, tellClass } from './changes.ts';
import { changesAnything, planClass, type ClassPlan, type PlannedSession } from './class-plan.ts';
import { moveUp } from './enrolments-store.ts';
import {
  bareCode,
  codeKey,
  type ClassDraft,
  type ClassVersion,
  type Session,
  type TrainingClass,
} from './training-class.ts';

/** What `save` did. */
export interface Saved {
  version: ClassVersion;
  plan: ClassPlan;
  /** Messages about the change that are on their way. */
  told: number;
}

export interface ClassesStore {
  byCode(code: string): Promise<TrainingClass | undefined>;
  /**
   * The classes that a typed code may mean, "lớp" before it or not: the one that has it, or else all with the same
   * letters and digits, as "BD202601" for "BD-2026-01".
   */
  named(code: string): Promise<TrainingClass[]>;
  byId(id: string): Promise<TrainingClass | undefined>;
  /** By time, cancelled ones too. */
  sessionsOf(classId: string): Promise<Session[]>;
  session(id: string): Promise<{ session: Session; trainingClass: TrainingClass } | undefined>;
  /** The classes within the reach: those that go on first, newest first. */
  listFor(reach: Reach, page: { offset: number; limit: number }): Promise<TrainingClass[]>;
  /** What saving the draft would do; nothing is changed. */
  plan(draft: ClassDraft): Promise<ClassPlan>;
  /**
   * Makes the class as the draft has it, new or known by its code. Those concerned are told of changes of time, place
   * and lecturer, once for each call.
   */
  save(draft: ClassDraft, by: string): Promise<Saved>;
  /** Closes enrolment, opens it again, or cancels the class, which tells those concerned. Returns how many messages. */
  setState(id: string, state: 'open' | 'closed' | 'cancelled', by: string): Promise<number>;
  /** The group chat that gets the class's messages as well; undefined: none. */
  bindGroup(id: string, group: TrainingClass['group'], by: string): Promise<void>;
  /** Marks the classes whose last session is over, so that nobody looks through them again. */
  finishEnded(): Promise<void>;
}

export interface ClassesDeps {
  db: Database;
  clock: Clock;
  timeZone: string;
  outbox: Pick<OutboxStore, 'enqueue'>;
}

type Handle = Kysely<Schema>;

export function createClassesStore({ db, clock, timeZone, outbox }: ClassesDeps): ClassesStore {
  const classes = (handle: Handle) =>
    handle
      .selectFrom('classes')
      .leftJoin('units', 'units.id', 'classes.unit_id')
      .selectAll('classes')
      .select('units.path as unit_path');

  async function byKey(handle: Handle, code: string): Promise<TrainingClass | undefined> {
    const row = await classes(handle).where('classes.key', '=', codeKey(code)).executeTakeFirst();
    return row && toClass(row);
  }

  async function byId(handle: Handle, id: string): Promise<TrainingClass | undefined> {
    const row = await classes(handle).where('classes.id', '=', id).executeTakeFirst();
    return row && toClass(row);
  }

  async function sessionsOf(handle: Handle, classId: string): Promise<Session[]> {
    const rows = await handle
      .selectFrom('sessions')
      .selectAll()
      .where('class_id', '=', classId)
      .orderBy('starts_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => toSession(row));
  }

  async function version(handle: Handle, code: string): Promise<ClassVersion | undefined> {
    const trainingClass = await byKey(handle, code);
    return trainingClass && { trainingClass, sessions: await sessionsOf(handle, trainingClass.id) };
  }

  async function write(transaction: Transaction<Schema>, plan: ClassPlan, by: string): Promise<void> {
    const { before, draft } = plan;
    const fields = {
      title: draft.title,
      place: draft.place,
      unit_id: draft.unitId ?? null,
      capacity: draft.capacity ?? null,
      closes_at: draft.closesAt ? timestamp(draft.closesAt) : null,
      quotas: JSON.stringify(draft.quotas),
      evening_reminder: eveningText(draft.eveningReminder),
      minutes_before: draft.minutesBefore ?? null,
    };
    const id = before?.id ?? newId();
    if (before) {
      const comesBack = before.state === 'finished' && plan.sessions.some(({ change }) => change !== 'same');
      await transaction
        .updateTable('classes')
        .set({ ...fields, sequence: before.sequence + 1, ...(comesBack ? { state: 'closed' } : {}) })
        .where('id', '=', id)
        .execute();
    } else {
      await transaction
        .insertInto('classes')
        .values({
          id,
          code: draft.code,
          key: codeKey(draft.code),
          ...fields,
          made_by: by,
          made_at: timestamp(clock.now()),
          state: 'open',
        })
        .execute();
    }
    for (const planned of plan.sessions) await writeSession(transaction, id, planned);
    const count = (change: string): number => plan.sessions.filter((one) => one.change === change).length;
    await recordAudit(transaction, clock, {
      actor: by,
      action: before ? 'class changed' : 'class made',
      unitId: draft.unitId,
      detail: { added: count('add'), updated: count('change') + count('cancel') + count('restore') },
    });
  }

  return {
    byCode: (code) => byKey(db, code),
    async named(typed) {
      const code = typed.normalize('NFC').replace(/^(?:lớp|lop)\s+/iu, '');
      const exact = await byKey(db, code);
      if (exact) return [exact];
      const bare = bareCode(code);
      if (bare === '') return [];
      const rows = await classes(db)
        .where((eb) => eb(eb.fn<string>('replace', ['classes.key', eb.val('-'), eb.val('')]), '=', bare))
        .orderBy('classes.key')
        .execute();
      return rows.map((row) => toClass(row));
    },
    byId: (id) => byId(db, id),
    sessionsOf: (classId) => sessionsOf(db, classId),
    async session(id) {
      const row = await db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
      const trainingClass = row && (await byId(db, row.class_id));
      return trainingClass && { session: toSession(row), trainingClass };
    },
    async listFor(reach, { offset, limit }) {
      const rows = await classes(db)
        .where((eb) => withinReach(eb, reach))
        .orderBy((eb) => eb.case().when('classes.state', 'in', ['open', 'closed']).then(0).else(1).end())
        .orderBy('classes.made_at', 'desc')
        .orderBy('classes.id')
        .offset(offset)
        .limit(limit)
        .execute();
      return rows.map((row) => toClass(row));
    },
    plan: async (draft) => planClass(await version(db, draft.code), draft, clock.now()),
    save(draft, by) {
      return db.transaction().execute(async (transaction) => {
        const plan = planClass(await version(transaction, draft.code), draft, clock.now());
        if (changesAnything(plan)) await write(transaction, plan, by);
        const saved = await version(transaction, draft.code);
        if (!saved) throw new Error('the class that was just kept is not there');
        if (changesAnything(plan)) await withdrawReminders(transaction, clock, saved.trainingClass.id);
        if (plan.before && plan.classChanged) {
          await moveUp(transaction, plan.before.id, { clock, timeZone, outbox });
        }
        const change = changeText(plan, timeZone, clock.now());
        const told = change
          ? await tellClass(transaction, outbox, saved.trainingClass, change, { now: clock.now(), timeZone })
          : 0;
        return { version: saved, plan, told };
      });
    },
    setState(id, state, by) {
      return db.transaction().execute(async (transaction) => {
        const before = await byId(transaction, id);
        if (!before || before.state === state) return 0;
        await transaction
          .updateTable('classes')
          .set({ state, sequence: before.sequence + 1 })
          .where('id', '=', id)
          .execute();
        await withdrawReminders(transaction, clock, id);
        await recordAudit(transaction, clock, { actor: by, action: ACTION_OF[state], unitId: before.unitId });
        const after = { ...before, state, sequence: before.sequence + 1 };
        const text =
          state === 'cancelled' ? cancelledText(before, await sessionsOf(transaction, id), clock.now()) : undefined;
        return text ? tellClass(transaction, outbox, after, text, { now: clock.now(), timeZone }) : 0;
      });
    },
    bindGroup(id, group, by) {
      return db.transaction().execute(async (transaction) => {
        const trainingClass = await byId(transaction, id);
        if (!trainingClass) return;
        await transaction
          .updateTable('classes')
          .set({ group_channel: group?.channel ?? null, group_chat_id: group?.chatId ?? null })
          .where('id', '=', id)
          .execute();
        const { unitId } = trainingClass;
        await recordAudit(transaction, clock, { actor: by, action: 'class group set', unitId });
      });
    },
    async finishEnded() {
      await db
        .updateTable('classes')
        .set({ state: 'finished' })
        .where('state', 'in', ['open', 'closed'])
        .where((eb) => eb.exists(eb.selectFrom('sessions').select('id').whereRef('class_id', '=', 'classes.id')))
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('sessions')
                .select('id')
                .whereRef('class_id', '=', 'classes.id')
                .where('ends_at', '>', timestamp(clock.now().subtract({ hours: 24 }))),
            ),
          ),
        )
        .execute();
    },
  };
}

/** Who made a class goes with them; the class stays. */
export const classHooks: PersonHooks = {
  async onErase(transaction, personId, accounts) {
    const names = [personId, ...accounts.map(({ channel, userId }) => `${channel}:${userId}`)];
    await transaction.updateTable('classes').set({ made_by: 'erased' }).where('made_by', 'in', names).execute();
  },
  async onMerge(transaction, from, to) {
    await transaction.updateTable('classes').set({ made_by: to }).where('made_by', '=', from).execute();
  },
};

const ACTION_OF: Readonly<Record<'open' | 'closed' | 'cancelled', AuditAction>> = {
  open: 'class opened',
  closed: 'class closed',
  cancelled: 'class cancelled',
};

async function writeSession(transaction: Transaction<Schema>, classId: string, planned: PlannedSession): Promise<void> {
  if (planned.change === 'same') return;
  const { startsAt, endsAt, topic, lecturer, place, state } = planned.draft;
  const fields = {
    starts_at: timestamp(startsAt),
    ends_at: timestamp(endsAt),
    topic,
    lecturer: lecturer ?? null,
    place: place ?? null,
    state,
  };
  if (planned.change === 'add') {
    await transaction
      .insertInto('sessions')
      .values({ id: newId(), class_id: classId, ...fields })
      .execute();
    return;
  }
  await transaction
    .updateTable('sessions')
    .set({ ...fields, sequence: planned.before.sequence + 1 })
    .where('id', '=', planned.before.id)
    .execute();
}

const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits only: ids stand in the ids of buttons. */
function newId(): string {
  return Array.from({ length: 10 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('');
}

function eveningText(evening: ClassDraft['eveningReminder']): string | null {
  if (evening === undefined) return null;
  return evening === 'off' ? 'off' : evening.toString({ smallestUnit: 'minute' });
}

function toClass(row: Selectable<Schema['classes']> & { unit_path: string | null }): TrainingClass {
  const { evening_reminder: evening, group_channel: channel, group_chat_id: chatId } = row;
  return {
    id: row.id,
    code: row.code,
    title: row.title,
    place: row.place,
    unitId: row.unit_id ?? undefined,
    unitPath: row.unit_path ?? undefined,
    madeBy: row.made_by,
    state: row.state satisfies ClassState,
    capacity: row.capacity ?? undefined,
    closesAt: row.closes_at === null ? undefined : Temporal.Instant.from(row.closes_at),
    quotas: JSON.parse(row.quotas) as Record<string, number>,
    eveningReminder: evening === null ? undefined : evening === 'off' ? 'off' : Temporal.PlainTime.from(evening),
    minutesBefore: row.minutes_before ?? undefined,
    group: channel === null || chatId === null ? undefined : { channel, chatId },
    sequence: row.sequence,
  };
}

function toSession(row: Selectable<Schema['sessions']>): Session {
  return {
    id: row.id,
    classId: row.class_id,
    startsAt: Temporal.Instant.from(row.starts_at),
    endsAt: Temporal.Instant.from(row.ends_at),
    topic: row.topic,
    lecturer: row.lecturer ?? undefined,
    place: row.place ?? undefined,
    state: row.state,
    sequence: row.sequence,
  };
}
