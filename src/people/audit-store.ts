import type { Transaction } from 'kysely';
import { timestamp, type Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import type { PersonHooks } from './people-store.ts';
import { withinReach, type Reach, type Role } from './reach.ts';

/** Stands for a person who had everything erased. */
export const ERASED = 'erased';
/** Who runs the command line. */
export const OPERATOR = 'cli';

export type AuditAction =
  | 'invite made'
  | 'invite taken back'
  | 'role granted'
  | 'role taken'
  | 'unit added'
  | 'unit renamed'
  | 'unit moved'
  | 'units imported'
  | 'people placed'
  | 'meeting set'
  | 'meeting changed'
  | 'data request answered'
  | 'data request closed'
  | 'class made'
  | 'class changed'
  | 'class opened'
  | 'class closed'
  | 'class cancelled'
  | 'class group set'
  | 'attendance marked'
  | 'results imported'
  | 'handbook changed'
  | 'handbook entry withdrawn'
  | 'handbook entry approved'
  | 'roster imported'
  | 'document recorded'
  | 'document changed'
  | 'document withdrawn'
  | 'rule change told'
  | 'announcement sent'
  | 'announcement stopped'
  | 'announcement sent for release'
  | 'announcement released'
  | 'announcement refused'
  | 'announcement expired'
  | 'announcement planned'
  | 'announcement plan cancelled'
  | 'announcement recalled'
  | 'announcement edited'
  | 'announcement sent again'
  | 'announcement reminder planned';

/** One change by an officer; never holds what people wrote. */
export interface AuditEntry {
  /** A person's id, or the account of who is named in ADMINS and not registered, as "telegram:42", or OPERATOR. */
  actor: string;
  action: AuditAction;
  /** A person's id, when the change was about a person. */
  subject?: string | undefined;
  /** The unit concerned: whose officers may see it. */
  unitId?: string | undefined;
  detail?: { role?: Role; added?: number; updated?: number };
}

export interface AuditRow {
  at: Temporal.Instant;
  action: AuditAction;
  /** Undefined: not registered, erased, or without a name. */
  actorName: string | undefined;
  actor: 'person' | 'admin' | 'operator' | 'erased';
  subjectName: string | undefined;
  unitName: string | undefined;
  detail: NonNullable<AuditEntry['detail']>;
}

export interface AuditStore {
  /** Newest first, what happened within the reach. */
  list(reach: Reach, page: { offset: number; limit: number }): Promise<AuditRow[]>;
  /** How many of the changes this person made, or were about them. */
  countOf(personId: string): Promise<number>;
}

/** Writes the entry in the transaction that makes the change. */
export async function recordAudit(transaction: Transaction<Schema>, clock: Clock, entry: AuditEntry): Promise<void> {
  await transaction
    .insertInto('audit')
    .values({
      at: timestamp(clock.now()),
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject ?? null,
      unit_id: entry.unitId ?? null,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}

export function createAuditStore(db: Database): AuditStore {
  return {
    async list(reach, { offset, limit }) {
      const rows = await db
        .selectFrom('audit')
        .leftJoin('units', 'units.id', 'audit.unit_id')
        .leftJoin('people as actors', 'actors.id', 'audit.actor')
        .leftJoin('people as subjects', 'subjects.id', 'audit.subject')
        .select(['audit.at', 'audit.actor', 'audit.action', 'audit.detail', 'units.name as unitName'])
        .select(['actors.id as actorId', 'actors.name as actorName', 'subjects.name as subjectName'])
        .where((eb) => withinReach(eb, reach))
        .orderBy('audit.id', 'desc')
        .offset(offset)
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        at: Temporal.Instant.from(row.at),
        action: row.action as AuditAction,
        actorName: row.actorName ?? undefined,
        actor: actorKind(row.actor, row.actorId),
        subjectName: row.subjectName ?? undefined,
        unitName: row.unitName ?? undefined,
        detail: JSON.parse(row.detail) as AuditRow['detail'],
      }));
    },
    async countOf(personId) {
      const { count } = await db
        .selectFrom('audit')
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .where((eb) => eb.or([eb('actor', '=', personId), eb('subject', '=', personId)]))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}

/** What happened stays in the log; who it was goes with the person. */
export const auditHooks: PersonHooks = {
  onErase: (transaction, personId, accounts) => rename(transaction, actorNames(personId, accounts), ERASED),
  onMerge: (transaction, from, to) => rename(transaction, [from], to),
};

async function rename(transaction: Transaction<Schema>, from: readonly string[], to: string): Promise<void> {
  await transaction.updateTable('audit').set({ actor: to }).where('actor', 'in', from).execute();
  await transaction.updateTable('audit').set({ subject: to }).where('subject', 'in', from).execute();
}

/** What somebody stands as: their id, and their accounts, since who is named in ADMINS may act before registering. */
export function actorNames(personId: string, accounts: readonly AccountRef[]): string[] {
  return [personId, ...accounts.map(({ channel, userId }) => `${channel}:${userId}`)];
}

function actorKind(actor: string, personId: string | null): AuditRow['actor'] {
  if (personId !== null) return 'person';
  if (actor === OPERATOR) return 'operator';
  return actor === ERASED ? 'erased' : 'admin';
}
