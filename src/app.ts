import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DeliveryError, type Channel, type Incoming, type Outgoing } from './bot/channel.ts';
import { createInbox, type Inbox } from './bot/inbox.ts';
import { limitMessages } from './bot/message-limit.ts';
import type { Telegram } from './bot/telegram/telegram.ts';
import { acceptTypedButtons } from './bot/typed-buttons.ts';
import { createWebChat } from './bot/web/web.ts';
import { createAnnouncements } from './announcements/announcements.ts';
import { announcementHooks } from './announcements/announcements-store.ts';
import { createAnnouncementChanging } from './announcements/changing.ts';
import { createProgress } from './announcements/progress.ts';
import { createAttendanceStore } from './classes/attendance-store.ts';
import { calendarFile } from './classes/calendar.ts';
import { calendarFeedHooks, createCalendarFeedsStore } from './classes/calendar-feeds-store.ts';
import { createCheckInStore } from './classes/check-in-store.ts';
import { classHooks, createClassesStore } from './classes/classes-store.ts';
import { createRosterStore } from './classes/roster-store.ts';
import { createEnrolmentsStore, enrolmentHooks } from './classes/enrolments-store.ts';
import { createResultsStore } from './classes/results-store.ts';
import { systemClock, type Clock } from './clock.ts';
import type { AccountRef, ChannelName, Config } from './config.ts';
import { createDelivery } from './delivery/delivery.ts';
import { createOutboxStore, type OutboxStore } from './delivery/outbox-store.ts';
import { mayPretend, sampleRolesIn } from './demo/sample-roles.ts';
import { quietUntil } from './delivery/quiet-hours.ts';
import { createDocumentsStore } from './documents/documents-store.ts';
import { createFollowsStore, followHooks } from './documents/follows-store.ts';
import { createRegistry } from './documents/registry.ts';
import { activityHooks, createActivityStore } from './figures/activity-store.ts';
import { createFiguresStore } from './figures/figures-store.ts';
import { createSharedPictures } from './figures/shared-pictures.ts';
import { createCodeDisplay, DISPLAY_EVERY_MS } from './handlers/code-display.ts';
import { createConversation } from './handlers/conversation.ts';
import { rewordedNotice } from './handlers/following.ts';
import { classEvents } from './handlers/my-classes.ts';
import { allowedWordsFile, readAllowedWords } from './handbook/check.ts';
import { loadParts } from './handbook/load.ts';
import { openHandbook } from './handbook/open.ts';
import { handbookHooks } from './handbook/versions-store.ts';
import { limitAddresses } from './http/address-limit.ts';
import { createRoutes } from './http/routes.ts';
import { createHttpServer } from './http/server.ts';
import { keepDoing } from './keep-doing.ts';
import type { Logger } from './log.ts';
import { loadHolidays } from './meetings/holidays.ts';
import { createMeetingEvents } from './meetings/meeting-events.ts';
import { createMeetingsStore, meetingHooks } from './meetings/meetings-store.ts';
import { createMeetingDuties } from './meetings/plan-duties.ts';
import { createMetrics } from './metrics.ts';
import { createAccountsStore } from './people/accounts-store.ts';
import { auditHooks, createAuditStore } from './people/audit-store.ts';
import { consentOf } from './people/consent.ts';
import { createDataRequestsStore } from './people/data-requests-store.ts';
import { createDialogsStore } from './people/dialogs-store.ts';
import { createErasureLedger } from './people/erasure-ledger.ts';
import { createErasure } from './people/erasure-store.ts';
import { createInvitesStore, inviteHooks } from './people/invites-store.ts';
import { createLinkCodes } from './people/link-codes-store.ts';
import { createPeopleStore, type PersonHooks } from './people/people-store.ts';
import { createPlacingStore } from './people/placing-store.ts';
import { createRolesStore, roleHooks } from './people/roles-store.ts';
import { createUnitsStore } from './people/units-store.ts';
import { createUpkeep } from './people/upkeep.ts';
import { createQuestionLoop } from './questions/loop.ts';
import { createQuestionsStore } from './questions/questions-store.ts';
import { queueHooks } from './questions/queue-hooks.ts';
import { createReminderTick } from './reminders/tick.ts';
import { reminderHooks } from './reminders/withdraw.ts';
import { createSearch } from './search/search.ts';
import { readVocabulary } from './search/vocabulary.ts';
import { warmUp } from './search/warm-up.ts';
import { LARGEST_FILE } from './spreadsheet/sheet.ts';
import { databaseBytes, openDatabase } from './store/database.ts';
import { createProcessLock } from './store/process-lock.ts';
import { createAlarm } from './watch/alarm.ts';
import { createAlarmsStore } from './watch/alarms-store.ts';
import { createChannelWatch } from './watch/channel-watch.ts';
import { createDailyLine } from './watch/daily-line.ts';
import { createNightlyBackup } from './store/nightly-backup.ts';

