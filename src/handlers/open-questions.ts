import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Clock } from '../clock.ts';
import type { QuestionsStore } from '../questions/questions-store.ts';
import { say, type Feature } from './feature.ts';

const DAYS = 30;
const MOST = 10;

/** `/cauhoi`: what people asked in vain, for officers. */
export function createOpenQuestions(questions: QuestionsStore, clock: Clock, timeZone: string): Feature {
  return {
    commands: [
      {
        name: 'cauhoi',
        description: 'Xem câu hỏi chưa có lời đáp',
        audience: 'officer',
        words: ['cau hoi', 'cau hoi chua co loi dap'],
        run: async () => {
          const since = clock.now().toZonedDateTimeISO(timeZone).toPlainDate().subtract({ days: DAYS });
          const open = await questions.open(since.toString(), MOST);
          if (open.length === 0) return say(`Trong ${DAYS} ngày qua không có câu hỏi nào bỏ ngỏ.`);
          const list = open.map(({ text, count }) => `- ${escapeMarkdown(text)} (${count} lần)`).join('\n');
          return say(`**Câu hỏi chưa có lời đáp hoặc trả lời chưa đúng, ${DAYS} ngày qua**\n\n${list}`);
        },
      },
    ],
    choices: {},
  };
}
