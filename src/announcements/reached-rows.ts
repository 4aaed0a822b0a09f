import type { Kysely } from 'kysely';
import type { Reach } from '../people/reach.ts';
import type { Schema } from '../store/schema.ts';
import type { Announcement } from './announcements-store.ts';
import { audienceOf } from './audience.ts';
import type { AudienceStore } from './audience-store.ts';
import type { ReportStore } from './report-store.ts';
import type { SentTo } from './report.ts';

/** The messages of an announcement as an officer may see them. */
export interface ReachedRows {
  visible: SentTo[];
  /** How many went to people beyond the reach. */
  hidden: number;
}

export type ReadReachedRows = (
  handle: Kysely<Schema>,
  reach: Reach,
  announcement: Pick<Announcement, 'id' | 'audience'>,
) => Promise<ReachedRows>;

/** Whom an officer may see of an announcement: those whom they could write to now. */
export function createReachedRows(
  audiences: Pick<AudienceStore, 'select'>,
  reports: Pick<ReportStore, 'rows'>,
): ReadReachedRows {
  const everyone = audienceOf({ kind: 'everyone' });
  return async (handle, reach, { id, audience }) => {
    const all = await reports.rows(id, handle);
    if (reach.all) return { visible: all, hidden: 0 };
    const known = new Set<string>();
    // The trainees of a class that is theirs may belong anywhere.
    for (const one of audience ? [everyone, audience] : [everyone]) {
      const { recipients, leftOut } = await audiences.select(handle, one, reach);
      for (const { personId } of [...recipients, ...leftOut]) known.add(personId);
    }
    // Of who had everything erased a row says nothing but what became of it.
    const visible = all.filter(({ personId }) => personId === undefined || known.has(personId));
    return { visible, hidden: all.length - visible.length };
  };
}
