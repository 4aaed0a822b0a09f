import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { ClassImport, Prepared, SheetMistakes, ToImport } from '../classes/class-import.ts';
import { readMessageLines } from '../classes/class-message.ts';
import { changesAnything } from '../classes/class-plan.ts';
import { changeText } from '../classes/changes.ts';
import { mendLines, wrongRows } from '../classes/mended-lines.ts';
import type { RosterPlan } from '../classes/roster-plan.ts';
import { timeWords } from '../classes/session-words.ts';
import type { Clock } from '../clock.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { fold } from '../search/fold.ts';
import { mistakeLines, type Mistake } from '../spreadsheet/mistake.ts';
import { CLASSES, type ClassView } from './class-view.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';

/** Sessions are listed to that many in a preview; the counts say the rest. */
const MOST_LISTED = 20;
/** UTF-16 units of a line that name it in a mistake. */
const LINE_SHOWN = 30;

export interface ClassMakingDeps {
  imports: ClassImport;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  dialogs: Dialogs;
  view: ClassView;
  clock: Clock;
  timeZone: string;
}

/** Making and importing classes: the lines or the file, what they would do, "Nhập". */
export interface ClassMaking {
  /** Shows what the lines of a message would do; mistakes are told all at once, and the lines are kept. */
  preview(message: Incoming, text: string): Promise<Outgoing[]>;
  /** The same for a file. */
  previewFile(message: Incoming, what: ToImport, mistakes: SheetMistakes, code?: string): Promise<Outgoing[]>;
  /** Undefined: there is nothing that waits for it. */
  carryOut(message: Incoming): Promise<Outgoing[] | undefined>;
  mend(message: Incoming): Promise<Outgoing[] | undefined>;
  cancel(message: Incoming): Promise<Outgoing[]>;
  dialogs: NonNullable<Feature['dialogs']>;
}

/** What is lost when making a class is left. */
export const OPENING = 'lớp đồng chí đang ghi';

/** What the preview dialog keeps. */
interface Waiting {
  what: ToImport;
  /** As it was typed; null: it came as a file. */
  text: string | null;
  code: string | null;
}

