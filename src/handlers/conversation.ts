import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { RosterStore } from '../classes/roster-store.ts';
import type { Clock } from '../clock.ts';
import type { AccountRef, ChannelName } from '../config.ts';
import type { FollowsStore } from '../documents/follows-store.ts';
import type { Registry } from '../documents/registry.ts';
import type { ActivityStore } from '../figures/activity-store.ts';
import { createFigures } from '../figures/figures.ts';
import type { FiguresStore } from '../figures/figures-store.ts';
import type { Entry } from '../handbook/entry.ts';
import { answerMarkdown } from '../handbook/answer.ts';
import type { Approvals } from '../handbook/approvals.ts';
import type { HandbookEditing } from '../handbook/editing.ts';
import type { LiveHandbook } from '../handbook/live.ts';
import type { Logger } from '../log.ts';
import type { Holidays } from '../meetings/holidays.ts';
import type { MeetingsStore } from '../meetings/meetings-store.ts';
import type { Metrics } from '../metrics.ts';
import type { AccountsStore } from '../people/accounts-store.ts';
import type { Consent } from '../people/consent.ts';
import type { DataRequestsStore } from '../people/data-requests-store.ts';
import type { DialogsStore } from '../people/dialogs-store.ts';
import type { Erasure } from '../people/erasure-store.ts';
import type { LinkCodes } from '../people/link-codes-store.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import type { QuestionLoop } from '../questions/loop.ts';
import type { QuestionsStore } from '../questions/questions-store.ts';
import type { AuditStore } from '../people/audit-store.ts';
import type { InvitesStore } from '../people/invites-store.ts';
import type { PlacingStore } from '../people/placing-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { UnitsStore } from '../people/units-store.ts';
import type { Search } from '../search/search.ts';
import { createAnnouncementFollowUp, type FollowUpParts } from './announcement-follow-up.ts';
import { createAnnouncing, type AnnouncingParts } from './announcing.ts';
import { createAsk } from './ask.ts';
import { createBrowse } from './browse.ts';
import { createClassGroup } from './class-group.ts';
import { createClassesFeature } from './classes.ts';
import { createDocumentFeature } from './document.ts';
import { createDocumentRecording } from './document-recording.ts';
import { createDataRequests } from './data-requests.ts';
import type { CodeDisplay } from './code-display.ts';
import { createCourtesy } from './courtesy.ts';
import { createDialogs } from './dialogs.ts';
import type { Command, Feature } from './feature.ts';
import { createFiguresFeature } from './figures.ts';
import { createFollowing } from './following.ts';
import { forOfficers } from './for-officers.ts';
import { createHandbookApproval } from './handbook-approval.ts';
import { createHandbookEditingFeature } from './handbook-editing.ts';
import { createHelp } from './help.ts';
import { createLink } from './link.ts';
import { createMeetingsFeature } from './meetings.ts';
import { createOwnData } from './own-data.ts';
import { createQuestionLoopFeatures } from './question-loop.ts';
import { createRegistration } from './registration.ts';
import { createRouter } from './router.ts';
import { createSettings } from './settings.ts';
import { spokenCommands } from './spoken-commands.ts';
import { createOrganisation } from './organisation.ts';
import { createStart } from './start.ts';
import { createTraining, type TrainingStores } from './training.ts';

export interface ConversationDeps extends QuestionLoop {
  handbook: LiveHandbook;
  editing: HandbookEditing;
  approvals: Approvals;
  registry: Registry;
  follows: FollowsStore;
  figures: FiguresStore;
  activity: ActivityStore;
  /** Where a picture can be had by who cannot be shown it; undefined: it is shown, or cannot be had. */
  pictureLink: (message: Incoming, name: string, png: Uint8Array) => string | undefined;
  search: Search<Entry>;
  questions: QuestionsStore;
  /** How long questions, and what was sent when, are kept. */
  questionDays: number;
  deliveryDays: number;
  accounts: AccountsStore;
  people: PeopleStore;
  dialogsStore: DialogsStore;
  codes: LinkCodes;
  requests: DataRequestsStore;
  erasure: Erasure;
  consent: Consent;
  units: UnitsStore;
  classes: ClassesStore;
  roster: RosterStore;
  /** The document that came with a message; rejects with a `DeliveryError`. */
  download: (message: Incoming) => Promise<Uint8Array>;
  training: TrainingStores;
  announcing: AnnouncingParts & FollowUpParts;
  /** Keeps codes on officers' screens up to date. */
  display: Pick<CodeDisplay, 'add'>;
  /** The address of the calendar with this token, as it is reached from where the message came from. */
  feedAddress: (message: Incoming, token: string) => string | undefined;
  placing: PlacingStore;
  roles: RolesStore;
  invites: InvitesStore;
  audit: AuditStore;
  meetings: MeetingsStore;
  holidays: Holidays;
  /** The address that opens the bot on Telegram with this code; undefined: Telegram is off. */
  startLink: (code: string) => string | undefined;
  /** Told when what these accounts may do has changed. */
  onRolesChanged: (accounts: readonly AccountRef[]) => void;
  /** Whether an officer has to do with this person's matters. */
  maySee: (message: Incoming, person: Person | undefined) => Promise<boolean>;
  /** Sends by itself to one account; false: not possible now. */
  notify: (account: AccountRef, markdown: string) => Promise<boolean>;
  /** Nothing can be sent to this chat any more. */
  onGone: (channel: ChannelName, chatId: string) => Promise<void>;
  /** Told when nothing more is to be sent to these accounts but direct replies. */
  onStopped: (accounts: readonly AccountRef[]) => Promise<void>;
  tellOfficers: (markdown: string) => Promise<unknown>;
  isOfficer: (message: Incoming) => Promise<boolean>;
  metrics: Metrics;
  clock: Clock;
  timeZone: string;
  log: Logger;
}

