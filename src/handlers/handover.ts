import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { Person } from '../people/people-store.ts';
import type { AddedWords } from '../questions/queue-asking-store.ts';
import type { QueueStore } from '../questions/queue-store.ts';
import { ASK_BACK } from '../questions/queue-texts.ts';
import { KEPT_LENGTH, type QuestionsStore } from '../questions/questions-store.ts';
import type { QueueState } from '../store/schema.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import type { KeptLine } from './own-data.ts';
import { PRIVATELY, type Registration } from './registration.ts';

const HAND_OVER = 'gui';
const ONWARD = 'handover';
const WORDS_DIALOG = 'handover-words';
const BACK_DIALOG = 'handover-back';
/** UTF-16 units; the officer's notice quotes it whole. */
const LONGEST = 1000;

export interface HandoverDeps {
  questions: Pick<QuestionsStore, 'find'>;
  queue: Pick<QueueStore, 'add' | 'addWords' | 'withdraw' | 'mayAskBack' | 'askBack' | 'ofPerson'>;
  registration: Pick<Registration, 'require'>;
  dialogs: Dialogs;
  timeZone: string;
}

/** The offer under answers, and where there is none. */
export function handOverChoice(questionId: string): Choice {
  return { id: choiceId(HAND_OVER, questionId), label: 'Gửi câu hỏi cho cán bộ phụ trách' };
}

/** Handing a question to the officers responsible; adding words, taking it back, asking back once about the answer. */
export function createHandover(deps: HandoverDeps): Feature & { kept: (person: Person) => Promise<KeptLine[]> } {
  const { questions, queue, registration, dialogs, timeZone } = deps;

  async function start(message: Incoming, questionId: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    if (!(await questions.find(questionId))) return say(QUESTION_GONE);
    return registration.require(message, { name: ONWARD, argument: questionId });
  }

  async function send(message: Incoming, person: Person, questionId: string): Promise<Outgoing[]> {
    const question = await questions.find(questionId);
    if (!question) return say(QUESTION_GONE);
    const text = question.text.charAt(0).toUpperCase() + question.text.slice(1);
    const { channel, userId } = message;
    const added = await queue.add({
      account: { channel, userId },
      personId: person.id,
      text,
      source: { kind: 'question' },
      unitId: person.unitId,
    });
    if (added.outcome === 'too many') return say(TOO_MANY);
    const by = vietnameseDate(added.dueOn.toString());
    if (added.outcome === 'known') {
      return say(`Câu này đồng chí đã gửi rồi, cán bộ phụ trách sẽ trả lời tại đây chậm nhất ngày ${by}.`);
    }
    const cut = text.length === KEPT_LENGTH ? `\n\n${ONLY_BEGINNING}` : '';
    return say(
      `Tôi đã gửi câu hỏi cho **cán bộ phụ trách**: *${escapeMarkdown(text)}*${cut}\n\nĐồng chí sẽ được trả lời tại đây, chậm nhất ngày ${by}.`,
      [
        { id: choiceId(HAND_OVER, 'them', added.questionId), label: 'Nói thêm cho rõ' },
        { id: choiceId(HAND_OVER, 'rut', added.questionId), label: 'Rút câu hỏi' },
      ],
    );
  }

  async function askForWords(message: Incoming, questionId: string): Promise<Outgoing[]> {
    await dialogs.open(message, WORDS_DIALOG, questionId);
    return say(ASK_WORDS);
  }

  async function wordsTyped(message: Incoming, questionId: unknown): Promise<Outgoing[]> {
    const text = message.text.trim();
    if (text.length > LONGEST) return say(TOO_LONG);
    await dialogs.close(message);
    const done = await queue.addWords(message, String(questionId), text);
    return say(WORDS_ADDED[done]);
  }

  async function backTyped(message: Incoming, questionId: unknown): Promise<Outgoing[]> {
    const text = message.text.trim();
    if (text.length > LONGEST) return say(TOO_LONG);
    await dialogs.close(message);
    const done = await queue.askBack(message, String(questionId), text);
    return say(done ? 'Tôi đã chuyển câu hỏi thêm cho cán bộ phụ trách. Đồng chí sẽ được trả lời tại đây.' : NO_MORE);
  }

  return {
    commands: [],
    choices: {
      async [HAND_OVER](message, [what = '', questionId]) {
        if (message.group) return say(PRIVATELY);
        if (questionId === undefined) return start(message, what);
        if (what === 'them') return askForWords(message, questionId);
        if (what !== 'rut') return undefined;
        return say((await queue.withdraw(message, questionId)) ? WITHDRAWN : NOT_WAITING);
      },
      async [ASK_BACK](message, [questionId = '']) {
        if (message.group) return say(PRIVATELY);
        if (!(await queue.mayAskBack(message, questionId))) return say(NO_MORE);
        await dialogs.open(message, BACK_DIALOG, questionId);
        return say(ASK_MORE);
      },
    },
    dialogs: { [WORDS_DIALOG]: wordsTyped, [BACK_DIALOG]: backTyped },
    inWords: [WORDS_DIALOG, BACK_DIALOG],
    onward: { [ONWARD]: send },
    async kept({ id }) {
      return (await queue.ofPerson(id)).map(({ text, askedAt, state }) => ({
        what: `Câu hỏi gửi cán bộ ngày ${vietnameseDate(askedAt.toZonedDateTimeISO(timeZone).toPlainDate().toString())}`,
        value: `${text} (${STATES[state]})`,
      }));
    },
  };
}