export function createClassMaking(deps: ClassMakingDeps): ClassMaking {
  const { imports, roles, dialogs, view, clock, timeZone } = deps;

  async function preview(message: Incoming, text: string): Promise<Outgoing[]> {
    const { written, mistakes } = readMessageLines(text);
    const what: ToImport = { written, code: written.fields.code, roster: undefined };
    const outcome = await imports.prepare(what, { reach: await roles.reach(message) });
    const found = [...mistakes, ...('mistakes' in outcome ? outcome.mistakes.flatMap((one) => one.mistakes) : [])];
    if ('mistakes' in outcome || found.length > 0) {
      await dialogs.open(message, LINES, { text, wrong: wrongRows(found) }, OPENING);
      const lines = text.split('\n');
      const list = mistakeLines(found).map((line) => `- ${escapeMarkdown(withLine(line, lines))}`);
      return say(`Chưa mở được lớp, vì còn chỗ phải sửa:\n\n${list.join('\n')}\n\n${howToMend(wrongRows(found)[0])}`);
    }
    return show(message, outcome.prepared, { what, text, code: null });
  }

  async function previewFile(
    message: Incoming,
    what: ToImport,
    ofFile: SheetMistakes,
    code?: string,
  ): Promise<Outgoing[]> {
    const outcome = await imports.prepare(what, { reach: await roles.reach(message), code });
    const mistakes = bySheet(ofFile, 'mistakes' in outcome ? outcome.mistakes : []);
    if ('mistakes' in outcome || mistakes.length > 0) {
      const list = mistakes.map(({ sheet, mistakes: inSheet }) => {
        const lines = mistakeLines(inSheet).map((line) => `- ${escapeMarkdown(line)}`);
        return mistakes.length > 1 && sheet !== ''
          ? `**${escapeMarkdown(sheet)}**\n\n${lines.join('\n')}`
          : lines.join('\n');
      });
      return say(
        `Chưa nhập gì, vì tệp còn chỗ phải sửa:\n\n${list.join('\n\n')}\n\nĐồng chí sửa trong tệp rồi gửi lại.`,
      );
    }
    return show(message, outcome.prepared, { what, text: null, code: code ?? null });
  }

  async function show(message: Incoming, prepared: Prepared, waiting: Waiting): Promise<Outgoing[]> {
    const { plan, roster, known } = prepared;
    const nothing = (!plan || !changesAnything(plan)) && (!roster || roster.added.length + roster.updated.length === 0);
    if (nothing) {
      await dialogs.close(message);
      return say('Không có gì thay đổi: lớp đã đúng như vậy.', known ? [showButton(known.id)] : []);
    }
    await dialogs.open(message, PREVIEW, waiting, waiting.text === null ? undefined : OPENING);
    return say(previewText(prepared), CONFIRM);
  }

  function previewText({ plan, roster, known, code }: Prepared): string {
    const parts: string[] = [];
    if (plan && !known) {
      const { draft } = plan;
      parts.push(
        `Sẽ mở **lớp ${escapeMarkdown(draft.code)}**: ${escapeMarkdown(draft.title)}`,
        [
          `- Địa điểm: ${escapeMarkdown(draft.place)}`,
          ...(draft.capacity === undefined ? [] : [`- Số chỗ: ${draft.capacity}`]),
          `- Số buổi: ${draft.sessions.length}`,
        ].join('\n'),
        numbered(draft.sessions.map((session) => view.sessionLine(session))),
      );
      const past = draft.sessions.filter(({ startsAt }) => Temporal.Instant.compare(startsAt, clock.now()) < 0).length;
      if (past > 0) parts.push(`Lưu ý: ${past} buổi đã qua giờ bắt đầu.`);
    } else if (plan && known) {
      const count = (...changes: string[]): number =>
        plan.sessions.filter(({ change }) => changes.includes(change)).length;
      parts.push(
        `Lớp **${escapeMarkdown(known.code)}** đã có, sẽ cập nhật.`,
        `Buổi học: thêm ${count('add')}, đổi ${count('change', 'restore')}, hủy ${count('cancel')}, giữ nguyên ${count('same')}.`,
      );
      const change = changeText(plan, timeZone, clock.now());
      const cancelled = plan.sessions.flatMap((one) =>
        one.change === 'cancel' ? [`Hủy: ${escapeMarkdown(one.before.topic)}, ${timeWords(one.before, timeZone)}`] : [],
      );
      if (change) parts.push('Mọi người trong lớp sẽ nhận được tin báo:', quote(change.markdown));
      else if (cancelled.length > 0) parts.push(numbered(cancelled));
    } else if (known) parts.push(`Danh sách học viên của **lớp ${escapeMarkdown(code)}**.`);
    if (plan && known && plan.classChanged) parts.push('Thông tin chung của lớp có thay đổi.');
    if (roster) parts.push(rosterText(roster));
    const seats = plan ? plan.draft.capacity : known?.capacity;
    if (roster && seats !== undefined && roster.total > seats) {
      parts.push(`Lưu ý: lớp có ${seats} chỗ, nhập xong sẽ là ${roster.total} học viên.`);
    }
    return parts.join('\n\n');
  }

  async function carryOut(message: Incoming): Promise<Outgoing[] | undefined> {
    const waiting = (await dialogs.state(message, PREVIEW)) as Waiting | undefined;
    if (!waiting) return undefined;
    await dialogs.close(message);
    const importer = { reach: await roles.reach(message), code: waiting.code ?? undefined };
    const done = await imports.carryOut(waiting.what, importer, await roles.actor(message));
    if (!done) return say(CHANGED_MEANWHILE);
    const { saved, roster, trainingClass } = done;
    const code = escapeMarkdown(trainingClass.code);
    const sentences = [
      saved ? (saved.plan.before ? `Đã cập nhật lớp **${code}**.` : `Đã mở lớp **${code}**.`) : undefined,
      saved && saved.told > 0 ? `Đã báo ${saved.told} nơi về thay đổi.` : undefined,
      roster && `Học viên: đã thêm ${roster.added.length}, cập nhật ${roster.updated.length}.`,
      saved && !saved.plan.before ? `Học viên đăng ký bằng cách gõ: /dangky ${code}` : undefined,
    ];
    return say(sentences.filter((one) => one !== undefined).join('\n\n'), [showButton(trainingClass.id)]);
  }

  /** The lines again, to be mended; a file is mended where it is. */
  async function mend(message: Incoming): Promise<Outgoing[] | undefined> {
    const waiting = (await dialogs.state(message, PREVIEW)) as Waiting | undefined;
    if (!waiting) return undefined;
    if (waiting.text === null) {
      await dialogs.close(message);
      return say('Chưa nhập gì. Đồng chí sửa trong tệp rồi gửi lại tệp.');
    }
    await dialogs.open(message, LINES, { text: waiting.text, wrong: [] }, OPENING);
    const lines = waiting.text.split('\n').map((line, i) => `${i + 1}. ${escapeMarkdown(line)}`);
    return say(
      `Đây là các dòng đồng chí đã gửi:\n\n${lines.join('\n')}\n\n${howToMend(waiting.text.split('\n').length)}`,
    );
  }

  async function cancel(message: Incoming): Promise<Outgoing[]> {
    await dialogs.close(message);
    return say('Đã hủy, không nhập gì.');
  }

  return {
    preview,
    previewFile,
    carryOut,
    mend,
    cancel,
    dialogs: {
      async [LINES](message, state) {
        const { text, wrong } = state as { text: string; wrong: number[] };
        const mended = mendLines(text, wrong, message.text);
        // Anything else is a question.
        return mended === undefined ? undefined : preview(message, mended);
      },
      async [PREVIEW](message, state) {
        const spoken = fold(message.text).trim();
        if (spoken === 'nhap') return carryOut(message);
        if (spoken === 'sua') return mend(message);
        const { text } = state as Waiting;
        const mended = text === null ? undefined : mendLines(text, [], message.text);
        return mended === undefined ? undefined : preview(message, mended);
      },
    },
  };
}

