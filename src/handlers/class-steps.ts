import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { readNewSession } from '../classes/class-edit.ts';
import { codeMistake } from '../classes/class-words.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { Clock } from '../clock.ts';
import { fold } from '../search/fold.ts';
import { OPENING, type ClassMaking } from './class-making.ts';
import { WORDS_PLEASE, type Dialogs } from './dialogs.ts';
import { say, type Feature } from './feature.ts';

export interface ClassStepsDeps {
  classes: Pick<ClassesStore, 'byCode'>;
  making: Pick<ClassMaking, 'preview'>;
  dialogs: Dialogs;
  clock: Clock;
  timeZone: string;
}

/** What the dialog keeps: the lines that were asked for so far. */
interface State {
  lines: string[];
}

/** Making a class step by step: code, name, place, one session after the other; it ends in the same preview. */
export function createClassSteps({ classes, making, dialogs, clock, timeZone }: ClassStepsDeps): {
  /** @param code as it was typed already; empty: it is asked for */
  begin(message: Incoming, code?: string): Promise<Outgoing[]>;
  dialogs: NonNullable<Feature['dialogs']>;
} {
  async function next(message: Incoming, lines: string[], question: string): Promise<Outgoing[]> {
    await dialogs.open(message, STEP, { lines }, lines.length > 0 ? OPENING : undefined);
    return say(question);
  }

  async function session(message: Incoming, lines: string[]): Promise<Outgoing[] | undefined> {
    const options = { now: clock.now(), timeZone, unitOf: () => ({ kind: 'none' }) as const };
    const read = readNewSession(message.text, options, { code: 'x1', title: 'x', place: 'x' });
    if ('mistake' in read) {
      return dialogs.misread(message, `Chưa ghi được buổi này: ${escapeMarkdown(read.mistake)}\n\n${SESSION_FORM}`);
    }
    const added = message.text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => (/^\s*bu(?:ổ|o)i/i.test(line.normalize('NFC')) ? line : `Buổi: ${line}`));
    const all = [...lines, ...added];
    return next(message, all, `Đã ghi ${all.length - 3} buổi. Đồng chí gõ buổi tiếp theo, hoặc gõ **xong**.`);
  }

  async function takeCode(message: Incoming, text: string): Promise<Outgoing[]> {
    const code = text.replace(/^mã\s*:\s*/iu, '');
    const mistake = codeMistake(code) ?? ((await classes.byCode(code)) ? TAKEN : undefined);
    if (mistake === undefined) return next(message, [`Mã: ${code}`], 'Đồng chí gõ **tên lớp**.');
    const sentence = `${mistake.charAt(0).toUpperCase()}${mistake.slice(1)}`;
    return next(message, [], `${escapeMarkdown(sentence)} (Gõ /huy để thôi.)`);
  }

  return {
    begin: (message, code = '') => (code === '' ? next(message, [], FIRST) : takeCode(message, code)),
    dialogs: {
      async [STEP](message, state) {
        const { lines } = state as State;
        const text = message.text.replace(/\s+/gu, ' ').trim();
        // Who knows the form sends it all at once.
        if (lines.length === 0 && /\n/.test(message.text.trim())) return making.preview(message, message.text);
        if ((lines.length === 1 || lines.length === 2) && !/\p{L}/u.test(text)) return say(WORDS_PLEASE);
        switch (lines.length) {
          case 0:
            return takeCode(message, text);
          case 1:
            return next(message, [...lines, `Tên: ${text}`], 'Đồng chí gõ **địa điểm** học.');
          case 2:
            return next(message, [...lines, `Địa điểm: ${text}`], SESSION_FORM);
          default:
            if (/^(?:xong|het|du roi)$/.test(fold(text))) {
              return lines.length > 3 ? making.preview(message, lines.join('\n')) : say(NONE_YET);
            }
            return session(message, lines);
        }
      },
    },
  };
}

const STEP = 'class-step';

const FIRST =
  'Mở lớp mới. Đồng chí gõ **mã lớp**, ví dụ BD-2026-01. (Gõ /huy để thôi.)\n\nMuốn nhanh thì gửi cả lớp trong một tin:\n\n```\n/lophoc moi\nMã: BD-2026-01\nTên: Bồi dưỡng nghiệp vụ công tác đảng\nĐịa điểm: Hội trường A\nBuổi: 01/12/2026 08:00-11:30 | Công tác tổ chức | Báo cáo viên 1\n```';
const SESSION_FORM =
  'Đồng chí gõ **từng buổi học**: ngày giờ | chuyên đề | báo cáo viên | địa điểm (hai phần sau có thể bỏ), ví dụ:\n\n01/12/2026 08:00-11:30 | Công tác tổ chức xây dựng Đảng | Báo cáo viên 1\n\nHết thì gõ **xong**.';
const TAKEN = 'đã có lớp mang mã này. Đồng chí gõ mã khác.';
const NONE_YET = `Chưa có buổi học nào. ${SESSION_FORM}`;