const STATES: Readonly<Record<QueueState, string>> = {
  new: 'đang chờ',
  taken: 'cán bộ đã nhận',
  answered: 'đã trả lời',
  closed: 'đã đóng',
};

const QUESTION_GONE = 'Câu hỏi này đã cũ. Đồng chí gõ lại câu hỏi giúp tôi nhé.';
const TOO_MANY = 'Đồng chí đang có 10 câu chờ cán bộ trả lời. Đồng chí đợi trả lời bớt rồi gửi tiếp giúp nhé.';
const TOO_LONG = 'Tin dài quá. Đồng chí viết gọn trong 1.000 ký tự rồi gửi lại giúp tôi.';
const ONLY_BEGINNING =
  'Câu hỏi dài nên tôi chỉ giữ và gửi được phần đầu như trên. Phần sau có ý cần thì đồng chí bấm "Nói thêm cho rõ".';
const ASK_WORDS =
  'Đồng chí gõ thêm cho rõ vào một tin, tôi chuyển cho cán bộ phụ trách. Đừng kèm số căn cước, hồ sơ hay tài liệu mật. (Gõ /huy để thôi.)';
const ASK_MORE = 'Đồng chí gõ điều muốn hỏi thêm vào một tin, tôi chuyển cho cán bộ đã trả lời. (Gõ /huy để thôi.)';
const NOT_WAITING = 'Câu hỏi này đã được trả lời hoặc không còn nữa. Đồng chí cần hỏi tiếp thì gõ câu hỏi mới.';
const WORDS_ADDED: Readonly<Record<AddedWords, string>> = {
  added: 'Tôi đã chuyển thêm lời của đồng chí cho cán bộ phụ trách.',
  'too much':
    'Câu hỏi này đã có nhiều lời kèm theo rồi, nên tôi chưa chuyển thêm. Đồng chí chờ cán bộ phụ trách trả lời giúp nhé.',
  gone: NOT_WAITING,
};
const NO_MORE = 'Câu hỏi này đã đóng hoặc đã hỏi thêm một lần rồi. Đồng chí cần hỏi tiếp thì gõ câu hỏi mới.';
const WITHDRAWN = 'Tôi đã rút câu hỏi. Cán bộ phụ trách không còn thấy câu này nữa.';
