/*
 * Examples of the guides: fenced blocks that read as a conversation, and are played by the test.
 *
 *     Đồng chí: tuoi ket nap dv
 *     Sổ tay: Người vào Đảng phải trong độ tuổi nào? …
 *     [Đúng ý] [Chưa đúng]
 *     Đồng chí bấm: Đúng ý
 *
 * "…" stands for what is left out; how lines are broken does not matter, nor do bold and italic. "(Zalo)" and "(nhóm)" after
 * a name say where it is typed. "Sổ tay nhắn Học viên:" is what the bot sends by itself. A line such as
 * "(19:30, 30/11/2026)" lets the time come. Buttons may be left out; a line of buttons has all of them, or "…". What has to
 * happen before, and would only be in a reader's way, stands in an HTML comment that begins with "trước đó".
 */

/** Where something is typed. */
export type Place = 'private' | 'zalo' | 'group';

export interface Actor {
  name: string;
  place: Place;
}

export type Step = { line: number } & (
  | { kind: 'say' | 'press'; who: Actor; text: string }
  | { kind: 'reply' | 'sent'; who: Actor; text: string; buttons: string | undefined }
  | { kind: 'time'; at: Temporal.PlainDateTime }
);

export interface Example {
  line: number;
  /** Read by people, and not only by the test. */
  shown: boolean;
  steps: Step[];
}

const PLACES: Record<string, Place> = { Zalo: 'zalo', nhóm: 'group' };
const ACTOR = String.raw`(?<name>Đồng chí|Học viên|Bí thư|Cán bộ khác|Cán bộ xã|Cán bộ)(?: \((?<place>Zalo|nhóm)\))?`;
const ACTS = new RegExp(`^${ACTOR}(?<press> bấm)?: (?<text>.*)$`, 'u');
const REPLIES = /^Sổ tay: (?<text>.*)$/u;
const SENDS = new RegExp(`^Sổ tay nhắn ${ACTOR}: (?<text>.*)$`, 'u');
const TIME = /^\((?<hour>\d{1,2}):(?<minute>\d\d), (?<day>\d{1,2})\/(?<month>\d{1,2})\/(?<year>\d{4})\)$/;
const BUTTONS = /^(?:…\s*)?\[[^\]]+\](?:\s*(?:…|\[[^\]]+\]))*$/u;
const HIDDEN = '<!-- trước đó';

/** The examples of a guide, in their order. @throws when a line of a block is no part of a conversation */
export function readExamples(markdown: string): Example[] {
  const examples: Example[] = [];
  let end: string | undefined;
  let block: string[] = [];
  let start = 0;
  for (const [i, line] of markdown.split('\n').entries()) {
    if (end === undefined) {
      if (!line.startsWith('```') && line !== HIDDEN) continue;
      end = line === HIDDEN ? '-->' : '```';
      start = i + 2;
      block = [];
    } else if (line === end) {
      examples.push({ line: start, shown: end === '```', steps: readSteps(block, start) });
      end = undefined;
    } else block.push(line);
  }
  if (end !== undefined) throw new Error(`line ${start}: the block does not end`);
  return examples;
}

function readSteps(lines: readonly string[], start: number): Step[] {
  const steps: Step[] = [];
  let actor: Actor | undefined;
  for (const [i, source] of lines.entries()) {
    const line = start + i;
    const acts = ACTS.exec(source)?.groups;
    const replies = REPLIES.exec(source)?.groups;
    const sends = SENDS.exec(source)?.groups;
    const time = TIME.exec(source)?.groups;
    const last = steps.at(-1);
    if (acts) {
      actor = actorOf(acts);
      steps.push({ kind: acts['press'] === undefined ? 'say' : 'press', who: actor, text: acts['text'] ?? '', line });
    } else if (replies) {
      if (!actor) throw new Error(`line ${line}: nobody has said anything yet`);
      steps.push({ kind: 'reply', who: actor, text: replies['text'] ?? '', buttons: undefined, line });
    } else if (sends) {
      steps.push({ kind: 'sent', who: actorOf(sends), text: sends['text'] ?? '', buttons: undefined, line });
    } else if (time) {
      const { year, month, day, hour, minute } = time;
      const at = Temporal.PlainDateTime.from({
        year: Number(year),
        month: Number(month),
        day: Number(day),
        hour: Number(hour),
        minute: Number(minute),
      });
      steps.push({ kind: 'time', at, line });
    } else if (!last || last.kind === 'time') throw new Error(`line ${line}: who says "${source}"?`);
    else if ('buttons' in last && BUTTONS.test(source)) last.buttons = `${last.buttons ?? ''} ${source}`.trim();
    else last.text += `\n${source}`;
  }
  return steps;
}

function actorOf({ name = '', place }: Record<string, string | undefined>): Actor {
  return { name, place: place === undefined ? 'private' : (PLACES[place] ?? 'private') };
}

/** Codes that the bot makes up: the one in the guide stands for the one that came. */
const CODES = [/MOI(?:-[0-9A-Z]{4}){3}/, /DD\d{6}/, /(?<!\d)\d{6}(?!\d)/];
const ANY_CODE = new RegExp(CODES.map(({ source }) => source).join('|'), 'g');

/** Codes of the guide, and the real ones. */
export type KnownCodes = Map<string, string>;

/** Whether the text came out as the guide has it; codes that it shows for the first time become known. */
export function fits(expected: string, actual: string, codes: KnownCodes): boolean {
  const fresh: string[] = [];
  const pattern = plain(expected)
    .split(/\s*…\s*/u)
    .map((part) => {
      let source = '';
      let from = 0;
      for (const { 0: code, index } of part.matchAll(ANY_CODE)) {
        source += RegExp.escape(part.slice(from, index));
        const known = codes.get(code);
        if (known === undefined) {
          const form = CODES.find((one) => one.test(code))?.source ?? '';
          source += `(${form})`;
          fresh.push(code);
        } else source += RegExp.escape(known);
        from = index + code.length;
      }
      return source + RegExp.escape(part.slice(from));
    })
    .join('.*');
  const found = new RegExp(`^${pattern}$`, 'su').exec(plain(actual));
  if (!found) return false;
  for (const [i, code] of fresh.entries()) codes.set(code, found[i + 1] ?? '');
  return true;
}

/** What a reader of the guide would type, with the codes that really came. */
export function withCodes(text: string, codes: KnownCodes): string {
  return text.replace(ANY_CODE, (code) => codes.get(code) ?? code);
}

function plain(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}
