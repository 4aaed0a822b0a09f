import type { Transaction } from 'kysely';
import { timestamp } from '../clock.ts';
import type { AccountRef, ChannelName } from '../config.ts';
import type { NewMessage } from '../delivery/outbox-store.ts';
import { recipientsOf } from '../people/recipients-store.ts';
import type { OtherDuties } from '../reminders/tick.ts';
import type { Schema } from '../store/schema.ts';
import { readDay, sentInMonth, type DayCounts } from './day-store.ts';

/** When the admins read what was yesterday. */
const AT = Temporal.PlainTime.from('07:00');
/** After so many hours it is of no use any more. */
const EXPIRES = { hours: 12 };

export interface DailyLineDeps {
  timeZone: string;
  channels: () => readonly ChannelName[];
  /** Who is named in ADMINS. */
  admins: readonly AccountRef[];
  /** Messages a month of the Zalo plan; undefined: no limit, or Zalo is off. */
  zaloMonthly: number | undefined;
}

/** One line a day to the admins, for the tick; a day on which nothing happened is not told. */
export function createDailyLine({ timeZone, channels, admins, zaloMonthly }: DailyLineDeps): OtherDuties {
  async function adminAccounts(transaction: Transaction<Schema>): Promise<AccountRef[]> {
    const byRole = await transaction
      .selectFrom('roles')
      .select('person_id')
      .distinct()
      .where('role', '=', 'admin')
      .execute();
    const found = await recipientsOf(
      transaction,
      byRole.map(({ person_id }) => person_id),
    );
    const accounts = [...admins, ...[...found.values()].map(({ channel, chatId }) => ({ channel, userId: chatId }))];
    return [...new Map(accounts.map((one) => [`${one.channel}:${one.userId}`, one])).values()];
  }

  return {
    async plan(transaction, { now }) {
      const local = now.toZonedDateTimeISO(timeZone);
      const today = local.toPlainDate();
      if (Temporal.PlainTime.compare(local.toPlainTime(), AT) < 0) return [];
      const dueAt = today.toZonedDateTime({ timeZone, plainTime: AT }).toInstant();
      const expiresAt = dueAt.add(EXPIRES);
      if (Temporal.Instant.compare(now, expiresAt) >= 0) return [];
      const on = (await adminAccounts(transaction)).filter(({ channel }) => channels().includes(channel));
      // The day and the account: a restart does not say it again.
      const keyed = on.map((to) => ({ ...to, key: `daily:${timestamp(dueAt)}:${to.channel}:${to.userId}` }));
      if (await anyKnown(transaction, keyed)) return [];
      const zaloLeft =
        zaloMonthly === undefined
          ? undefined
          : Math.max(zaloMonthly - (await sentInMonth(transaction, 'zalo', today.toPlainYearMonth())), 0);
      const markdown = dailyLine(await readDay(transaction, today.subtract({ days: 1 }), timeZone), zaloLeft);
      if (markdown === undefined) return [];
      return keyed.map(({ key, channel, userId }): NewMessage => ({
        key,
        class: 'reminder',
        channel,
        chatId: userId,
        message: { markdown },
        dueAt,
        expiresAt,
      }));
    },
  };
}

async function anyKnown(transaction: Transaction<Schema>, keyed: readonly { key: string }[]): Promise<boolean> {
  const keys = keyed.map(({ key }) => key);
  return (
    keys.length > 0 &&
    (await transaction.selectFrom('outbox').select('id').where('key', 'in', keys).executeTakeFirst()) !== undefined
  );
}

/** Undefined: nothing happened. */
function dailyLine(counts: DayCounts, zaloLeft: number | undefined): string | undefined {
  const { questions, deliveries } = counts;
  const asked = questions.answer + questions.choose + questions.none;
  const went = deliveries.sent + deliveries.failed + deliveries.unknown + deliveries.expired;
  if (asked + went === 0) return undefined;
  const parts = [
    asked === 0
      ? 'không có câu hỏi nào'
      : `${asked} câu hỏi (${questions.answer} trả lời ngay, ${questions.choose} phải chọn, ${questions.none} chưa có trong sổ tay${questions.wrong > 0 ? `, ${questions.wrong} bị báo chưa đúng` : ''})`,
    `${deliveries.sent} tin tự gửi`,
    deliveries.failed > 0 ? `${deliveries.failed} không gửi được` : '',
    deliveries.unknown > 0 ? `${deliveries.unknown} chưa rõ đã đến hay chưa` : '',
    deliveries.expired > 0 ? `${deliveries.expired} quá hạn nên không gửi` : '',
    zaloLeft === undefined ? '' : `Zalo còn ${zaloLeft.toLocaleString('vi-VN')} tin trong tháng`,
  ];
  return `**Hôm qua:** ${parts.filter((part) => part !== '').join('; ')}.`;
}
