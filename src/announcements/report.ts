import type { OutboxState } from '../store/schema.ts';
import type { LeftOutWhy } from './audience-store.ts';

/** One message of an announcement, and who it was for. */
export interface SentTo {
  outboxId: number;
  channel: string;
  state: OutboxState;
  /** The class of the last failure; "stopped": they wanted nothing more. */
  error: string | undefined;
  /** Undefined: they had everything erased. */
  personId: string | undefined;
  name: string | undefined;
  unit: string | undefined;
  confirmedAt: Temporal.Instant | undefined;
  /** They want nothing more by now. */
  stopped: boolean;
}

/** What became of it, in the words of the report. */
export type Fate = 'sent' | 'failed' | 'unknown' | 'waiting' | 'not sent';

export interface UnitCounts {
  unit: string;
  people: number;
  sent: number;
  confirmed: number;
}

/** Somebody to be called, and why. */
export interface ToCall extends Pick<SentTo, 'personId' | 'name' | 'unit'> {
  /** Undefined: on none. */
  channel: string | undefined;
  what: string;
}

/** How an announcement went; every number is a count of rows of the outbox. */
export interface AnnouncementReport {
  total: number;
  byFate: Record<Fate, number>;
  /** Vietnamese reasons of `failed` and `not sent`, most frequent first. */
  reasons: { reason: string; count: number }[];
  confirmed: number;
  /** Sent, and not confirmed. */
  unconfirmed: number;
  byUnit: UnitCounts[];
  /** Whom somebody should call: it did not reach them, nobody knows, or they have not confirmed. */
  toCall: ToCall[];
}

const FATES: Readonly<Record<OutboxState, Fate>> = {
  due: 'waiting',
  sending: 'waiting',
  sent: 'sent',
  failed: 'failed',
  unknown: 'unknown',
  expired: 'not sent',
  cancelled: 'not sent',
};

const FAILURES: Readonly<Record<string, string>> = {
  gone: 'đã chặn bot hoặc xóa cuộc trò chuyện',
  rejected: 'nền tảng từ chối tin',
  retry: 'mất kết nối, thử nhiều lần không được',
  paused: 'nền tảng bắt chờ quá lâu',
  unauthorized: 'nền tảng không nhận mã của bot',
};

/** Why people of the audience were left out from the beginning, after "người" or a colon. */
export const LEFT_OUT_WORDS: Readonly<Record<LeftOutWhy, string>> = {
  stopped: 'đã chọn ngừng nhận tin',
  blocked: 'đã chặn bot hoặc không còn tài khoản',
  off: 'chỉ có tài khoản ở nền tảng đang tắt',
};

const NO_UNIT = 'Chưa rõ đơn vị';

/**
 * @param rows those that whoever reads it may see
 * @param untried people of the audience who have no row, since nothing could be sent to them
 */
export function announcementReport(
  rows: readonly SentTo[],
  untried: readonly Pick<SentTo, 'personId' | 'name' | 'unit'>[] = [],
): AnnouncementReport {
  const byFate: Record<Fate, number> = { sent: 0, failed: 0, unknown: 0, waiting: 0, 'not sent': 0 };
  const reasons = new Map<string, number>();
  const units = new Map<string, UnitCounts>();
  for (const row of rows) {
    const fate = FATES[row.state];
    byFate[fate]++;
    if (fate === 'failed' || fate === 'not sent') {
      const reason = reasonOf(row);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    const unit = row.unit ?? NO_UNIT;
    const counts = units.get(unit) ?? { unit, people: 0, sent: 0, confirmed: 0 };
    counts.people++;
    if (fate === 'sent') counts.sent++;
    if (row.confirmedAt) counts.confirmed++;
    units.set(unit, counts);
  }
  const confirmed = rows.filter(({ confirmedAt }) => confirmedAt).length;
  return {
    total: rows.length,
    byFate,
    reasons: [...reasons].map(([reason, count]) => ({ reason, count })).toSorted((a, b) => b.count - a.count),
    confirmed,
    unconfirmed: rows.filter(({ state, confirmedAt }) => state === 'sent' && !confirmedAt).length,
    byUnit: [...units.values()].toSorted((a, b) => vietnamese.compare(a.unit, b.unit)),
    toCall: [
      ...rows.filter((row) => isToBeCalled(row)).map((row) => ({ ...row, what: whatHappened(row) })),
      ...untried.map((one) => ({
        ...one,
        channel: undefined,
        what: 'chưa gửi được: không còn tài khoản nào nhận tin',
      })),
    ].toSorted(
      (a, b) => vietnamese.compare(a.unit ?? '~', b.unit ?? '~') || vietnamese.compare(a.name ?? '', b.name ?? ''),
    ),
  };
}

const vietnamese = new Intl.Collator('vi');

/** Whoever wanted nothing more is not called after; what still waits may yet arrive. */
function isToBeCalled({ state, error, confirmedAt, personId }: SentTo): boolean {
  if (confirmedAt || personId === undefined || error === 'stopped') return false;
  return FATES[state] !== 'waiting';
}

/** "đã gửi, chưa xác nhận" */
function whatHappened(row: SentTo): string {
  switch (FATES[row.state]) {
    case 'sent':
      return 'đã gửi, chưa xác nhận';
    case 'unknown':
      return row.error === 'crash'
        ? 'không rõ đã đến chưa (bot dừng giữa chừng)'
        : 'không rõ đã đến chưa (mất kết nối)';
    case 'waiting':
      return 'đang chờ gửi';
    case 'failed':
    case 'not sent':
      return `không gửi được: ${reasonOf(row)}`;
  }
}

function reasonOf({ state, error, personId }: SentTo): string {
  if (error === 'stopped') return LEFT_OUT_WORDS.stopped;
  if (state === 'cancelled') return personId === undefined ? 'đã xóa dữ liệu' : 'đã dừng trước khi gửi';
  if (state === 'expired') return 'quá hạn gửi';
  return FAILURES[error ?? ''] ?? 'lỗi khác';
}

/** How many on this platform have it, or may have it. */
export function arrivedOn(rows: readonly SentTo[], channel: string): number {
  return rows.filter((row) => row.channel === channel && (row.state === 'sent' || row.state === 'unknown')).length;
}
