import type { Announcements } from '../announcements/announcements.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { ActivityStore } from '../figures/activity-store.ts';
import type { Logger } from '../log.ts';
import type { QuestionLoop } from '../questions/loop.ts';
import type { QuestionsStore } from '../questions/questions-store.ts';
import type { DataRequestsStore } from './data-requests-store.ts';
import type { DialogsStore } from './dialogs-store.ts';
import type { Erasure } from './erasure-store.ts';
import type { LinkCodes } from './link-codes-store.ts';

export interface UpkeepDeps {
  questions: Pick<QuestionsStore, 'prune'>;
  loop: Pick<QuestionLoop, 'tend'>;
  dialogs: Pick<DialogsStore, 'prune'>;
  codes: Pick<LinkCodes, 'prune'>;
  erasure: Pick<Erasure, 'sweepLeftovers'>;
  requests: Pick<DataRequestsStore, 'claimDue'>;
  classes: Pick<ClassesStore, 'finishEnded'>;
  announcements: Pick<Announcements, 'tidy'>;
  activity: Pick<ActivityStore, 'prune'>;
  tellOfficers: (markdown: string) => Promise<unknown>;
  log: Logger;
}

/** What has to be done by the clock: cut what is old, finish erasures and classes, remind of what is due. */
export function createUpkeep(deps: UpkeepDeps): () => Promise<void> {
  async function remind(): Promise<void> {
    const due = await deps.requests.claimDue();
    if (due > 0) {
      await deps.tellOfficers(
        `Có ${due} yêu cầu về dữ liệu cá nhân đã đến hạn. Đồng chí gõ /yeucau để xem và giải quyết.`,
      );
    }
  }

  const tasks = [
    deps.questions.prune,
    deps.loop.tend,
    deps.dialogs.prune,
    deps.codes.prune,
    deps.erasure.sweepLeftovers,
    deps.classes.finishEnded,
    deps.announcements.tidy,
    deps.activity.prune,
    remind,
  ];
  return async () => {
    for (const task of tasks) {
      await task().catch((error: unknown) => deps.log.error({ err: error }, 'upkeep failed'));
    }
  };
}
