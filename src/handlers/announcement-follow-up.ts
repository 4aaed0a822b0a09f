import type { AnnouncementsStore } from '../announcements/announcements-store.ts';
import type { ConfirmationsStore } from '../announcements/confirmations-store.ts';
import type { ReportStore } from '../announcements/report-store.ts';
import type { Person } from '../people/people-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { createAnnouncementAccess } from './announcement-access.ts';
import { createConfirming, type ConfirmingDeps } from './announcement-confirming.ts';
import { createAnnouncementEditing, type AnnouncementEditingDeps } from './announcement-editing.ts';
import { createAnnouncementList } from './announcement-list.ts';
import { createAnnouncementPlanned, type AnnouncementPlannedDeps } from './announcement-planned.ts';
import { createAnnouncementRecalling, type AnnouncementRecallingDeps } from './announcement-recalling.ts';
import { createAnnouncementReminding, type AnnouncementRemindingDeps } from './announcement-reminding.ts';
import { createAnnouncementReports, type AnnouncementReportsDeps } from './announcement-reports.ts';
import { createAnnouncementScheduling, type AnnouncementSchedulingDeps } from './announcement-scheduling.ts';
import { createAnnouncementTemplates, type AnnouncementTemplatesDeps } from './announcement-templates.ts';
import type { Feature } from './feature.ts';
import type { KeptLine } from './own-data.ts';

type Own = 'access' | 'confirmations' | 'announcements' | 'store' | 'reports' | 'roles' | 'preview' | 'compose';

export type AnnouncementFollowUpDeps = Omit<ConfirmingDeps, Own> &
  Omit<AnnouncementEditingDeps, Own> &
  Omit<AnnouncementRecallingDeps, Own> &
  Omit<AnnouncementRemindingDeps, Own> &
  Omit<AnnouncementReportsDeps, Own> &
  Omit<AnnouncementSchedulingDeps, Own> &
  Omit<AnnouncementPlannedDeps, Own> &
  Pick<AnnouncementTemplatesDeps, 'compose'> &
  Pick<AnnouncementPlannedDeps, 'preview'> & {
    store: AnnouncementsStore;
    confirmations: ConfirmationsStore;
    reports: ReportStore;
    roles: RolesStore;
    /** What `/thongbao` can do beside. */
    composing: Feature;
  };

/** What nobody else needs of the conversation's parts. */
export type FollowUpParts = Pick<
  AnnouncementFollowUpDeps,
  'confirmations' | 'reports' | 'reachedRows' | 'changes' | 'followUp' | 'schedule' | 'quietAt'
>;

export interface AnnouncementFollowUp {
  /** `/thongbao` with all that comes before and after sending. */
  officers: Feature;
  /** What those who got an announcement do with it. */
  recipients: Feature;
  /** What is kept of a person, for `/dulieu`. */
  kept: (person: Person) => Promise<KeptLine[]>;
}

/** Templates, planning, report, reminder, recall, edit: put together with composing. */
export function createAnnouncementFollowUp(deps: AnnouncementFollowUpDeps): AnnouncementFollowUp {
  const { composing, confirmations, store } = deps;
  const access = createAnnouncementAccess(deps);
  const shared = { ...deps, access };
  const templates = createAnnouncementTemplates(deps);
  const parts = [
    createAnnouncementList(shared),
    createAnnouncementReports(shared),
    createAnnouncementScheduling(shared),
    createAnnouncementPlanned(shared),
    createAnnouncementRecalling(shared),
    createAnnouncementEditing(shared),
    createAnnouncementReminding(shared),
    templates,
  ];
  return {
    officers: {
      ...composing,
      choices: Object.assign({ ...composing.choices }, ...parts.map(({ choices }) => choices)) as Feature['choices'],
      dialogs: Object.assign(
        { ...composing.dialogs },
        ...parts.map((part) => ('dialogs' in part ? part.dialogs : {})),
      ) as NonNullable<Feature['dialogs']>,
      passing: templates.passing,
    },
    recipients: createConfirming({ ...deps, announcements: store }),
    async kept({ id }) {
      const counts = [
        { what: 'Thông báo đã soạn', count: await store.countOf(id) },
        { what: 'Thông báo đã xác nhận', count: await confirmations.countOf(id) },
      ];
      return counts.flatMap(({ what, count }) => (count === 0 ? [] : [{ what, value: String(count) }]));
    },
  };
}
