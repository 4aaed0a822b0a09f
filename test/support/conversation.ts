import type { Incoming, Outgoing } from '../../src/bot/channel.ts';
import type { AccountRef } from '../../src/config.ts';
import { createConversation, type Conversation } from '../../src/handlers/conversation.ts';
import type { Entry } from '../../src/handbook/entry.ts';
import { loadHandbook, type Handbook } from '../../src/handbook/load.ts';
import { createLogger } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createAccountsStore } from '../../src/people/accounts-store.ts';
import { auditHooks, createAuditStore } from '../../src/people/audit-store.ts';
import { createDataRequestsStore } from '../../src/people/data-requests-store.ts';
import { createDialogsStore } from '../../src/people/dialogs-store.ts';
import { createErasure } from '../../src/people/erasure-store.ts';
import { createInvitesStore, inviteHooks } from '../../src/people/invites-store.ts';
import { createLinkCodes } from '../../src/people/link-codes-store.ts';
import { createPeopleStore } from '../../src/people/people-store.ts';
import { createPlacingStore } from '../../src/people/placing-store.ts';
import { createRolesStore, roleHooks, type HeldRole } from '../../src/people/roles-store.ts';
import { planUnits } from '../../src/people/unit-plan.ts';
import { createUnitsStore, newUnitId } from '../../src/people/units-store.ts';
import { createQuestionsStore } from '../../src/questions/questions-store.ts';
import { createSearch, type Search } from '../../src/search/search.ts';
import { openDatabase } from '../../src/store/database.ts';
import { drivenClock } from './clock.ts';

export type TestConversation = Awaited<ReturnType<typeof openConversation>>;

let handbook: Handbook | undefined;
let search: Search<Entry> | undefined;

/** Everything that the bot says, on a database of its own, without a platform. */
export async function openConversation(admins: readonly AccountRef[]) {
  const clock = drivenClock('2026-11-22T03:00:00Z');
  const timeZone = 'Asia/Ho_Chi_Minh';
  const db = await openDatabase('sqlite::memory:');
  // Reading and indexing take a second, and nothing changes them.
  handbook ??= loadHandbook('data/handbook');
  search ??= createSearch(handbook.entries);
  const hooks = [roleHooks, inviteHooks, auditHooks];
  const stores = {
    people: createPeopleStore(db, clock, hooks),
    units: createUnitsStore(db, clock),
    placing: createPlacingStore(db, clock),
    roles: createRolesStore(db, clock, admins),
    invites: createInvitesStore(db, clock),
    audit: createAuditStore(db),
    dialogs: createDialogsStore(db, clock),
    erasure: createErasure(db, clock, createLogger('silent', []), hooks),
  };
  const rolesChanged: AccountRef[][] = [];
  const conversation: Conversation = createConversation({
    ...stores,
    handbook,
    search,
    questions: createQuestionsStore(db, clock, timeZone, 180),
    questionDays: 180,
    deliveryDays: 365,
    accounts: createAccountsStore(db, clock),
    dialogsStore: stores.dialogs,
    codes: createLinkCodes(db, clock),
    requests: createDataRequestsStore(db, clock, timeZone),
    consent: { markdown: 'Đồng ý không?', version: 'v1' },
    maySee: async (officer, person) =>
      (await stores.roles.reach(officer)).all ||
      (person?.unitId !== undefined && (await stores.roles.mayManage(officer, person.unitId))),
    onGone: () => Promise.resolve(),
    onStopped: () => Promise.resolve(),
    notify: () => Promise.resolve(true),
    tellOfficers: () => Promise.resolve(),
    startLink: (code) => `https://t.me/SoTayBot?start=${code}`,
    onRolesChanged: (accounts) => void rolesChanged.push([...accounts]),
    isOfficer: (message) => stores.roles.isOfficer(message),
    metrics: createMetrics(),
    clock,
    timeZone,
    log: createLogger('silent', []),
  });

  const handle = (account: AccountRef, kind: Incoming['kind'], text: string): Promise<Outgoing[]> =>
    conversation.handle({ ...account, chatId: account.userId, kind, text, group: false });

  return {
    ...stores,
    db,
    clock,
    features: conversation.features,
    commands: conversation.commands,
    rolesChanged,
    say: (account: AccountRef, text: string) => handle(account, 'text', text),
    press: (account: AccountRef, choice: string) => handle(account, 'choice', choice),
    /** Units by lines such as "Chi bộ Thôn 1 | Đảng ủy xã A"; returns the ids by name. */
    async addUnits(lines: readonly string[]): Promise<Map<string, string>> {
      const rows = lines.map((line, i) => {
        const [name = '', parent = ''] = line.split('|').map((part) => part.trim());
        return { row: i + 1, name, parent, kind: '' };
      });
      const { plan, mistakes } = planUnits(rows, { existing: await stores.units.all(), newId: newUnitId });
      if (mistakes.length > 0) throw new Error(mistakes[0]?.text);
      await stores.units.apply(plan, 'cli');
      return new Map(plan.map(({ name, id }) => [name, id]));
    },
    /** Somebody who is registered, with this role. */
    async addPerson(account: AccountRef, name: string, held?: HeldRole, unitId?: string): Promise<string> {
      const { id } = await stores.people.register(account, 'v1');
      await stores.people.rename(id, name);
      await stores.people.setUnit(id, unitId === undefined ? { text: 'chưa rõ' } : { id: unitId });
      if (held) {
        const { invite } = await stores.invites.make(held, 'cli');
        await stores.invites.accept(invite.id, id);
      }
      return id;
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

/** A reply as one text, with its choices. */
export function textOf(replies: readonly Outgoing[]): string {
  return replies
    .map(({ markdown, choices = [] }) => [markdown, ...choices.map(({ label }) => `[${label}]`)].join('\n'))
    .join('\n');
}

/** The id of the choice with this label in it. */
export function choiceOf(replies: readonly Outgoing[], label: string): string {
  const found = replies.flatMap(({ choices = [] }) => choices).find((choice) => choice.label.includes(label));
  if (!found) throw new Error(`no choice "${label}" in:\n${textOf(replies)}`);
  return found.id;
}
