import type { ChannelName } from '../config.ts';
import type { Tally } from '../delivery/outbox-store.ts';
import type { OutboxState } from '../store/schema.ts';
import { momentWords } from './schedule.ts';

const BAR = 10;

/** Where sending stands. */
export interface Standing {
  tally: readonly Tally[];
  /** Messages a second, by platform. */
  rates: Readonly<Record<ChannelName, number>>;
  /** Until when nothing goes out, as it is shown: "06:00"; undefined: it goes. */
  quietUntil: string | undefined;
  /** Zalo's month is used up but for direct replies and reminders. */
  zaloIsFull: boolean;
  timeZone: string;
  /** What its officer did before all had gone. */
  cut: 'stopped' | 'recalled' | undefined;
}

/** Whether nothing of it is to be sent any more. */
export function isOver(tally: readonly Tally[]): boolean {
  return tally.every(({ state }) => state !== 'due' && state !== 'sending');
}

/** How sending stands, for its author. */
export function statusText({ tally, rates, quietUntil, zaloIsFull, timeZone, cut }: Standing): string {
  const count = (...states: OutboxState[]): number =>
    tally.reduce((sum, one) => (states.includes(one.state) ? sum + one.count : sum), 0);
  const all = tally.reduce((sum, one) => sum + one.count, 0);
  const left = count('due', 'sending');
  const done = all - left;
  const details = [
    `đã gửi ${number(count('sent'))}`,
    count('failed') > 0 ? `không gửi được ${number(count('failed'))}` : '',
    count('unknown') > 0 ? `chưa rõ đã tới hay chưa ${number(count('unknown'))}` : '',
    count('expired') > 0 ? `quá hạn ${number(count('expired'))}` : '',
    count('cancelled') > 0 ? `không gửi nữa ${number(count('cancelled'))}` : '',
    left > 0 ? `còn ${number(left)}` : '',
  ].filter((one) => one !== '');
  const line = details.join(' · ');
  const sentence = line.charAt(0).toUpperCase() + line.slice(1);
  if (left === 0) {
    const head = cut
      ? `**Đã ${CUT[cut]} thông báo**`
      : `**Đã gửi xong thông báo** tới ${number(count('sent'))}/${number(all)} người`;
    return `${head}\n\n${sentence}`;
  }
  const filled = Math.floor((done / Math.max(all, 1)) * BAR);
  const bar = '▓'.repeat(filled) + '░'.repeat(BAR - filled);
  const percent = Math.floor((done / Math.max(all, 1)) * 100);
  const head = cut ? `**Đang ${CUT[cut]} thông báo**` : '**Đang gửi thông báo**';
  const later = tally.reduce((sum, one) => sum + one.later, 0);
  const perChannel = waiting(tally);
  const held = zaloIsFull ? (perChannel.get('zalo') ?? 0) : 0;
  if (held > 0) perChannel.delete('zalo');
  const since = tally.find(({ channel, state }) => channel === 'zalo' && state === 'due')?.since;
  const when = [
    left === later + held
      ? ''
      : quietUntil === undefined
        ? `Còn ${durationWords(secondsFor(perChannel, rates))}.`
        : `Đang giờ yên lặng, gửi tiếp lúc ${quietUntil}.`,
    held > 0 && since
      ? `${number(held)} người nhận qua Zalo đang chờ từ ${momentWords(since, timeZone)}; sang tháng sau tôi gửi tiếp, vì gói Zalo tháng này đã dùng tới 95%. Chờ quá 7 ngày thì tôi không gửi nữa.`
      : '',
    later > 0 ? `${number(later)} người đang để im lặng; hết thời gian đó tôi gửi tiếp.` : '',
  ];
  return `${head} tới ${number(all)} người\n\n${bar} ${percent}%\n\n${sentence}\n\n${when.filter((one) => one !== '').join(' ')}`;
}

/** Whether all that is left waits for its recipients' own times of silence, or for Zalo's next month. */
export function isResting({ tally, zaloIsFull }: Pick<Standing, 'tally' | 'zaloIsFull'>): boolean {
  return tally.every(({ channel, state, count, later }) =>
    state === 'due' ? count === later || (zaloIsFull && channel === 'zalo') : state !== 'sending',
  );
}

const CUT = { stopped: 'dừng', recalled: 'thu hồi' } as const;

function waiting(tally: readonly Tally[]): Map<ChannelName, number> {
  const found = new Map<ChannelName, number>();
  for (const { channel, state, count, later } of tally) {
    if (state === 'due' || state === 'sending') found.set(channel, (found.get(channel) ?? 0) + count - later);
  }
  return found;
}

/** How long so many messages take at the platforms' pace; they send side by side. */
export function secondsFor(
  perChannel: ReadonlyMap<ChannelName, number>,
  rates: Readonly<Record<ChannelName, number>>,
): number {
  return Math.max(0, ...[...perChannel].map(([channel, count]) => count / rates[channel]));
}

/** "khoảng 40 giây", "khoảng 6 phút", "khoảng 2 giờ". */
export function durationWords(seconds: number): string {
  if (seconds <= 5) return 'vài giây';
  if (seconds < 90) return `khoảng ${Math.ceil(seconds / 5) * 5} giây`;
  if (seconds < 5400) return `khoảng ${Math.ceil(seconds / 60)} phút`;
  return `khoảng ${Math.ceil(seconds / 3600)} giờ`;
}

/** "1.050" */
export function number(count: number): string {
  return count.toLocaleString('vi');
}
