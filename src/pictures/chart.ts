import { clean } from '../bot/markdown/styled.ts';
import { FONT } from './draw.ts';

/** A bar made of parts, one on the other. */
export interface Bar {
  label: string;
  /** One for each of the chart's parts. */
  values: readonly number[];
}

export interface Chart {
  title: string;
  /** What the parts of a bar are. */
  parts: readonly string[];
  /** In the order of time. */
  bars: readonly Bar[];
  /** Below: the largest of something, with how many. */
  ranking: { title: string; rows: readonly { label: string; value: number }[] };
}

/** Of the drawing, in pixels; wide enough for a month of bars, narrow enough to be read on a phone. */
export const CHART_WIDTH = 1000;
const EDGE = 50;
const AXIS = 70;
const PLOT = { top: 170, height: 330 };
const ROW = 74;
/** Apart in brightness, too, for those who do not see colours. */
const COLOURS = ['#14665b', '#e3a72f', '#a8323e'];
const INK = '#222222';
const FAINT = '#d9d9d9';
/** Characters of a label that fit a line. */
const LONGEST_LABEL = 62;

/** Stacked bars over time and a ranking below, as SVG. */
export function chartSvg({ title, parts, bars, ranking }: Chart): string {
  const rankingTop = PLOT.top + PLOT.height + 110;
  const height = ranking.rows.length > 0 ? rankingTop + ranking.rows.length * ROW + EDGE : rankingTop - 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CHART_WIDTH} ${height}" font-family="${FONT}" fill="${INK}">`,
    `<rect width="${CHART_WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(EDGE, 70, title, 36, 'bold'),
    legend(parts),
    plot(bars),
    ranking.rows.length > 0 ? text(EDGE, rankingTop - 20, ranking.title, 28, 'bold') : '',
    ...rows(ranking.rows, rankingTop),
    '</svg>',
  ].join('\n');
}

function legend(parts: readonly string[]): string {
  const step = (CHART_WIDTH - 2 * EDGE) / parts.length;
  return parts
    .map((part, i) => {
      const x = EDGE + i * step;
      return `<rect x="${x}" y="100" width="24" height="24" fill="${COLOURS[i]}"/>${text(x + 34, 121, part, 24)}`;
    })
    .join('\n');
}

function plot(bars: readonly Bar[]): string {
  const largest = Math.max(1, ...bars.map(({ values }) => sum(values)));
  const top = niceTop(largest);
  const left = EDGE + AXIS;
  const width = CHART_WIDTH - EDGE - left;
  const y = (value: number): number => PLOT.top + PLOT.height * (1 - value / top);
  const lines = [0, top / 2, top].map(
    (value) =>
      `<line x1="${left}" x2="${left + width}" y1="${y(value)}" y2="${y(value)}" stroke="${FAINT}" stroke-width="2"/>` +
      text(left - 12, y(value) + 8, number(value), 22, 'normal', 'end'),
  );
  const step = width / Math.max(1, bars.length);
  // Labels side by side need about 60 pixels each.
  const every = Math.ceil(60 / step);
  const columns = bars.map(({ label, values }, i) => {
    const x = left + i * step + step * 0.15;
    let below = 0;
    const pieces = values.map((value, part) => {
      below += value;
      const pieceHeight = (PLOT.height * value) / top;
      return value === 0
        ? ''
        : `<rect x="${x}" y="${y(below)}" width="${step * 0.7}" height="${pieceHeight}" fill="${COLOURS[part]}"/>`;
    });
    const named =
      i % every === 0 ? text(x + step * 0.35, PLOT.top + PLOT.height + 34, label, 20, 'normal', 'middle') : '';
    return pieces.join('') + named;
  });
  return [...lines, ...columns].join('\n');
}

function rows(ranked: readonly { label: string; value: number }[], top: number): string[] {
  const largest = Math.max(1, ...ranked.map(({ value }) => value));
  const width = CHART_WIDTH - 2 * EDGE - 110;
  return ranked.map(({ label, value }, i) => {
    const y = top + i * ROW;
    const length = Math.max(4, (width * value) / largest);
    return [
      text(EDGE, y + 24, label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label, 24),
      `<rect x="${EDGE}" y="${y + 34}" width="${length}" height="22" fill="${COLOURS[0]}"/>`,
      text(EDGE + length + 14, y + 53, number(value), 22, 'bold'),
    ].join('');
  });
}

function text(
  x: number,
  y: number,
  content: string,
  size: number,
  weight: 'normal' | 'bold' = 'normal',
  anchor: 'start' | 'middle' | 'end' = 'start',
): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}">${escapeXml(content)}</text>`;
}

/** The next of 2, 4, 10, 20, 40, 100 …: its half is a whole number, too. */
function niceTop(value: number): number {
  for (let unit = 1; ; unit *= 10) {
    const found = [2, 4, 6, 8, 10].map((step) => step * unit).find((step) => step >= value);
    if (found !== undefined) return found;
  }
}

/** 1234 → "1.234" */
function number(value: number): string {
  return value.toLocaleString('vi-VN');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function escapeXml(content: string): string {
  return clean(content)
    .normalize('NFC')
    .replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
