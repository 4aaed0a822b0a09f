import type { Incoming, Outgoing } from '../../src/bot/channel.ts';
import { createAnnouncements } from '../../src/announcements/announcements.ts';
import { announcementHooks } from '../../src/announcements/announcements-store.ts';
import { createAttendanceStore } from '../../src/classes/attendance-store.ts';
import { calendarFeedHooks, createCalendarFeedsStore } from '../../src/classes/calendar-feeds-store.ts';
import { createCheckInStore } from '../../src/classes/check-in-store.ts';
import { classHooks, createClassesStore } from '../../src/classes/classes-store.ts';
import { createEnrolmentsStore, enrolmentHooks } from '../../src/classes/enrolments-store.ts';
import { createResultsStore } from '../../src/classes/results-store.ts';
import { createRosterStore } from '../../src/classes/roster-store.ts';
import type { AccountRef } from '../../src/config.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { createDocumentsStore } from '../../src/documents/documents-store.ts';
import { createFollowsStore, followHooks } from '../../src/documents/follows-store.ts';
import { createRegistry } from '../../src/documents/registry.ts';
import { activityHooks, createActivityStore } from '../../src/figures/activity-store.ts';
import { createFiguresStore } from '../../src/figures/figures-store.ts';
import { createCodeDisplay } from '../../src/handlers/code-display.ts';
import { createConversation, type Conversation } from '../../src/handlers/conversation.ts';
import { rewordedNotice } from '../../src/handlers/following.ts';
import { classEvents } from '../../src/handlers/my-classes.ts';
import type { Entry } from '../../src/handbook/entry.ts';
import { allowedWordsFile, readAllowedWords } from '../../src/handbook/check.ts';
import { loadParts, type HandbookParts } from '../../src/handbook/load.ts';
import { openHandbook } from '../../src/handbook/open.ts';
import { handbookHooks } from '../../src/handbook/versions-store.ts';
import { loadHolidays } from '../../src/meetings/holidays.ts';
import { createMeetingsStore, meetingHooks } from '../../src/meetings/meetings-store.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createAccountsStore } from '../../src/people/accounts-store.ts';
import { auditHooks, createAuditStore } from '../../src/people/audit-store.ts';
import { createDataRequestsStore } from '../../src/people/data-requests-store.ts';
import { createDialogsStore } from '../../src/people/dialogs-store.ts';
import { createErasureLedger } from '../../src/people/erasure-ledger.ts';
import { createErasure } from '../../src/people/erasure-store.ts';
import { createInvitesStore, inviteHooks } from '../../src/people/invites-store.ts';
import { createLinkCodes } from '../../src/people/link-codes-store.ts';
import { createPeopleStore } from '../../src/people/people-store.ts';
import { createPlacingStore } from '../../src/people/placing-store.ts';
import { createRolesStore, roleHooks, type HeldRole } from '../../src/people/roles-store.ts';
import { planUnits } from '../../src/people/unit-plan.ts';
import { createUnitsStore, newUnitId } from '../../src/people/units-store.ts';
import { createQuestionLoop } from '../../src/questions/loop.ts';
import { queueHooks } from '../../src/questions/queue-hooks.ts';
import { createQuestionsStore } from '../../src/questions/questions-store.ts';
import { createSearch, type Search } from '../../src/search/search.ts';
import { readVocabulary } from '../../src/search/vocabulary.ts';
import { openDatabase } from '../../src/store/database.ts';
import { drivenClock } from './clock.ts';
import { watchedLog } from './log.ts';

export type TestConversation = Awaited<ReturnType<typeof openConversation>>;

const HANDBOOK = 'data/handbook';
const CHANNELS = ['telegram', 'zalo', 'web'] as const;
const RATES = { telegram: 28, zalo: 5, web: 1000 };
/** So that a test needs few people to be above it. */
export const FOUR_EYES_ABOVE = 5;
const vocabulary = readVocabulary();
let ours: { parts: HandbookParts; search: Search<Entry> | undefined } | undefined;