const LINES = 'class-lines';
const PREVIEW = 'class-preview';
const CONFIRM: Choice[] = [
  { id: choiceId(CLASSES, 'carry'), label: 'Nhập' },
  { id: choiceId(CLASSES, 'mend'), label: 'Sửa' },
  { id: choiceId(CLASSES, 'drop'), label: 'Hủy' },
];

/** "Hàng 4: …" with the beginning of the line, so that nobody has to count. */
function withLine(mistake: string, lines: readonly string[]): string {
  return mistake.replace(/^Hàng (\d+)/, (_, row: string) => {
    const line = (lines[Number(row) - 1] ?? '').trim();
    return `Dòng ${row} ("${line.length > LINE_SHOWN ? `${line.slice(0, LINE_SHOWN)}…` : line}")`;
  });
}

/** @param row a line that may be mended; undefined: there only are lines missing */
function howToMend(row: number | undefined): string {
  const how =
    row === undefined
      ? 'Đồng chí gửi các dòng còn thiếu.'
      : `Đồng chí gửi lại cả tin đã sửa, hoặc chỉ gửi dòng cần sửa với số của dòng, ví dụ:\n\ndòng ${row}: Buổi: 01/12/2026 08:00-11:30 | Công tác tổ chức`;
  return `${how}\n\nCác dòng khác tôi vẫn giữ. (Gõ /huy để thôi.)`;
}

function showButton(id: string): Choice {
  return { id: choiceId(CLASSES, 'show', id), label: 'Xem lớp' };
}

function rosterText({ added, updated, same, left }: RosterPlan): string {
  const text = `Học viên: thêm ${added.length}, cập nhật ${updated.length}, giữ nguyên ${same}.`;
  return left === 0 ? text : `${text} ${left} người đã rút khỏi lớp thì không thêm lại.`;
}

function numbered(lines: readonly string[]): string {
  const shown = lines.slice(0, MOST_LISTED).map((line, i) => `${i + 1}. ${line}`);
  return lines.length > MOST_LISTED
    ? [...shown, `… và ${lines.length - MOST_LISTED} buổi nữa`].join('\n')
    : shown.join('\n');
}

function quote(markdown: string): string {
  return markdown
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

/** What the file itself and what its meaning have wrong, sheet by sheet. */
function bySheet(ofFile: SheetMistakes, ofContent: SheetMistakes): SheetMistakes {
  const sheets = new Map<string, Mistake[]>();
  for (const { sheet, mistakes } of [...ofFile, ...ofContent]) {
    if (mistakes.length > 0) sheets.set(sheet, [...(sheets.get(sheet) ?? []), ...mistakes]);
  }
  return [...sheets].map(([sheet, mistakes]) => ({ sheet, mistakes }));
}

const CHANGED_MEANWHILE = 'Lớp hoặc danh sách đơn vị vừa có thay đổi, nên tôi chưa nhập gì. Đồng chí gửi lại giúp tôi.';
