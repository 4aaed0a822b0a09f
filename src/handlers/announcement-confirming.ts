import { ASK, CONFIRM } from '../announcements/announcement-message.ts';
import type { AnnouncementsStore } from '../announcements/announcements-store.ts';
import type { ConfirmationsStore, Received } from '../announcements/confirmations-store.ts';
import { momentWords } from '../announcements/schedule.ts';
import type { Incoming, Outgoing } from '../bot/channel.ts';
import { dayWords } from '../classes/session-words.ts';
import type { Clock } from '../clock.ts';
import type { PeopleStore } from '../people/people-store.ts';
import type { QueueStore } from '../questions/queue-store.ts';
import { fold, words } from '../search/fold.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';

const DIALOG = 'announcement-question';
/** How long after an announcement a typed "đã nhận" means it. */
const WITHIN = { hours: 7 * 24 };
/** Others that are still to be confirmed, as choices. */
const MOST_OTHERS = 3;
/** As a question is elsewhere. UTF-16 units. */
const LONGEST_QUESTION = 1000;

/** Folded: "ok đã nhận", "em đã nhận được thông báo ạ", "đã rõ". */
const RECEIVED =
  /^(?:(?:ok|oke|vang|da|toi|em|minh|chung toi) )*(?:da (?:nhan|nhan duoc|doc|xem|ro)|nhan duoc|nhan roi|xac nhan(?: da nhan)?)(?: (?:duoc|thong bao|tin|roi))*(?: (?:a|nhe|nha|dong chi|cam on))*$/;
/** In answer to the very message, less is enough. */
const YES = /^(?:ok|oke|vang|da|ro|cam on|vang a|da vang|da ro|ok cam on|1)$/;

export interface ConfirmingDeps {
  confirmations: ConfirmationsStore;
  announcements: Pick<AnnouncementsStore, 'byId'>;
  dialogs: Dialogs;
  people: Pick<PeopleStore, 'of'>;
  queue: Pick<QueueStore, 'add'>;
  clock: Clock;
  timeZone: string;
}

/** What those who got an announcement do with it: "Đã nhận", by button or in words, and questions to its author. */
export function createConfirming(deps: ConfirmingDeps): Feature {
  const { confirmations, announcements, dialogs, clock, timeZone } = deps;

  const openFor = (message: Incoming): Promise<Received[]> => confirmations.open(message, clock.now().subtract(WITHIN));

  async function confirm(message: Incoming, id: string): Promise<Outgoing[] | undefined> {
    if (message.group) return undefined;
    const when = await confirmations.confirm(id, message);
    if (when === undefined) return undefined;
    const others = (await openFor(message)).slice(0, MOST_OTHERS).map(({ announcementId, sentAt }) => ({
      id: choiceId(CONFIRM, announcementId),
      label: `Đã nhận thông báo lúc ${momentWords(sentAt, timeZone)}`,
    }));
    const more = others.length > 0 ? ' Đồng chí còn thông báo khác chưa xác nhận:' : '';
    return say(`${when === 'now' ? THANKS : BEFORE}${more}`, others);
  }

  async function ask(message: Incoming, id: string): Promise<Outgoing[] | undefined> {
    if (message.group || !(await confirmations.cameTo(message, id))) return undefined;
    await dialogs.open(message, DIALOG, { id });
    return say(WHAT_QUESTION);
  }

  async function pass(message: Incoming, id: string): Promise<Outgoing[] | undefined> {
    const announcement = await announcements.byId(id);
    if (!announcement || !(await confirmations.cameTo(message, id))) return undefined;
    const text = message.text.trim();
    if (text.length > LONGEST_QUESTION) return say(TOO_LONG);
    if (words(text).length === 0) return say(WHAT_QUESTION);
    const person = await deps.people.of(message);
    const added = await deps.queue.add({
      account: { channel: message.channel, userId: message.chatId },
      personId: person?.id,
      text,
      source: { kind: 'announcement', announcementId: id, author: announcement.author },
      unitId: person?.unitId,
    });
    switch (added.outcome) {
      case 'added':
        return say(
          `Tôi đã chuyển câu hỏi tới đồng chí gửi thông báo. Đồng chí sẽ được trả lời chậm nhất ${dayWords(added.dueOn)}.`,
        );
      case 'known':
        return say(`Câu hỏi này đã được chuyển rồi và đang chờ trả lời, chậm nhất ${dayWords(added.dueOn)}.`);
      case 'too many':
        return say(TOO_MANY);
    }
  }

  return {
    commands: [],
    choices: {
      [CONFIRM]: (message, [id = '']) => confirm(message, id),
      [ASK]: (message, [id = '']) => ask(message, id),
    },
    dialogs: {
      async [DIALOG](message, state) {
        const { id } = state as { id: string };
        const answer = await pass(message, id);
        if (answer && words(message.text).length > 0 && message.text.trim().length <= LONGEST_QUESTION) {
          await dialogs.close(message);
        }
        return answer;
      },
    },
    async reply(message) {
      const id = await confirmations.behind(message, message.replyTo ?? '');
      if (id === undefined) return undefined;
      const spoken = words(fold(message.text)).join(' ');
      return RECEIVED.test(spoken) || YES.test(spoken) ? confirm(message, id) : pass(message, id);
    },
    async hear(message, spoken) {
      // Zalo has no buttons: "1" is how its people press the first, also when the list is no longer known.
      const number = message.channel === 'zalo' && spoken === '1';
      if (message.group || !(number || RECEIVED.test(spoken))) return undefined;
      const [last] = await openFor(message);
      return last && confirm(message, last.announcementId);
    },
  };
}

const THANKS = 'Cảm ơn đồng chí, tôi đã ghi nhận đồng chí nhận được thông báo.';
const BEFORE = 'Đồng chí đã xác nhận thông báo này rồi, cảm ơn đồng chí.';
const WHAT_QUESTION =
  'Đồng chí gõ câu hỏi về thông báo này thành một tin; tôi chuyển tới đồng chí gửi thông báo. Gõ /huy để thôi.';
const TOO_MANY =
  'Đồng chí đang có nhiều câu hỏi chờ trả lời. Đồng chí chờ các câu trước, hoặc hỏi trực tiếp cán bộ phụ trách giúp tôi nhé.';
const TOO_LONG = 'Câu hỏi dài quá 1.000 ký tự. Đồng chí viết gọn lại giúp tôi; đừng kèm tài liệu hay hồ sơ.';
