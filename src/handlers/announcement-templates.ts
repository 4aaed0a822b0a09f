import { TEMPLATES as CHOICE } from '../announcements/announcement-message.ts';
import { fillTemplate, LONGEST_ANSWER, TEMPLATES, type Template } from '../announcements/templates.ts';
import type { Incoming, Outgoing } from '../bot/channel.ts';
import { fold, words } from '../search/fold.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';

const DIALOG = 'announcement-template';

export interface AnnouncementTemplatesDeps {
  dialogs: Dialogs;
  /** Takes a text on as if it had been typed after `/thongbao`. */
  compose: (message: Incoming, text: string) => Promise<Outgoing[]>;
}

interface Filling {
  template: string;
  answers: string[];
}

/** Announcements from a template: its blanks are asked for one by one, then all is as if the text had been typed. */
export function createAnnouncementTemplates(
  deps: AnnouncementTemplatesDeps,
): Pick<Feature, 'choices'> & Required<Pick<Feature, 'dialogs' | 'passing'>> {
  const { dialogs, compose } = deps;

  const templateOf = (id: string): Template | undefined => TEMPLATES.find((one) => one.id === id);

  /** The next question, or on with the text. */
  async function next(message: Incoming, template: Template, answers: string[]): Promise<Outgoing[]> {
    const blank = template.blanks[answers.length];
    if (!blank) {
      await dialogs.close(message);
      return answers.every((answer) => answer === '')
        ? say(ALL_LEFT_OUT, [{ id: CHOICE, label: 'Chọn mẫu khác' }])
        : compose(message, fillTemplate(template, answers));
    }
    await dialogs.open(
      message,
      DIALOG,
      { template: template.id, answers } satisfies Filling,
      answers.length > 0 ? 'thông báo đang soạn theo mẫu' : undefined,
    );
    const place = `${answers.length + 1}/${template.blanks.length}`;
    return say(`**${template.label}** (${place}). ${blank.question} Ví dụ: *${blank.example}*.`, [
      { id: choiceId(CHOICE, template.id, String(answers.length)), label: 'Bỏ qua' },
    ]);
  }

  return {
    choices: {
      async [CHOICE](message, [id, at]) {
        if (message.group) return say(PRIVATELY);
        if (id === undefined) {
          return say(
            'Đồng chí chọn mẫu; tôi hỏi từng phần rồi ghép thành thông báo:',
            TEMPLATES.map((one) => ({ id: choiceId(CHOICE, one.id), label: one.label })),
          );
        }
        const template = templateOf(id);
        if (!template) return undefined;
        if (at === undefined) return next(message, template, []);
        // "Bỏ qua" under a question that was answered since does nothing.
        const state = (await dialogs.state(message, DIALOG)) as Filling | undefined;
        if (state?.template !== id || state.answers.length !== Number(at)) return undefined;
        return next(message, template, [...state.answers, '']);
      },
    },
    dialogs: {
      async [DIALOG](message, state) {
        const { template: id, answers } = state as Filling;
        const template = templateOf(id);
        if (!template) return undefined;
        const answer = message.text.replace(/\s+/gu, ' ').trim();
        if (answer.length > LONGEST_ANSWER) return say(TOO_LONG);
        const passed = words(fold(answer)).join(' ') === 'bo qua';
        return next(message, template, [...answers, passed ? '' : answer]);
      },
    },
    passing: [DIALOG],
  };
}

const TOO_LONG = `Phần này dài quá ${LONGEST_ANSWER} ký tự. Đồng chí viết gọn lại giúp tôi, hoặc gõ "bỏ qua".`;
const ALL_LEFT_OUT = 'Phần nào cũng bỏ qua nên chưa có nội dung. Đồng chí chọn lại mẫu, hoặc gõ /thongbao để tự soạn.';
