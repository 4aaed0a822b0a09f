import type { App } from '../app.ts';
import { systemClock } from '../clock.ts';
import { createRosterStore } from '../classes/roster-store.ts';
import type { AccountRef } from '../config.ts';
import { OPERATOR } from '../people/audit-store.ts';
import { createPeopleStore } from '../people/people-store.ts';
import { grantRole } from '../people/roles-store.ts';
import { planUnits } from '../people/unit-plan.ts';
import { createUnitsStore, newUnitId } from '../people/units-store.ts';
import type { Database } from '../store/database.ts';
import {
  CLASS_CODE,
  SAMPLE_ANNOUNCEMENT,
  SAMPLE_MEETING,
  SAMPLE_ROLES,
  SAMPLE_ROSTER,
  SAMPLE_UNITS,
  sampleClass,
} from './sample.ts';

/** The sample's units, and the people that a visitor can be. */
export async function addSamplePeople(db: Database, consentVersion: string): Promise<void> {
  const units = createUnitsStore(db, systemClock);
  const rows = SAMPLE_UNITS.map(({ name, parent }, i) => ({ row: i + 1, name, parent, kind: '' }));
  const { plan } = planUnits(rows, { existing: [], newId: newUnitId });
  await units.apply(plan, OPERATOR);
  const idOf = new Map(plan.map(({ name, id }) => [name, id]));
  const people = createPeopleStore(db, systemClock, []);
  for (const { account, name, unit, role } of SAMPLE_ROLES) {
    const unitId = idOf.get(unit);
    const { id } = await people.register(account, consentVersion);
    await people.rename(id, name);
    await people.setUnit(id, unitId === undefined ? { text: unit } : { id: unitId });
    const held = { role, unitId: role === 'admin' ? undefined : unitId };
    await db.transaction().execute((transaction) => grantRole(transaction, systemClock, id, held));
  }
}

interface Reply {
  markdown: string;
  choices: { id: string; label: string }[];
}

/**
 * The rest is made as anybody would make it: by talking to the bot. So it goes where such things go, and shows what they
 * look like.
 *
 * @throws when the bot says something else than expected
 */
export async function playSample({ url }: Pick<App, 'url'>, timeZone: string): Promise<void> {
  const [trainee, secretary, officer] = SAMPLE_ROLES.map(({ account }) => account);
  if (!trainee || !secretary || !officer) throw new Error('the sample lacks a role');

  async function talk(account: AccountRef, what: { text: string } | { choice: string }): Promise<Reply[]> {
    const response = await fetch(`${url}/chat/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user: account.userId, ...what }),
    });
    return ((await response.json()) as { replies: Reply[] }).replies;
  }
  async function press(account: AccountRef, replies: readonly Reply[], label: string): Promise<Reply[]> {
    const choice = replies.flatMap(({ choices }) => choices).find((one) => one.label.includes(label));
    if (!choice) throw new Error(`no choice ${label} in: ${replies.map(({ markdown }) => markdown).join('\n')}`);
    return talk(account, { choice: choice.id });
  }

  const today = systemClock.now().toZonedDateTimeISO(timeZone).toPlainDate();
  await press(officer, await talk(officer, { text: sampleClass(today) }), 'Nhập');
  await talk(trainee, { text: `/dangky ${CLASS_CODE}` });
  await press(secretary, await talk(secretary, { text: '/hop' }), 'Ghi lịch họp');
  await press(secretary, await talk(secretary, { text: SAMPLE_MEETING }), 'Ghi');
  const audiences = await talk(officer, { text: `/thongbao ${SAMPLE_ANNOUNCEMENT}` });
  await press(officer, await press(officer, audiences, 'Tất cả'), 'Gửi ngay');
}

/** Lines of the roster that nobody has claimed, as an import of the office's list leaves them. */
export async function addSampleRoster(db: Database): Promise<void> {
  const trainingClass = await db
    .selectFrom('classes')
    .select('id')
    .where('code', '=', CLASS_CODE)
    .executeTakeFirstOrThrow();
  const plan = { added: [...SAMPLE_ROSTER], updated: [], same: 0, left: 0, total: SAMPLE_ROSTER.length };
  await createRosterStore(db, systemClock).apply(trainingClass.id, plan, OPERATOR);
}
