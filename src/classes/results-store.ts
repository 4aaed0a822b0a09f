import type { Selectable, Transaction } from 'kysely';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { NewMessage, OutboxStore } from '../delivery/outbox-store.ts';
import { recordAudit } from '../people/audit-store.ts';
import { heardAt, recipientsOf, type Recipient } from '../people/recipients-store.ts';
import { matchUnit } from '../people/unit-match.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { resultSummary, type ResultPlan } from './results.ts';

export interface ResultsStore {
  /**
   * Keeps results; each trainee whose result is new or different is told, and each unit's committee gets a notice with
   * numbers. All in one transaction.
   *
   * @returns how many messages are on their way
   */
  keep(classId: string, changed: ResultPlan['changed'], by: string): Promise<{ trainees: number; notices: number }>;
}

export interface ResultsDeps {
  db: Database;
  clock: Clock;
  timeZone: string;
  outbox: Pick<OutboxStore, 'enqueue'>;
}

export function createResultsStore({ db, clock, timeZone, outbox }: ResultsDeps): ResultsStore {
  function message(to: Recipient, key: string, markdown: string): NewMessage {
    const { personId, channel, chatId } = to;
    const dueAt = heardAt(to, clock.now(), timeZone);
    return { key, class: 'announcement', channel, chatId, personId, message: { markdown }, dueAt };
  }

  return {
    keep(classId, changed, by) {
      return db.transaction().execute(async (transaction) => {
        const known = await transaction
          .selectFrom('classes')
          .select(['code', 'title', 'unit_id'])
          .where('id', '=', classId)
          .executeTakeFirst();
        if (!known || changed.length === 0) return { trainees: 0, notices: 0 };
        for (const { enrolmentId, result } of changed) {
          await transaction
            .updateTable('enrolments')
            .set({ result })
            .where('id', '=', enrolmentId)
            .where('class_id', '=', classId)
            .execute();
        }
        const trainees = await traineesOf(transaction, classId);
        const results = new Map(changed.map(({ enrolmentId, result }) => [enrolmentId, result]));
        const name = `**${escapeMarkdown(known.code)}** (${escapeMarkdown(known.title)})`;
        const at = timestamp(clock.now());

        const concerned = trainees.filter(({ id }) => results.has(id));
        const told = await recipientsOf(
          transaction,
          concerned.flatMap(({ person_id }) => person_id ?? []),
        );
        const messages = concerned.flatMap(({ id, person_id }) => {
          const to = told.get(person_id ?? '');
          const text = `**Thông báo kết quả học tập**\n\nLớp ${name}: kết quả của đồng chí là **${results.get(id)}**.`;
          return to ? [message(to, `result:${id}:${at}`, text)] : [];
        });

        const summary = resultSummary(trainees.map(({ result }) => result ?? undefined));
        const graded = trainees.filter(({ result }) => result !== null).length;
        const notices: NewMessage[] = [];
        const units = await transaction
          .selectFrom('units')
          .select(['id', 'name', 'kind', 'parent_id', 'path'])
          .execute();
        const unitOf = unitFinder(units);
        const byUnit = Map.groupBy(trainees, (one) => unitOf(one));
        for (const unit of new Set(concerned.map((one) => unitOf(one)))) {
          if (!unit) continue;
          const members = byUnit.get(unit) ?? [];
          const own = resultSummary(members.map(({ result }) => result ?? undefined));
          // Numbers only: names would stay behind in a message when one of them has everything erased.
          const text = [
            '**Thông báo kết quả học tập**',
            `Lớp ${name}. Đơn vị **${escapeMarkdown(unit.name)}** có ${members.length} học viên: ${own}.`,
            `Toàn lớp: ${graded} học viên có kết quả: ${summary}.`,
          ].join('\n\n');
          for (const to of await committeeOf(transaction, unit.path)) {
            notices.push(message(to, `results:${classId}:${unit.id}:${to.personId}:${at}`, text));
          }
        }
        await outbox.enqueue(transaction, [...messages, ...notices]);
        await recordAudit(transaction, clock, {
          actor: by,
          action: 'results imported',
          unitId: known.unit_id ?? undefined,
          detail: { updated: changed.length },
        });
        return { trainees: messages.length, notices: notices.length };
      });
    },
  };
}

function traineesOf(transaction: Transaction<Schema>, classId: string) {
  return transaction
    .selectFrom('enrolments')
    .leftJoin('people', 'people.id', 'enrolments.person_id')
    .select(['enrolments.id', 'enrolments.person_id', 'enrolments.result', 'enrolments.unit_text', 'people.unit_id'])
    .where('class_id', '=', classId)
    .where('state', '=', 'enrolled')
    .execute();
}

type UnitRow = Pick<Selectable<Schema['units']>, 'id' | 'name' | 'kind' | 'parent_id' | 'path'>;

/** Whose trainee somebody is: by their own unit, else by what the roster says, when that is clear. */
function unitFinder(
  units: readonly UnitRow[],
): (one: { unit_id: string | null; unit_text: string | null }) => UnitRow | undefined {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const named = units.map(({ parent_id, ...unit }) => ({ ...unit, parentId: parent_id ?? undefined }));
  const written = new Map<string, UnitRow | undefined>();
  return ({ unit_id, unit_text }) => {
    if (unit_id !== null) return byId.get(unit_id);
    if (unit_text === null) return undefined;
    if (!written.has(unit_text)) {
      const match = matchUnit(unit_text, named);
      written.set(unit_text, match.kind === 'exact' ? byId.get(match.unit.id) : undefined);
    }
    return written.get(unit_text);
  };
}

/** The secretaries and officers of a unit; when it has none, those of the nearest unit above. */
async function committeeOf(transaction: Transaction<Schema>, path: string): Promise<Recipient[]> {
  for (const unitId of path.split('/').filter(Boolean).toReversed()) {
    const rows = await transaction
      .selectFrom('roles')
      .select('person_id')
      .distinct()
      .where('unit_id', '=', unitId)
      .where('role', 'in', ['officer', 'secretary'])
      .execute();
    const found = await recipientsOf(
      transaction,
      rows.map(({ person_id }) => person_id),
    );
    if (found.size > 0) return [...found.values()];
  }
  return [];
}
