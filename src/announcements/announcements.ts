import type { Clock } from '../clock.ts';
import type { ChannelName } from '../config.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import type { Logger } from '../log.ts';
import type { PeopleStore } from '../people/people-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Database } from '../store/database.ts';
import { createAnnouncementsStore, type AnnouncementsStore } from './announcements-store.ts';
import { createAudienceStore, type AudienceStore } from './audience-store.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { createAnnouncementFiles, type AnnouncementFiles } from './files.ts';
import { createAnnouncementChangesStore, type AnnouncementChangesStore } from './changes-store.ts';
import { createConfirmationsStore, type ConfirmationsStore } from './confirmations-store.ts';
import { createFollowUpMessages, type FollowUpMessages } from './follow-up-messages.ts';
import { createFollowUp, type FollowUp } from './follow-up.ts';
import { createReachedRows, type ReadReachedRows } from './reached-rows.ts';
import { createRelease, type Release } from './release.ts';
import { createReportStore, type ReportStore } from './report-store.ts';
import { createAnnouncementSchedule, type AnnouncementSchedule } from './schedule-tick.ts';

export interface AnnouncementsDeps {
  db: Database;
  /** Files are kept beside it. */
  databaseUrl: string;
  outbox: OutboxStore;
  people: Pick<PeopleStore, 'preferredAccount'>;
  roles: Pick<RolesStore, 'reach' | 'actor' | 'officersOn'>;
  /** Platforms that are on. */
  channels: () => readonly ChannelName[];
  publicUrl: string | undefined;
  /** Announcements to more people need a second officer. */
  fourEyesAbove: number;
  /** How long what was sent is kept. */
  keepDays: number;
  clock: Clock;
  /** Resolves after so many milliseconds, or at once when the signal comes. */
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  timeZone: string;
  log: Logger;
}

export interface Announcements {
  store: AnnouncementsStore;
  audiences: AudienceStore;
  dispatch: Dispatch;
  release: Release;
  files: AnnouncementFiles;
  confirmations: ConfirmationsStore;
  reports: ReportStore;
  reachedRows: ReadReachedRows;
  /** What has gone out and is to be deleted or edited; `createAnnouncementChanging` does it. */
  changes: AnnouncementChangesStore;
  messages: FollowUpMessages;
  followUp: FollowUp;
  schedule: AnnouncementSchedule;
  /** Ends what nobody decided about, cuts what is old, with its files. */
  tidy(): Promise<void>;
}

/** What announcements are made of, put together. */
export function createAnnouncements(deps: AnnouncementsDeps): Announcements {
  const { db, clock } = deps;
  const store = createAnnouncementsStore(db, clock);
  const audiences = createAudienceStore(deps.channels);
  const dispatch = createDispatch({ ...deps, store, audiences });
  const release = createRelease({ ...deps, store, audiences, dispatch });
  const files = createAnnouncementFiles(deps.databaseUrl);
  const confirmations = createConfirmationsStore(db, clock);
  const reports = createReportStore(db);
  const reachedRows = createReachedRows(audiences, reports);
  const changes = createAnnouncementChangesStore(db, clock);
  const messages = createFollowUpMessages(deps.timeZone, deps.publicUrl);
  const followUp = createFollowUp({ ...deps, store, files, changes, reachedRows, messages });
  return {
    store,
    audiences,
    dispatch,
    release,
    files,
    confirmations,
    reports,
    reachedRows,
    changes,
    messages,
    followUp,
    schedule: createAnnouncementSchedule({ ...deps, store, dispatch, followUp, release }),
    async tidy() {
      await release.expire();
      await store.prune(clock.now().subtract({ hours: deps.keepDays * 24 }));
      await changes.prune();
      await files.prune(await store.fileTokens());
    },
  };
}
