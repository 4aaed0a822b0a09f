import type { Incoming, Outgoing } from '../bot/channel.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { Person } from '../people/people-store.ts';
import type { QueueStore } from '../questions/queue-store.ts';
import type { Dialogs } from './dialogs.ts';
import { say, type Feature } from './feature.ts';
import { PRIVATELY, type Registration } from './registration.ts';

const FEEDBACK = 'feedback';
/** UTF-16 units; the officer's notice quotes it whole. */
const LONGEST = 1000;

export interface FeedbackDeps {
  queue: Pick<QueueStore, 'add'>;
  registration: Pick<Registration, 'require'>;
  dialogs: Dialogs;
}

/** `/gopy`: what somebody thinks of the handbook or the bot, into the officers' queue, where it is answered like a question. */
export function createFeedback({ queue, registration, dialogs }: FeedbackDeps): Feature {
  async function typed(message: Incoming, text: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    if (text.length > LONGEST) return say(TOO_LONG);
    if (text === '') {
      await dialogs.open(message, FEEDBACK, {});
      return say(ASK);
    }
    await dialogs.close(message);
    return registration.require(message, { name: FEEDBACK, argument: text, nameless: true });
  }

  async function send(message: Incoming, person: Person, text: string): Promise<Outgoing[]> {
    const { channel, userId } = message;
    const added = await queue.add({
      account: { channel, userId },
      personId: person.id,
      text: `Góp ý: ${text}`,
      source: { kind: 'question' },
      unitId: person.unitId,
    });
    if (added.outcome === 'too many') return say(TOO_MANY);
    if (added.outcome === 'known') return say('Góp ý này đồng chí đã gửi rồi, cán bộ phụ trách đang xem.');
    return say(
      `Cảm ơn đồng chí. Tôi đã gửi góp ý cho **cán bộ phụ trách**; nếu cần trả lời, đồng chí nhận được tại đây chậm nhất ngày ${vietnameseDate(added.dueOn.toString())}.`,
    );
  }

  return {
    commands: [
      {
        name: 'gopy',
        description: 'Góp ý về sổ tay hoặc trợ lý',
        audience: 'everyone',
        words: ['gop y', 'toi muon gop y'],
        run: typed,
      },
    ],
    choices: {},
    dialogs: { [FEEDBACK]: (message) => typed(message, message.text.trim()) },
    inWords: [FEEDBACK],
    onward: { [FEEDBACK]: send },
  };
}

const ASK =
  'Đồng chí gõ góp ý vào một tin: câu trả lời nào chưa đúng, cách dùng nào chưa tiện, cần thêm điều gì. Đừng kèm số căn cước, hồ sơ hay tài liệu mật. (Gõ /huy để thôi.)';
const TOO_LONG = 'Góp ý dài quá. Đồng chí viết gọn trong 1.000 ký tự rồi gửi lại giúp tôi.';
const TOO_MANY = 'Đồng chí đang có 10 câu chờ cán bộ trả lời. Đồng chí đợi trả lời bớt rồi gửi góp ý giúp nhé.';
