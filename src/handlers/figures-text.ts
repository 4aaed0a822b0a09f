import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { ChannelName } from '../config.ts';
import type { ReachFigures, UnitTable, WholeFigures } from '../figures/figures.ts';
import type { AskedRow } from '../figures/figures-store.ts';
import { LEAST_SHOWN, shownCount } from '../figures/hidden-counts.ts';
import { partsOf, type Period, type Span } from '../figures/period.ts';
import type { Handbook } from '../handbook/load.ts';
import type { Chart } from '../pictures/chart.ts';
import { PLATFORMS } from '../bot/platforms.ts';
import { paragraphs } from './feature.ts';

const MOST_TOPICS = 8;
const MOST_FIELDS = 6;
const MOST_GROUPS = 5;
const MOST_OFFICERS = 10;
const MOST_UNITS = 20;

/** Figures of the whole bot as officers read them. Markdown. */
export function wholeText(figures: WholeFigures, handbook: Handbook): string {
  const { rows, entries, unanswered, queue, active, announcements } = figures;
  const outcome = (kind: AskedRow['outcome']): number => count(rows.filter((row) => row.outcome === kind));
  const all = count(rows);
  const topics = [...entries].filter(([, times]) => times >= LEAST_SHOWN).slice(0, MOST_TOPICS);
  const groups = unanswered.filter((group) => group.count >= LEAST_SHOWN).slice(0, MOST_GROUPS);
  const officers = queue.answered.slice(0, MOST_OFFICERS);
  return paragraphs(
    `**Câu hỏi: ${number(all)}**`,
    all === 0
      ? ''
      : lines(
          `Trả lời ngay: ${number(outcome('answer'))} (${Math.round((100 * outcome('answer')) / all)}%)`,
          `Đưa vài câu để chọn: ${number(outcome('choose'))}, người hỏi chọn được ${number(count(rows.filter((row) => row.outcome === 'choose' && row.answered)))}`,
          `Sổ tay chưa có: ${number(outcome('none'))}`,
          `Người hỏi báo đúng ý: ${number(count(rows.filter(({ feedback }) => feedback === 'right')))}; chưa đúng: ${number(count(rows.filter(({ feedback }) => feedback === 'wrong')))}`,
        ),
    section(
      'Hỏi nhiều nhất',
      topics.map(
        ([id, times]) =>
          `${escapeMarkdown(handbook.entry(id)?.question ?? 'câu đã bỏ khỏi sổ tay')} (${number(times)})`,
      ),
    ),
    section(
      'Theo lĩnh vực',
      fieldsAsked(entries, handbook).map(({ label, value }) => `${escapeMarkdown(label)}: ${number(value)}`),
    ),
    unanswered.length === 0
      ? ''
      : paragraphs(
          `**Chưa có lời đáp tốt:** ${number(count(unanswered))} lượt hỏi, ${number(unanswered.length)} nhóm câu. Xem: /cauhoi`,
          groups.length === 0
            ? ''
            : lines(...groups.map((group) => `“${escapeMarkdown(group.text)}” (${number(group.count)})`)),
        ),
    paragraphs(
      `**Câu hỏi gửi cán bộ:** đang chờ ${number(queue.waiting)}, quá hạn ${number(queue.overdue)}`,
      officers.length === 0
        ? ''
        : lines(
            ...officers.map(
              (one) =>
                `${escapeMarkdown(one.name ?? 'Quản trị viên')}: trả lời ${number(one.count)}, thường sau ${duration(one.medianHours)}`,
            ),
          ),
    ),
    active.length === 0
      ? ''
      : `**Người dùng mỗi ngày** (trung bình): ${active.map(({ channel, people }) => `${PLATFORMS[channel as ChannelName]} ${people < LEAST_SHOWN ? `dưới ${LEAST_SHOWN}` : number(people)}`).join(', ')}`,
    announcements.sent === 0
      ? ''
      : `**Thông báo:** đã gửi ${number(announcements.sent)}, ${number(announcements.confirmed)} lượt xác nhận đã đọc`,
  );
}

/** Figures of what is within an officer's reach. Markdown. */
export function reachText({ sessions, people, ...queue }: ReachFigures, whole: boolean): string {
  return paragraphs(
    whole
      ? ''
      : `**Câu hỏi gửi cán bộ:** đang chờ ${number(queue.waiting)}, quá hạn ${number(queue.overdue)}. Xem: /cauhoi`,
    sessions.sessions === 0
      ? '**Lớp học:** không có buổi nào'
      : `**Lớp học:** ${number(sessions.sessions)} buổi của ${number(sessions.classes)} lớp`,
    people ? unitTable(people) : '',
  );
}

function unitTable({ rows, total }: UnitTable): string {
  const known = rows.toSorted((a, b) => (b.count ?? 0) - (a.count ?? 0)).slice(0, MOST_UNITS);
  const shown = known.map(
    ({ unit, count: people }) => `${escapeMarkdown(unit)}: ${people === undefined ? 'không nêu' : number(people)}`,
  );
  if (rows.length > MOST_UNITS) shown.push(`… và ${number(rows.length - MOST_UNITS)} đơn vị nữa`);
  const note = rows.some(({ count: people }) => people === undefined)
    ? `Đơn vị có ít người thì không nêu số, để không ai bị nhận ra.`
    : '';
  return paragraphs(`**Người đã đăng ký** (đến nay): ${shownCount(total)}`, lines(...shown), note);
}

/** The questions of a period, and what they were about. */
export function questionChart(span: Span, period: Period, { rows, entries }: WholeFigures, handbook: Handbook): Chart {
  const bars = partsOf(span, period).map(({ from, to, label }) => {
    const within = rows.filter(({ day }) => day >= from.toString() && day <= to.toString());
    const values = (['answer', 'choose', 'none'] as const).map((kind) =>
      count(within.filter((row) => row.outcome === kind)),
    );
    return { label, values };
  });
  return {
    title: `Câu hỏi ${period.name}`,
    parts: ['Trả lời ngay', 'Đưa câu để chọn', 'Sổ tay chưa có'],
    bars,
    ranking: { title: 'Lĩnh vực được hỏi nhiều nhất', rows: fieldsAsked(entries, handbook) },
  };
}

function fieldsAsked(entries: ReadonlyMap<string, number>, handbook: Handbook): { label: string; value: number }[] {
  const byField = new Map<string, number>();
  for (const [id, times] of entries) {
    const field = handbook.field(handbook.entry(id)?.field ?? '');
    if (field) byField.set(field.title, (byField.get(field.title) ?? 0) + times);
  }
  return [...byField]
    .map(([label, value]) => ({ label, value }))
    .filter(({ value }) => value >= LEAST_SHOWN)
    .toSorted((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1))
    .slice(0, MOST_FIELDS);
}

function section(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : paragraphs(`**${title}** (từ ${LEAST_SHOWN} lượt)`, lines(...items));
}

function lines(...items: string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function count(rows: readonly { count: number }[]): number {
  return rows.reduce((sum, row) => sum + row.count, 0);
}

function number(value: number): string {
  return value.toLocaleString('vi-VN');
}

function duration(hours: number): string {
  if (hours < 1) return 'chưa đến 1 giờ';
  return hours < 48 ? `${Math.round(hours)} giờ` : `${Math.round(hours / 24)} ngày`;
}