export interface Conversation {
  /** What the bot says to a message; never throws. */
  handle: (message: Incoming) => Promise<Outgoing[]>;
  /** In the order of the menu. */
  commands: readonly Command[];
  features: readonly Feature[];
}

/** All that the bot can do in a chat, put together. */
export function createConversation(deps: ConversationDeps): Conversation {
  const { handbook, approvals, search, accounts, isOfficer, log } = deps;
  const documents = createDocumentFeature(handbook, async (message, lines) =>
    (await isOfficer(message)) ? recording.begin(message, lines) : undefined,
  );
  const answer = (entry: Entry): string => answerMarkdown(entry, handbook.documents, approvals.standing(entry));
  const ask = createAsk({
    ...deps,
    answer,
    lookUpDocument: documents.lookUp,
    service: (name, message) => training.services[name]?.(message),
    isAsked: (message) => dialogs.waits(message),
    onConfirmed: (message, question) => loop.confirmed(message, question),
  });
  const help = createHelp(() => commands, isOfficer);
  const isCommand = (text: string): boolean => spokenAs(text).length > 0;
  const isQuestion = (text: string): boolean => search.ask(text).outcome === 'answer';
  const dialogs = createDialogs(deps.dialogsStore, deps.clock, (text) => isCommand(text) || isQuestion(text));
  const recording = createDocumentRecording({ ...deps, dialogs });
  const registration = createRegistration({
    ...deps,
    dialogs,
    isCommand,
    features: () => features,
  });
  const organisation = createOrganisation({ ...deps, dialogs, registration });
  const training = createTraining({ ...deps, dialogs, registration });
  const loop = createQuestionLoopFeatures({ ...deps, entryMarkdown: answer, dialogs, registration });
  const following = createFollowing({ ...deps, registration });
  const announcing = createAnnouncing({ ...deps, dialogs });
  const announced = createAnnouncementFollowUp({
    ...deps,
    ...deps.announcing,
    dialogs,
    composing: announcing.feature,
    compose: announcing.compose,
    preview: announcing.preview.show,
  });
  const features: Feature[] = [
    ask,
    createBrowse(handbook, answer),
    documents,
    forOfficers(recording.feature, isOfficer),
    following.feature,
    help,
    createStart(handbook, async (message, code) => {
      return (await organisation.accept(message, code)) ?? training.accept(message, code);
    }),
    createSettings({ ...deps, dialogs, registration }),
    createOwnData({
      ...deps,
      sources: [organisation.kept, training.kept, following.kept, loop.kept, announced.kept],
      dialogs,
      registration,
    }),
    createLink({ ...deps, registration }),
    registration.feature,
    dialogs.feature,
    ...loop.features,
    forOfficers(createFiguresFeature({ ...deps, figures: createFigures({ ...deps, store: deps.figures }) }), isOfficer),
    // Before what takes files: one that is sent along with an announcement may look like anything.
    forOfficers(announced.officers, isOfficer),
    announced.recipients,
    // Before the classes: a file with results looks like a roster to them.
    ...training.features,
    // After those who wait for a file: it takes any that looks like a class.
    forOfficers(createClassesFeature({ ...deps, enrolments: deps.training.enrolments, dialogs }), isOfficer),
    forOfficers(createHandbookEditingFeature({ ...deps, dialogs }), isOfficer),
    forOfficers(createHandbookApproval(deps), isOfficer),
    forOfficers(createClassGroup(deps), isOfficer),
    createMeetingsFeature({ ...deps, dialogs }),
    createCourtesy(dialogs),
    ...organisation.features,
    createDataRequests({ ...deps, actor: (account) => deps.roles.actor(account), dialogs, registration }),
  ];
  const commands = features.flatMap((feature) => feature.commands);
  const spokenAs = spokenCommands(commands);
  const route = createRouter({ features, ask: ask.ask, spokenAs, dialogs, isOfficer, log });
  return {
    commands,
    features,
    async handle(message) {
      if (message.kind === 'blocked') {
        await deps.onGone(message.channel, message.chatId).catch((error: unknown) => {
          log.error({ err: error }, 'blocked chat not marked');
        });
        return [];
      }
      await accounts.seen(message.channel, message.chatId, message.group).catch((error: unknown) => {
        log.error({ err: error }, 'account not kept');
      });
      if (!message.group) {
        await deps.activity.seen(message.channel, message.chatId).catch((error: unknown) => {
          log.error({ err: error }, 'activity not counted');
        });
      }
      return deps.metrics.answered(message.channel, () => route(message));
    },
  };
}
