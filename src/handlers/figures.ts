import type { Choice, Incoming, Outgoing, Picture } from '../bot/channel.ts';
import type { Clock } from '../clock.ts';
import type { Figures } from '../figures/figures.ts';
import { periodOf, type Span } from '../figures/period.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { Handbook } from '../handbook/load.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { CHART_WIDTH, chartSvg } from '../pictures/chart.ts';
import { drawPng } from '../pictures/draw.ts';
import { fold } from '../search/fold.ts';
import { choiceId, PRIVATE_MATTER, say, type Feature } from './feature.ts';
import { questionChart, reachText, wholeText } from './figures-text.ts';

/** Periods that one can go back: no further than questions are kept where nothing else is set (half a year), and few weeks. */
const FURTHEST_BACK: Readonly<Record<Span, number>> = { week: 8, month: 6, quarter: 2 };

export interface FiguresFeatureDeps {
  figures: Figures;
  handbook: Handbook;
  roles: Pick<RolesStore, 'reach'>;
  /** Where the picture can be had from where the message came from; undefined: it is shown there, or cannot be had. */
  pictureLink: (message: Incoming, name: string, png: Uint8Array) => string | undefined;
  /** How long questions are kept. */
  questionDays: number;
  clock: Clock;
  timeZone: string;
}

/** `/thongke`: what was asked and answered in a week, month or quarter, as text and as one picture. */
export function createFiguresFeature(deps: FiguresFeatureDeps): Feature {
  const { figures, handbook, roles, clock, timeZone } = deps;

  async function show(message: Incoming, span: Span, back: number): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATE_MATTER);
    const reach = await roles.reach(message);
    const today = clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
    const period = periodOf(span, today, back);
    const days = [period.from, period.to].map((day) => vietnameseDate(day.toString()));
    const whole = reach.all ? await figures.whole(period) : undefined;
    const within = await figures.within(reach, period);
    const cut = Temporal.PlainDate.compare(period.from, today.subtract({ days: deps.questionDays })) < 0;
    const text = [
      `**Số liệu ${period.name}** (${days[0] === days[1] ? days[0] : days.join(' – ')})`,
      whole ? wholeText(whole, handbook) : '',
      reachText(within, whole !== undefined),
      whole ? '' : WITHIN_REACH,
      whole && cut ? `Câu hỏi chỉ giữ ${deps.questionDays} ngày, nên số câu hỏi ở đây thiếu phần đã xóa.` : '',
    ].filter((part) => part !== '');
    const choices = offered(span, back);
    if (!whole || whole.rows.length === 0) return say(text.join('\n\n'), choices);
    const png = await drawPng(chartSvg(questionChart(span, period, whole, handbook)), CHART_WIDTH);
    const picture: Picture = { png, alt: `Biểu đồ số câu hỏi ${period.name}, theo kết quả trả lời và theo lĩnh vực` };
    const link = deps.pictureLink(message, `thong-ke-${period.from.toString()}.png`, png);
    if (link !== undefined) text.push(`Biểu đồ (xem được trong 24 giờ): ${link}`);
    return [{ markdown: text.join('\n\n'), choices, ...(link === undefined && { picture }) }];
  }

  return {
    commands: [
      {
        name: 'thongke',
        description: 'Số liệu hỏi đáp theo tuần, tháng, quý',
        audience: 'officer',
        words: ['thong ke', 'so lieu'],
        argument: /^(?:tuần|tuan|tháng|thang|quý|quy)(?:\s+(?:này|nay|trước|truoc))?$/iu,
        run(message, argument) {
          const [first = '', which] = fold(argument).split(/\s+/);
          if (first !== '' && !Object.hasOwn(SPANS, first)) return say(HOW_TO_TYPE);
          return show(message, SPANS[first] ?? 'month', which === 'truoc' ? 1 : 0);
        },
      },
    ],
    choices: {
      [FIGURES]: (message, [span = '', back = '0']) => {
        const known = Object.values(SPANS).find((one) => one === span);
        return known && /^\d{1,2}$/.test(back) && Number(back) <= FURTHEST_BACK[known]
          ? show(message, known, Number(back))
          : undefined;
      },
    },
  };
}

const FIGURES = 'tk';
const SPANS: Readonly<Record<string, Span>> = { tuan: 'week', thang: 'month', quy: 'quarter' };
const LABELS: Readonly<Record<Span, string>> = { week: 'Tuần', month: 'Tháng', quarter: 'Quý' };

function offered(span: Span, back: number): Choice[] {
  const step = (label: string, to: number): Choice => ({ id: choiceId(FIGURES, span, String(to)), label });
  return [
    ...(back < FURTHEST_BACK[span] ? [step(`${LABELS[span]} trước`, back + 1)] : []),
    ...(back > 0 ? [step(`${LABELS[span]} sau`, back - 1)] : []),
    ...Object.values(SPANS)
      .filter((other) => other !== span)
      .map((other) => ({ id: choiceId(FIGURES, other), label: `Xem theo ${LABELS[other].toLowerCase()}` })),
  ];
}

const HOW_TO_TYPE = 'Đồng chí gõ: /thongke tuần, /thongke tháng hoặc /thongke quý.';
const WITHIN_REACH =
  'Số câu hỏi sổ tay chỉ đếm chung cho mọi đơn vị, vì tôi không ghi ai hỏi; cán bộ phụ trách toàn bộ xem được số đó.';
