import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Clock } from '../clock.ts';
import type { Entry } from '../handbook/entry.ts';
import type { Field, Handbook } from '../handbook/load.ts';
import type { Metrics } from '../metrics.ts';
import type { AskedQuestion, QuestionsStore } from '../questions/questions-store.ts';
import { isDocumentAlone } from '../search/document-number.ts';
import { askFollowUp, createTopics } from '../search/follow-up.ts';
import type { Found, Search } from '../search/search.ts';
import { entryChoice, fieldChoices, relatedChoices } from './browse.ts';
import { NOT_UNDERSTOOD } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { handOverChoice } from './handover.ts';
import { followChoice } from './follow-choices.ts';

/** How many questions are offered when it is not clear which was meant. */
const CANDIDATES = 3;
/** Related questions under an answer: with four more lines nearly all answers are one message on Zalo. */
const RELATED = 2;

export interface AskDeps {
  handbook: Handbook;
  search: Search<Entry>;
  /** An entry as a person reads it. */
  answer: (entry: Entry) => string;
  questions: QuestionsStore;
  metrics: Metrics;
  clock: Clock;
  /** The answer to a question that is nothing but a document's number. */
  lookUpDocument: (text: string) => Outgoing[];
  /** What another part of the bot says to a question about its service; undefined: there is no such part. */
  service: (name: string, message: Incoming) => Promise<Outgoing[]> | undefined;
  /** Whether the chat was asked something else just now. */
  isAsked: (message: Incoming) => Promise<boolean>;
  /** Told when somebody says that the answer was what they had asked for. */
  onConfirmed: (message: Incoming, question: AskedQuestion) => Promise<void>;
}

/** Questions: the answer, a few to choose from, or the word that the handbook does not have it. */
export function createAsk({
  handbook,
  search,
  answer,
  questions,
  metrics,
  clock,
  lookUpDocument,
  ...deps
}: AskDeps): Feature & {
  ask: (message: Incoming, text: string) => Promise<Outgoing[]>;
} {
  const topics = createTopics<Entry>(() => clock.now());

  async function ask(message: Incoming, text: string): Promise<Outgoing[]> {
    if (isDocumentAlone(text)) return lookUpDocument(text);
    if (NUMBER.test(text)) return say((await deps.isAsked(message)) ? NOT_UNDERSTOOD : NO_SUCH_NUMBER);
    const conversation = `${message.channel}:${message.chatId}`;
    const topic = topics.get(conversation);
    const result = metrics.timed(() => askFollowUp(search, text, topic));
    const { outcome, found, service } = result;
    if (service !== undefined) return (await deps.service(service, message)) ?? say(SERVICES[service] ?? NOT_FOUND);
    // Hardly a question: what they mean to say to what was just asked may be a name, and is not kept.
    if (outcome === 'none' && (await deps.isAsked(message))) return say(NOT_UNDERSTOOD);
    metrics.question(outcome);
    const top = found[0]?.entry;
    const id = await questions.add({ text, outcome, entryId: outcome === 'answer' ? top?.id : undefined });
    const understood = reading(result, text);
    if (outcome === 'answer' && top) {
      // A few words that lean on what was just answered and bring it once more: it is all there is to say.
      if (result.leaning && top === topic) return say(SAID_ALREADY, [entryChoice(top), handOverChoice(id)]);
      topics.set(conversation, top);
      return [...understood, ...show(message, top, id)];
    }
    if (outcome === 'choose') {
      const choices = found.slice(0, CANDIDATES).map(({ entry }) => ({
        id: choiceId('c', id, entry.key),
        label: entry.question,
      }));
      choices.push({ id: choiceId('no', id), label: 'Không có câu nào đúng ý' });
      return [...understood, ...say('Tôi chưa chắc đồng chí hỏi câu nào. Đồng chí chọn giúp tôi:', choices)];
    }
    return say(NOT_FOUND, [handOverChoice(id), ...nearestFields(found)]);
  }

  /** What the question was taken to mean, when that changed what was found. */
  function reading(result: ReturnType<typeof askFollowUp<Entry>>, text: string): Outgoing[] {
    const { corrected, leaning, found, outcome } = result;
    if (outcome === 'none' || leaning || corrected === undefined) return [];
    const asTyped = search.ask(text, { correct: false }).found[0]?.entry;
    return asTyped === found[0]?.entry ? [] : say(`Có phải đồng chí muốn hỏi: *${escapeMarkdown(corrected)}*`);
  }

  function show(message: Incoming, entry: Entry, questionId: string): Outgoing[] {
    return say(answer(entry), [
      ...relatedChoices(entry, handbook).slice(0, RELATED),
      { id: choiceId('yes', questionId), label: 'Đúng ý' },
      { id: choiceId('no', questionId), label: 'Chưa đúng' },
      ...followChoice(entry, message),
      handOverChoice(questionId),
    ]);
  }

  function nearestFields(found: readonly Found<Entry>[]): Choice[] {
    const near = new Set<Field>(found.flatMap(({ entry }) => handbook.field(entry.field) ?? []));
    return [...fieldChoices([...near].slice(0, CANDIDATES)), { id: choiceId('fields'), label: 'Các lĩnh vực' }];
  }

  return {
    ask,
    commands: [
      {
        name: 'hoi',
        description: 'Hỏi một câu, ví dụ /hoi tuổi vào Đảng',
        audience: 'everyone',
        words: ['hoi'],
        isAside: true,
        run: (message, question) =>
          question === ''
            ? say('Đồng chí gõ câu hỏi sau lệnh, ví dụ: /hoi bao nhiêu tuổi thì được vào Đảng')
            : ask(message, question),
      },
    ],
    choices: {
      c: async (message, [questionId = '', key = '']) => {
        const entry = handbook.entry(key);
        if (!entry || !(await questions.picked(questionId, entry.id))) return say(QUESTION_GONE);
        topics.set(`${message.channel}:${message.chatId}`, entry);
        return show(message, entry, questionId);
      },
      yes: async (message, [questionId = '']) => {
        const judged = await questions.judge(questionId, 'right');
        if (!judged) return say(QUESTION_GONE);
        await deps.onConfirmed(message, judged);
        // Without choices, so that on Zalo a number still picks from the list under the answer.
        return say('Cảm ơn đồng chí đã cho biết.');
      },
      no: async (_message, [questionId = '']) => {
        const judged = await questions.judge(questionId, 'wrong');
        if (!judged) return say(QUESTION_GONE);
        const field =
          judged.entryId === undefined ? undefined : handbook.field(handbook.entry(judged.entryId)?.field ?? '');
        return say(WRONG_ANSWER, [
          handOverChoice(questionId),
          ...fieldChoices(field ? [field] : []),
          { id: choiceId('fields'), label: 'Các lĩnh vực' },
        ]);
      },
    },
  };
}

