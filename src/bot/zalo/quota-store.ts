import { timestamp, type Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { Database } from '../../store/database.ts';

/** Of the month's messages: officers are told; announcements wait. */
const WARN_AT = 0.8;
const RESERVE_AT = 0.95;

/** How much of this month's messages is used up. */
export interface MonthUsage {
  /** "2026-11", in the operator's time zone. */
  month: string;
  sent: number;
  /** 0: none. */
  limit: number;
  /** Null: no limit. */
  left: number | null;
  /** How many of those may be announcements; 0: they wait for the next month. Null: no limit. */
  leftForAnnouncements: number | null;
}

/** Counts what is sent against the plan's messages a month; the platform itself does not tell. */
export interface Quota {
  /** Notes a message before it goes, so that a crash cannot make the count too low. */
  count(): Promise<void>;
  /** Takes one back that certainly did not go. */
  uncount(): Promise<void>;
  /** Tells the officers, once a month, that it is nearly used up. Never throws. */
  warn(): Promise<void>;
  /**
   * Whether announcements may go: false from 95% on, when the rest of the month is kept for direct replies and reminders,
   * which never ask.
   */
  allowsAnnouncements(): Promise<boolean>;
  usage(): Promise<MonthUsage>;
}

export interface QuotaDeps {
  db: Database;
  clock: Clock;
  timeZone: string;
  log: Logger;
  channel: string;
  /** Messages a month; 0: no limit. */
  limit: number;
  /** Resolves with how many officers it reached. */
  tellOfficers: (markdown: string) => Promise<number>;
}

export function createQuota({ db, clock, timeZone, log, channel, limit, tellOfficers }: QuotaDeps): Quota {
  const thisMonth = (): string => clock.now().toZonedDateTimeISO(timeZone).toPlainDate().toPlainYearMonth().toString();

  async function add(number: 1 | -1): Promise<void> {
    await db
      .insertInto('message_counts')
      .values({ channel, month: thisMonth(), sent: Math.max(number, 0), warned_at: null })
      .onConflict((conflict) =>
        conflict.columns(['channel', 'month']).doUpdateSet((eb) => ({ sent: eb('message_counts.sent', '+', number) })),
      )
      .execute();
  }

  async function sentIn(month: string): Promise<number> {
    const row = await db
      .selectFrom('message_counts')
      .select('sent')
      .where('channel', '=', channel)
      .where('month', '=', month)
      .executeTakeFirst();
    return row?.sent ?? 0;
  }

  /** True for one caller a month, until it is given back. */
  async function claimWarning(month: string): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('message_counts')
      .set({ warned_at: timestamp(clock.now()) })
      .where('channel', '=', channel)
      .where('month', '=', month)
      .where('sent', '>=', Math.ceil(limit * WARN_AT))
      .where('warned_at', 'is', null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  const leftOf = (sent: number, most: number): number | null =>
    limit === 0 ? null : Math.max(Math.ceil(most - sent), 0);

  return {
    count: () => add(1),
    uncount: () => add(-1),
    async warn() {
      if (limit === 0) return;
      try {
        const month = thisMonth();
        if (!(await claimWarning(month))) return;
        if ((await tellOfficers(warning(month, await sentIn(month), limit))) > 0) return;
        log.warn({ channel }, 'no officer could be told that the month is nearly used up');
        await db
          .updateTable('message_counts')
          .set({ warned_at: null })
          .where('channel', '=', channel)
          .where('month', '=', month)
          .execute();
      } catch (error) {
        log.error({ err: error, channel }, 'officers not told that the month is nearly used up');
      }
    },
    async allowsAnnouncements() {
      return leftOf(await sentIn(thisMonth()), limit * RESERVE_AT) !== 0;
    },
    async usage() {
      const month = thisMonth();
      const sent = await sentIn(month);
      return { month, sent, limit, left: leftOf(sent, limit), leftForAnnouncements: leftOf(sent, limit * RESERVE_AT) };
    },
  };
}

function warning(month: string, sent: number, limit: number): string {
  const [year, number] = month.split('-');
  const percent = Math.floor((sent / limit) * 100);
  return [
    `⚠️ Zalo đã gửi ${sent.toLocaleString('vi')}/${limit.toLocaleString('vi')} tin của tháng ${Number(number)}/${year} (${percent}%).`,
    'Từ 95%, thông báo sẽ phải chờ sang tháng sau; trả lời trực tiếp và nhắc lịch vẫn gửi. Đồng chí ưu tiên gửi thông báo qua Telegram, hoặc nâng gói của bot trên Zalo.',
  ].join('\n\n');
}