/** Everything that the bot says, on a database of its own, without a platform. */
export async function openConversation(admins: readonly AccountRef[], directory = HANDBOOK, consent = 'Đồng ý không?') {
  const clock = drivenClock('2026-11-22T03:00:00Z');
  const timeZone = 'Asia/Ho_Chi_Minh';
  const holidays = loadHolidays();
  const db = await openDatabase('sqlite::memory:');
  // Reading and indexing take a second.
  if (directory === HANDBOOK) ours ??= { parts: loadParts(HANDBOOK), search: undefined };
  const opened = await openHandbook({
    parts: directory === HANDBOOK && ours ? ours.parts : loadParts(directory),
    db,
    clock,
    timeZone,
    allowedWords: readAllowedWords(allowedWordsFile(directory)),
    buildSearch: directory === HANDBOOK ? shareSearch : createSearch,
    onReworded: (transaction, entryIds) =>
      stores.follows.tell(
        transaction,
        rewordedNotice(opened.handbook, entryIds, clock.now().toZonedDateTimeISO(timeZone).toPlainDate()),
      ),
  });
  const registry = createRegistry({
    documents: opened.handbook.documents,
    store: createDocumentsStore(db, clock),
    clock,
    timeZone,
  });
  await registry.refresh();
  const outbox = createOutboxStore(db, clock);
  const hooks = [
    roleHooks,
    inviteHooks,
    auditHooks,
    classHooks,
    calendarFeedHooks,
    enrolmentHooks({ clock, timeZone, outbox }),
    meetingHooks,
    announcementHooks,
    handbookHooks,
    followHooks,
    activityHooks,
    queueHooks({ outbox }),
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
    registry,
    follows: createFollowsStore({ db, clock, timeZone, outbox }),
    figures: createFiguresStore(db),
    activity: createActivityStore(db, clock, timeZone),
    dialogs: createDialogsStore(db, clock),
    erasure: createErasure(db, clock, watchedLog(), hooks, createErasureLedger('sqlite::memory:', [])),
  };
  const announcements = createAnnouncements({
    db,
    databaseUrl: 'sqlite::memory:',
    outbox,
    people: stores.people,
    roles: stores.roles,
    channels: () => CHANNELS,
    publicUrl: 'https://bot.example',
    fourEyesAbove: FOUR_EYES_ABOVE,
    keepDays: 365,
    clock,
    wait: () => Promise.resolve(),
    timeZone,
    log: watchedLog(),
  });
  const loop = createQuestionLoop({
    db,
    clock,
    timeZone,
    holidays,
    outbox,
    search: opened.search,
    vocabulary,
    admins,
    days: 180,
  });
  const rolesChanged: AccountRef[][] = [];
  const files = new Map<string, Uint8Array>();
  const notified: (AccountRef & { markdown: string })[] = [];
  const edited: { messageId: string; markdown: string }[] = [];
  const display = createCodeDisplay({
    async edit(_account, messageId, { markdown }) {
      edited.push({ messageId, markdown });
      return true;
    },
    log: watchedLog(),
  });
  const conversation: Conversation = createConversation({
    ...stores,
    display,
    training: {
      enrolments: stores.enrolments,
      attendance: stores.attendance,
      checkIn: stores.checkIn,
      feeds: stores.feeds,
      resultsStore: createResultsStore({ db, clock, timeZone, outbox }),
      events: (personId) => classEvents(stores, personId),
    },
    announcing: {
      ...announcements,
      db,
      outbox,
      rates: RATES,
      zaloMonth: () =>
        Promise.resolve({ month: '2026-11', sent: 100, limit: 3000, left: 2900, leftForAnnouncements: 2750 }),
      quietUntil: () => undefined,
      quietAt: () => undefined,
      canEdit: (channel) => channel === 'telegram',
      publicUrl: 'https://bot.example',
      fourEyesAbove: FOUR_EYES_ABOVE,
      fetch: ({ file }) => Promise.resolve(files.get(file?.id ?? '') ?? new Uint8Array()),
    },
    pictureLink: ({ channel }, name) => (channel === 'zalo' ? `https://bot.example/files/x/${name}` : undefined),
    feedAddress: (_message, token) => `https://bot.example/calendar/${token}.ics`,
    ...opened,
    ...loop,
    questions: createQuestionsStore(db, clock, timeZone, 180),
    questionDays: 180,
    deliveryDays: 365,
    accounts: createAccountsStore(db, clock),
    dialogsStore: stores.dialogs,
    codes: createLinkCodes(db, clock),
    requests: createDataRequestsStore(db, clock, timeZone),
    holidays,
    consent: { markdown: consent, version: 'v1' },
    roster: createRosterStore(db, clock),
    download: ({ file }) => Promise.resolve(files.get(file?.id ?? '') ?? new Uint8Array()),
    maySee: async (officer, person) =>
      (await stores.roles.reach(officer)).all ||
      (person?.unitId !== undefined && (await stores.roles.mayManage(officer, person.unitId))),
    onGone: () => Promise.resolve(),
    onStopped: () => Promise.resolve(),
    notify: (account, markdown) => Promise.resolve(notified.push({ ...account, markdown }) > 0),
    tellOfficers: () => Promise.resolve(),
    startLink: (code) => `https://t.me/SoTayBot?start=${code}`,
    onRolesChanged: (accounts) => void rolesChanged.push([...accounts]),
    isOfficer: (message) => stores.roles.isOfficer(message),
    metrics: createMetrics(),
    clock,
    timeZone,
    log: watchedLog(),
  });

  const handle = (account: AccountRef, kind: Incoming['kind'], text: string): Promise<Outgoing[]> =>
    conversation.handle({ ...account, chatId: account.userId, kind, text, group: false });

  return {
    display,
    /** Messages that were changed. */
    edited,
    ...stores,
    ...opened,
    ...loop,
    announcements,
    outbox,
    db,
    clock,
    features: conversation.features,
    commands: conversation.commands,
    rolesChanged,
    /** What was said to somebody else than who asked, besides the outbox. */
    notified,
    say: (account: AccountRef, text: string) => handle(account, 'text', text),
    press: (account: AccountRef, choice: string) => handle(account, 'choice', choice),
    /** Answers a message of the bot, as on Telegram. */
    reply: (account: AccountRef, replyTo: string, text: string) =>
      conversation.handle({ ...account, chatId: account.userId, kind: 'text', text, group: false, replyTo }),
    /** Sends a document, as on Telegram. */
    send(
      account: AccountRef,
      bytes: Uint8Array,
      { kind = 'file', name, text = '' }: { kind?: 'file' | 'photo'; name?: string; text?: string } = {},
    ) {
      files.set('sent', bytes);
      const file = { id: 'sent', size: bytes.length, name };
      return conversation.handle({ ...account, chatId: account.userId, kind, text, group: false, file });
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

/** The index that all tests ask; whoever changes it gets one of their own. */
function shareSearch(entries: readonly Entry[]): Search<Entry> {
  if (ours) ours.search ??= createSearch(entries, vocabulary);
  let mine: Search<Entry> | undefined;
  const own = (): Search<Entry> => (mine ??= createSearch(entries, vocabulary));
  const present = (): Search<Entry> => mine ?? ours?.search ?? own();
  return {
    ask: (text, options) => present().ask(text, options),
    covers: (text, entry) => present().covers(text, entry),
    put: (entry) => own().put(entry),
    remove: (id) => own().remove(id),
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