const NOT_FOUND =
  'Sổ tay chưa có câu trả lời chắc chắn cho câu này, nên tôi không trả lời bừa. Đồng chí thử hỏi bằng từ khác, gửi câu hỏi cho cán bộ phụ trách, hoặc xem theo lĩnh vực:';
/** What is typed to pick from a list, which this time has no such line: no question to hand over. */
const NUMBER = /^(?:(?:số|so|câu|cau|mục|muc)\s*)?\d{1,3}\s*[.):]?$/iu;
/** Without choices, so that on Zalo a number still picks from the list above. */
const NO_SUCH_NUMBER = 'Tôi không thấy lựa chọn số này. Đồng chí chọn lại trong tin vừa rồi, hoặc gõ câu hỏi bằng chữ.';
const SAID_ALREADY =
  'Về việc này, sổ tay chỉ có câu trả lời tôi vừa gửi ở trên. Nếu đồng chí hỏi việc khác thì gõ đủ cả câu giúp tôi.';
const WRONG_ANSWER =
  'Cảm ơn đồng chí, tôi đã ghi lại. Muốn được trả lời, đồng chí gửi câu hỏi cho cán bộ phụ trách; hoặc hỏi lại bằng từ khác, xem theo lĩnh vực:';
const QUESTION_GONE = 'Câu hỏi này đã cũ. Đồng chí gõ lại câu hỏi giúp tôi nhé.';

/** The bot's own services, for questions that the handbook has nothing to do with. */
const SERVICES: Record<string, string> = {
  'diem-danh':
    'Khi đến lớp, đồng chí gõ mã điểm danh mà cán bộ phụ trách chiếu trên màn hình, ví dụ: DD482193; hoặc quét ảnh QR. Mã dùng được từ 30 phút trước giờ học đến khi tan.',
  'dang-ky-lop':
    'Đồng chí gõ: đăng ký rồi đến mã lớp trong giấy triệu tập, ví dụ: đăng ký BD-2026-01. Chưa có mã thì hỏi cán bộ phụ trách lớp. Xem các lớp của mình, hoặc rút tên: /lop',
  'nhac-viec': 'Tôi chưa nhắc lịch họp được. Đồng chí ghi lịch vào sổ hoặc điện thoại giúp nhé.',
  'du-lieu': 'Đồng chí gõ /dulieu để xem, sửa hoặc xóa những gì tôi giữ về đồng chí.',
};
