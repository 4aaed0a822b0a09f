import type { Incoming, Outgoing } from '../../src/bot/channel.ts';
import { createAttendanceStore } from '../../src/classes/attendance-store.ts';
import { calendarFeedHooks, createCalendarFeedsStore } from '../../src/classes/calendar-feeds-store.ts';
import { createCheckInStore } from '../../src/classes/check-in-store.ts';
import { classHooks, createClassesStore } from '../../src/classes/classes-store.ts';
import { createEnrolmentsStore, enrolmentHooks } from '../../src/classes/enrolments-store.ts';
import { createResultsStore } from '../../src/classes/results-store.ts';
import { createRosterStore } from '../../src/classes/roster-store.ts';
import type { AccountRef } from '../../src/config.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { createConversation, type Conversation } from '../../src/handlers/conversation.ts';
import { classEvents } from '../../src/handlers/my-classes.ts';
import type { Entry } from '../../src/handbook/entry.ts';
import { loadHandbook, type Handbook } from '../../src/handbook/load.ts';
import { createLogger } from '../../src/log.ts';
import { loadHolidays } from '../../src/meetings/holidays.ts';
import { createMeetingsStore, meetingHooks } from '../../src/meetings/meetings-store.ts';
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
  const outbox = createOutboxStore(db, clock);
  const hooks = [
    roleHooks,
    inviteHooks,
    auditHooks,
    classHooks,
    calendarFeedHooks,
    enrolmentHooks({ clock, timeZone, outbox }),
    meetingHooks,
  ];
  const stores = {
    people: createPeopleStore(db, clock, hooks),
    units: createUnitsStore(db, clock),
    classes: createClassesStore({ db, clock, timeZone, outbox }),
    enrolments: createEnrolmentsStore({ db, clock, timeZone, outbox }),
    attendance: createAttendanceStore({ db, clock, timeZone, outbox }),
    checkIn: createCheckInStore(db, clock),
    feeds: createCalendarFeedsStore(db, clock),
    placing: createPlacingStore(db, clock),
    roles: createRolesStore(db, clock, admins),
    invites: createInvitesStore(db, clock),
    audit: createAuditStore(db),
    meetings: createMeetingsStore({ db, clock, timeZone, outbox }),
    dialogs: createDialogsStore(db, clock),
    erasure: createErasure(db, clock, createLogger('silent', []), hooks),
  };
  const rolesChanged: AccountRef[][] = [];
  const files = new Map<string, Uint8Array>();
  const conversation: Conversation = createConversation({
    ...stores,
    training: {
      enrolments: stores.enrolments,
      attendance: stores.attendance,
      checkIn: stores.checkIn,
      feeds: stores.feeds,
      resultsStore: createResultsStore({ db, clock, timeZone, outbox }),
      events: (personId) => classEvents(stores, personId),
    },
    feedAddress: (_message, token) => `https://bot.example/calendar/${token}.ics`,
    handbook,
    search,
    questions: createQuestionsStore(db, clock, timeZone, 180),
    questionDays: 180,
    deliveryDays: 365,
    accounts: createAccountsStore(db, clock),
    dialogsStore: stores.dialogs,
    codes: createLinkCodes(db, clock),
    requests: createDataRequestsStore(db, clock, timeZone),
    holidays: loadHolidays(),
    consent: { markdown: 'Đồng ý không?', version: 'v1' },
    roster: createRosterStore(db, clock),
    download: ({ file }) => Promise.resolve(files.get(file?.id ?? '') ?? new Uint8Array()),
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
    /** Sends a document, as on Telegram. */
    send(account: AccountRef, bytes: Uint8Array) {
      files.set('sent', bytes);
      const file = { id: 'sent', size: bytes.length };
      return conversation.handle({ ...account, chatId: account.userId, kind: 'file', text: '', group: false, file });
    },
    /** What somebody types in a group chat. */
    sayInGroup: (account: AccountRef, chatId: string, text: string) =>
      conversation.handle({ ...account, chatId, kind: 'text', text, group: true }),
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