/** How long `stop` waits for what is in hand; what is left then is answered after the next start. */
const STOP_WITHIN_MS = 8000;
/** How soon another process on the same database sees what was changed in the handbook. */
const SYNC_HANDBOOK_MS = 30_000;
const UPKEEP_EVERY_MS = 3_600_000;
const WATCH_EVERY_MS = 60_000;

export interface App {
  /** Where the HTTP server listens. */
  readonly url: string;
  /** Stops taking messages, finishes those in hand, closes the database. */
  stop(): Promise<void>;
}

/**
 * Starts everything that the configuration asks for.
 *
 * @throws {HandbookError} when the handbook has mistakes; {ConfigError} when the text of the consent has; errors of the
 *   database or the port as they come
 */
export async function startApp(config: Config, log: Logger, clock: Clock = systemClock): Promise<App> {
  const parts = loadParts(config.HANDBOOK_DIR);
  const vocabulary = readVocabulary();
  const consent = consentOf(config);
  const db = await openDatabase(
    config.DATABASE_URL,
    config.BACKUP_DIR === undefined ? undefined : { folder: config.BACKUP_DIR, key: config.BACKUP_KEY },
  );
  const holidays = loadHolidays();
  const metrics = createMetrics();
  const { handbook, search, editing, approvals, ...opened } = await openHandbook({
    parts,
    db,
    clock,
    timeZone: config.TIME_ZONE,
    allowedWords: readAllowedWords(allowedWordsFile(config.HANDBOOK_DIR)),
    buildSearch: (entries) => createSearch(entries, vocabulary),
    onReworded: (transaction, entryIds) =>
      follows.tell(
        transaction,
        rewordedNotice(handbook, entryIds, clock.now().toZonedDateTimeISO(config.TIME_ZONE).toPlainDate()),
      ),
  });
  const registry = createRegistry({
    documents: handbook.documents,
    store: createDocumentsStore(db, clock),
    clock,
    timeZone: config.TIME_ZONE,
  });
  await registry.refresh();
  const outbox = createOutboxStore(db, clock);
  const activity = createActivityStore(db, clock, config.TIME_ZONE);
  const pictures = createSharedPictures(clock);
  const follows = createFollowsStore({ db, clock, timeZone: config.TIME_ZONE, outbox });
  const questions = createQuestionsStore(db, clock, config.TIME_ZONE, config.QUESTION_DAYS);
  const loop = createQuestionLoop({
    db,
    clock,
    timeZone: config.TIME_ZONE,
    holidays,
    outbox,
    search,
    vocabulary,
    admins: config.ADMINS,
    days: config.QUESTION_DAYS,
  });
  const accounts = createAccountsStore(db, clock);
  const roles = createRolesStore(db, clock, config.ADMINS);
  const units = createUnitsStore(db, clock);
  const knowPeople = personHooks({ clock, timeZone: config.TIME_ZONE, outbox });
  const people = createPeopleStore(db, clock, knowPeople);
  const classes = createClassesStore({ db, clock, timeZone: config.TIME_ZONE, outbox });
  const trainees = { db, clock, timeZone: config.TIME_ZONE, outbox };
  const enrolments = createEnrolmentsStore(trainees);
  const meetings = createMeetingsStore(trainees);
  const meetingEvents = createMeetingEvents({ meetings, roles, units, clock, timeZone: config.TIME_ZONE });
  const training = {
    enrolments,
    attendance: createAttendanceStore(trainees),
    checkIn: createCheckInStore(db, clock),
    feeds: createCalendarFeedsStore(db, clock),
    resultsStore: createResultsStore(trainees),
    events: async (personId: string) => [
      ...(await classEvents({ classes, enrolments }, personId)),
      ...(await meetingEvents(personId)),
    ],
  };
  const running = (): ChannelName[] => [...channels.keys()];
  const announcements = createAnnouncements({
    db,
    databaseUrl: config.DATABASE_URL,
    outbox,
    people,
    roles,
    channels: running,
    publicUrl: config.PUBLIC_URL,
    fourEyesAbove: config.FOUR_EYES_ABOVE,
    keepDays: config.DELIVERY_DAYS,
    clock,
    wait: abortableDelay,
    timeZone: config.TIME_ZONE,
    log,
  });
  // A page of the web chat takes all at once.
  const rates = { telegram: config.TELEGRAM_RATE, zalo: config.ZALO_RATE, web: 1000 };
  const quietAt = (at: Temporal.Instant): Temporal.Instant | undefined =>
    config.QUIET_HOURS && quietUntil(at, config.QUIET_HOURS, config.TIME_ZONE);
  const quietNow = (): Temporal.Instant | undefined => quietAt(clock.now());
  const ledger = createErasureLedger(config.DATABASE_URL, config.BACKUP_DIR === undefined ? [] : [config.BACKUP_DIR]);
  const display = createCodeDisplay({
    async edit({ channel, userId }, messageId, message) {
      const platform = channels.get(channel);
      if (!platform?.edit) return false;
      await platform.edit(userId, [messageId], message);
      return true;
    },
    log,
  });
  const erasure = createErasure(db, clock, log, knowPeople, ledger);
  // Whoever put a copy in the database's place by hand brought back who was erased since.
  await erasure.eraseAgain();
  const dialogsStore = createDialogsStore(db, clock);
  const codes = createLinkCodes(db, clock);
  const requests = createDataRequestsStore(db, clock, config.TIME_ZONE);
  const zaloMonth = async () => (await zalo?.usage())?.messages;
  const conversation = createConversation({
    handbook,
    editing,
    approvals,
    registry,
    follows,
    figures: createFiguresStore(db),
    activity,
    pictureLink: ({ channel }, name, png) =>
      channel === 'zalo' && config.PUBLIC_URL !== undefined
        ? `${config.PUBLIC_URL}/files/${pictures.keep(png)}/${name}`
        : undefined,
    search,
    questions,
    ...loop,
    questionDays: config.QUESTION_DAYS,
    deliveryDays: config.DELIVERY_DAYS,
    accounts,
    people,
    dialogsStore,
    codes,
    requests,
    erasure,
    consent,
    units,
    classes,
    roster: createRosterStore(db, clock),
    download: async ({ file }) => {
      if (!telegram || !file) throw new DeliveryError('rejected', 'a file that nobody can give us');
      return telegram.download(file, LARGEST_FILE);
    },
    training,
    announcing: {
      ...announcements,
      db,
      outbox,
      rates,
      zaloMonth,
      quietUntil: quietNow,
      quietAt,
      canEdit: (channel) => channels.get(channel)?.edit !== undefined,
      publicUrl: config.PUBLIC_URL,
      fourEyesAbove: config.FOUR_EYES_ABOVE,
      async fetch({ file }, most) {
        if (!telegram || !file) throw new DeliveryError('rejected', 'a file that nobody can give us');
        return telegram.download(file, most);
      },
    },
    display,
    feedAddress: ({ channel }, token) => {
      // Without a public address only who sits at this machine can reach it: the web chat, to try it out.
      const base = config.PUBLIC_URL ?? (channel === 'web' ? localUrl : undefined);
      return base === undefined ? undefined : `${base}/calendar/${token}.ics`;
    },
    placing: createPlacingStore(db, clock),
    roles,
    invites: createInvitesStore(db, clock),
    audit: createAuditStore(db),
    meetings,
    holidays,
    startLink: (code) => telegram?.startLink(code),
    onRolesChanged: (changed) => void showMenus(changed),
    maySee: async (officer, person) =>
      (await roles.reach(officer)).all ||
      (person?.unitId !== undefined && (await roles.mayManage(officer, person.unitId))),
    notify,
    onGone,
    onStopped: (theirs) =>
      outbox.withhold(
        db,
        theirs.map(({ channel, userId }) => ({ channel, chatId: userId })),
        'stopped',
      ),
    tellOfficers,
    isOfficer: (message) => roles.isOfficer(message),
    metrics,
    clock,
    timeZone: config.TIME_ZONE,
    log,
  });

  const askedAt = async ({ channel, chatId }: Pick<Incoming, 'channel' | 'chatId'>) =>
    (await dialogsStore.current(channel, chatId))?.since;
  const handleButtons = acceptTypedButtons({ handle: conversation.handle, askedAt, clock });
  const limited = (handle: (message: Incoming) => Promise<Outgoing[]>) =>
    config.RATE_LIMIT === 'on' ? limitMessages(handle, clock) : handle;
  const channels = new Map<ChannelName, Channel>();
  const inbox: Inbox = createInbox({
    db,
    clock,
    log,
    channels,
    handle: limited((message) => (message.channel === 'zalo' && zalo ? zalo.handle(message) : handleButtons(message))),
    wait: abortableDelay,
  });
  const web = config.WEB_CHAT === 'on' ? createWebChat({ handle: limited(handleButtons), metrics }) : undefined;
  if (web) channels.set('web', web);
  let telegram: Telegram | undefined;
  let localUrl: string | undefined;
  let telegramWebhook: { telegram: Telegram; secret: string } | undefined;
  // A platform's library is loaded only when its token is set: together they would be a fifth of the start.
  if (config.TELEGRAM_BOT_TOKEN !== undefined) {
    const { createTelegram } = await import('./bot/telegram/telegram.ts');
    const webhook =
      config.PUBLIC_URL !== undefined && config.WEBHOOK_SECRET !== undefined
        ? { url: `${config.PUBLIC_URL}/telegram/webhook`, secret: config.WEBHOOK_SECRET }
        : undefined;
    telegram = createTelegram(
      {
        token: config.TELEGRAM_BOT_TOKEN,
        apiRoot: config.TELEGRAM_API_ROOT,
        proxy: config.HTTPS_PROXY,
        webhook,
        commands: conversation.commands,
        rate: config.TELEGRAM_RATE,
        officers: () => roles.officersOn('telegram'),
      },
      { inbox, clock, wait: abortableDelay, log, metrics },
    );
    channels.set('telegram', telegram);
    if (webhook) telegramWebhook = { telegram, secret: webhook.secret };
  }
  const zaloWebhookSecret = config.PUBLIC_URL === undefined ? undefined : config.WEBHOOK_SECRET;
  const zalo =
    config.ZALO_BOT_TOKEN === undefined
      ? undefined
      : (await import('./bot/zalo/zalo.ts')).createZalo(
          {
            token: config.ZALO_BOT_TOKEN,
            apiRoot: config.ZALO_API_ROOT,
            proxy: config.HTTPS_PROXY,
            webhook:
              zaloWebhookSecret === undefined
                ? undefined
                : { url: `${config.PUBLIC_URL}/zalo/webhook`, secret: zaloWebhookSecret },
            rate: config.ZALO_RATE,
            maxUsers: config.ZALO_MAX_USERS,
            maxGroups: config.ZALO_MAX_GROUPS,
            monthlyMessages: config.ZALO_MONTHLY_MESSAGES,
            timeZone: config.TIME_ZONE,
            telegram: config.TELEGRAM_BOT_TOKEN !== undefined,
          },
          {
            db,
            clock,
            log,
            metrics,
            inbox,
            handle: conversation.handle,
            askedAt: (chatId) => askedAt({ channel: 'zalo', chatId }),
            tellOfficers,
            wait: abortableDelay,
          },
        );
  if (zalo) {
    channels.set('zalo', zalo);
    metrics.zaloPlan(() => zalo.usage());
  }

  for (const name of channels.keys()) metrics.platform(name);
  metrics.outbox(() => outbox.counts(), clock);
  metrics.database(() => databaseBytes(config.DATABASE_URL));
  const alarm = createAlarm({ store: createAlarmsStore(db, clock), clock, tellOfficers, log });
  const delivery = createDelivery({
    store: outbox,
    databaseUrl: config.DATABASE_URL,
    channels: [...channels.values()],
    clock,
    wait: abortableDelay,
    timeZone: config.TIME_ZONE,
    quietHours: config.QUIET_HOURS,
    quietHoursOf: async (personId) => (await people.byId(personId))?.settings.quiet,
    held: async (channel) =>
      channel === 'zalo' && zalo && !(await zalo.quota.allowsAnnouncements()) ? ['announcement'] : [],
    onGone,
    alarm,
    metrics,
    keepDays: config.DELIVERY_DAYS,
    log,
  });

  const reminders = createReminderTick({
    db,
    clock,
    timeZone: config.TIME_ZONE,
    quietHours: config.QUIET_HOURS,
    outbox,
    channels: () => [...channels.keys()],
    admins: config.ADMINS,
    others: [
      createDailyLine({
        timeZone: config.TIME_ZONE,
        channels: () => [...channels.keys()],
        admins: config.ADMINS,
        zaloMonthly: zalo && config.ZALO_MONTHLY_MESSAGES > 0 ? config.ZALO_MONTHLY_MESSAGES : undefined,
      }),
      createMeetingDuties({
        timeZone: config.TIME_ZONE,
        quietHours: config.QUIET_HOURS,
        holidays,
        channels: () => [...channels.keys()],
      }),
    ],
    log,
  });
  metrics.reminders(reminders);

  const progress = createProgress({
    ...announcements,
    db,
    outbox,
    channels,
    lock: createProcessLock(config.DATABASE_URL, 'announcements'),
    rates,
    quietUntil: quietNow,
    zaloMonth,
    timeZone: config.TIME_ZONE,
    clock,
    wait: abortableDelay,
    log,
  });

  const changing = createAnnouncementChanging({
    ...announcements,
    announcements: announcements.store,
    store: announcements.changes,
    db,
    outbox,
    channels: () => [...channels.values()],
    lock: createProcessLock(config.DATABASE_URL, 'announcement-changes'),
    clock,
    wait: abortableDelay,
    log,
  });

  const backup = createNightlyBackup({
    databaseUrl: config.DATABASE_URL,
    folder: config.BACKUP_DIR,
    keep: config.BACKUP_KEEP,
    key: config.BACKUP_KEY,
    timeZone: config.TIME_ZONE,
    clock,
    alongside: () => ledger.spread(),
    tellOfficers: (markdown) => alarm('backup', markdown),
    log,
  });
  if (config.BACKUP_DIR !== undefined) metrics.backup(() => backup.age());

  const stopping = new AbortController();
  const runUpkeep = createUpkeep({
    questions,
    loop,
    dialogs: dialogsStore,
    codes,
    erasure,
    requests,
    classes,
    announcements,
    activity,
    tellOfficers,
    log,
  });
  const watch = createChannelWatch({
    channels: [...channels.values()],
    clock,
    timeZone: config.TIME_ZONE,
    alarm,
    tellOfficers,
    log,
  });
  let upkeep: Promise<unknown> = Promise.resolve();
  const syncHandbook = async (): Promise<void> => {
    for (const sync of [() => registry.refresh(), () => opened.sync()]) {
      await sync().catch((error: unknown) => log.error({ err: error }, 'handbook not read'));
    }
  };

  const routes = createRoutes({
    limit: config.RATE_LIMIT === 'on' ? limitAddresses(clock) : undefined,
    async calendar(token) {
      const personId = await training.feeds.personOf(token);
      return personId === undefined ? undefined : calendarFile(await training.events(personId), clock.now());
    },
    db,
    outbox,
    delivery,
    reminders,
    backup: config.BACKUP_DIR === undefined ? undefined : backup,
    handbook,
    channels: [...channels.values()],
    telegramWebhook,
    zalo,
    zaloWebhookSecret,
    web,
    visitorRoles: async () => (mayPretend(config) ? sampleRolesIn(db) : []),
    stopping: stopping.signal,
    files: { read: async (token) => pictures.read(token) ?? announcements.files.read(token) },
    metrics,
    log,
  });
  const server = createHttpServer(routes);
  try {
    const { address, port, family } = await server.listen(config.PORT, config.HOST);
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    localUrl = url;
    await inbox.resume();
    for (const channel of channels.values()) channel.start();
    delivery.start();
    reminders.start();
    progress.start();
    changing.start();
    announcements.schedule.start();
    backup.start();
    upkeep = Promise.all([
      keepDoing(syncHandbook, SYNC_HANDBOOK_MS, abortableDelay, stopping.signal),
      keepDoing(runUpkeep, UPKEEP_EVERY_MS, abortableDelay, stopping.signal),
      keepDoing(watch, WATCH_EVERY_MS, abortableDelay, stopping.signal),
      keepDoing(() => display.run(), DISPLAY_EVERY_MS, abortableDelay, stopping.signal),
      warmUp(search, handbook.entries, abortableDelay, stopping.signal),
    ]);
    log.info({ url, entries: handbook.entries.length, channels: [...channels.keys()] }, 'ready');
    return { url, stop };
  } catch (error) {
    await db.destroy();
    throw error;
  }

  /** The menu of commands on Telegram follows the role. */
  async function showMenus(changed: readonly AccountRef[]): Promise<void> {
    for (const account of changed.filter(({ channel }) => channel === 'telegram')) {
      await roles.isOfficer(account).then(
        (officer) => telegram?.showMenu(account.userId, officer),
        (error: unknown) => log.error({ err: error }, 'roles not read'),
      );
    }
  }

  async function adminsByRole(): Promise<AccountRef[]> {
    const accountsOfAdmins = (await roles.admins()).map((id) => people.preferredAccount(id));
    return (await Promise.all(accountsOfAdmins)).filter((account) => account !== undefined);
  }

  /** Tells all admins; resolves with how many it reached. */
  async function tellOfficers(markdown: string): Promise<number> {
    // An alarm about the database must get out without it.
    const byRole = await adminsByRole().catch((error: unknown) => {
      log.error({ err: error }, 'roles not read');
      return [];
    });
    const admins = new Map([...config.ADMINS, ...byRole].map((one) => [`${one.channel}:${one.userId}`, one]));
    const told = await Promise.allSettled(
      [...admins.values()].map(async ({ channel, userId }) => {
        const platform = channels.get(channel);
        if (!platform) throw new Error(`${channel} is off`);
        await platform.send(userId, { markdown });
      }),
    );
    return told.filter(({ status }) => status === 'fulfilled').length;
  }

  /** Nothing is tried again with who blocked the bot, until they write. */
  async function onGone(channel: ChannelName, chatId: string): Promise<void> {
    await accounts.markBlocked(channel, chatId);
    await outbox.withhold(db, [{ channel, chatId }], 'gone');
  }

  /** By way of the outbox, so that it is not lost; false: that platform is off. */
  async function notify({ channel, userId }: AccountRef, markdown: string): Promise<boolean> {
    if (!channels.has(channel)) return false;
    const to = { channel, chatId: userId, class: 'answer' as const };
    const notice = { ...to, key: `notice:${randomUUID()}`, message: { markdown }, dueAt: clock.now() };
    await db.transaction().execute((transaction) => outbox.enqueue(transaction, [notice]));
    return true;
  }

  async function stop(): Promise<void> {
    stopping.abort();
    const closed = server.close();
    const inHand = Promise.all([...channels.values()].map((channel) => channel.stop())).then(() => inbox.stop());
    await Promise.race([
      Promise.all([
        inHand,
        delivery.stop(),
        reminders.stop(),
        progress.stop(),
        changing.stop(),
        announcements.schedule.stop(),
        backup.stop(),
        upkeep,
        closed,
      ]),
      delay(STOP_WITHIN_MS, undefined, { ref: false }),
    ]);
    await db.destroy();
  }
}

async function abortableDelay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
}

/** All that knows people: what forgets them when they erase themselves, also in a copy that is restored. */
export function personHooks(deps: { clock: Clock; timeZone: string; outbox: OutboxStore }): PersonHooks[] {
  return [
    roleHooks,
    inviteHooks,
    auditHooks,
    classHooks,
    calendarFeedHooks,
    enrolmentHooks(deps),
    outboxHooks(deps.outbox),
    reminderHooks,
    meetingHooks,
    announcementHooks,
    handbookHooks,
    followHooks,
    activityHooks,
    queueHooks(deps),
  ];
}

/** What waits to be sent to a person goes with them; what is kept of what was sent loses them. */
function outboxHooks(outbox: OutboxStore): PersonHooks {
  return {
    onErase: (transaction, personId, accounts) =>
      outbox.forget(transaction, {
        personId,
        chats: accounts.map(({ channel, userId }) => ({ channel, chatId: userId })),
      }),
    // Rows go by the chat, which stays the same.
    onMerge: () => Promise.resolve(),
  };
}
