import type { Logger } from '../../log.ts';
import type { Incoming, Outgoing } from '../channel.ts';
import type { ChoiceLists } from '../choice-lists-store.ts';
import { asksForMore, typedChoice } from '../typed-choice.ts';
import { zaloParts } from './parts.ts';
import type { ZaloPlaces } from './places-store.ts';

/** A reply to be sent from one of its parts. */
export interface ZaloOutgoing extends Outgoing {
  /** From 0; the first when not said. */
  part?: number;
}

export interface ReceptionDeps {
  lists: ChoiceLists;
  places: ZaloPlaces;
  /** People and groups that the plan serves; for the sentence to who comes later. */
  maxUsers: number;
  maxGroups: number;
  /** Whether there is a Telegram bot to go to instead. */
  telegram: boolean;
  /** Shows that an answer is being written; never rejects. */
  showTyping: (chatId: string) => Promise<void>;
  /** What the bot says; knows no platform. */
  handle: (message: Incoming) => Promise<Outgoing[]>;
  /** When this chat was last asked something that a text answers; undefined: nothing is open. */
  askedAt: (chatId: string) => Promise<Temporal.Instant | undefined>;
  log: Logger;
}

/**
 * What stands between Zalo and the handlers: the plan's places, numbers and words typed instead of pressed
 * buttons, and the rest of a long answer.
 */
export function createReception(deps: ReceptionDeps): (message: Incoming) => Promise<ZaloOutgoing[]> {
  const { lists, places, showTyping, handle, askedAt, log } = deps;

  async function isServed({ chatId, group }: Incoming): Promise<boolean> {
    return places.admit(chatId, group).catch((error: unknown) => {
      log.error({ err: error }, 'places of the plan not checked');
      return true;
    });
  }

  async function turnAway({ chatId, group }: Incoming): Promise<ZaloOutgoing[]> {
    if (!group) return [{ markdown: `${noPlace(`${deps.maxUsers} người`)} ${elsewhere(deps.telegram)}` }];
    // A group goes on talking: told once, also when the sentence does not arrive.
    const first = await places.claimTelling(chatId);
    return first ? [{ markdown: `${noPlace(`${deps.maxGroups} nhóm`)} ${elsewhereFromGroup(deps.telegram)}` }] : [];
  }

  async function lastShown(chatId: string): ReturnType<ChoiceLists['last']> {
    return lists.last(chatId).catch((error: unknown) => {
      log.error({ err: error }, 'last list not read');
      return undefined;
    });
  }

  /** "10" is what was just asked for, not a line of a list that came before the question. */
  async function isAnswer({ chatId, group }: Incoming, listedAt: Temporal.Instant): Promise<boolean> {
    if (group) return false;
    const asked = await askedAt(chatId).catch((error: unknown) => {
      log.error({ err: error }, 'open question not read');
      return undefined;
    });
    return asked !== undefined && Temporal.Instant.compare(asked, listedAt) > 0;
  }

  async function answer(message: Incoming): Promise<ZaloOutgoing[]> {
    if (message.kind !== 'text') return handle(message);
    const shown = await lastShown(message.chatId);
    const parts = shown ? zaloParts(shown.message) : [];
    const listed = shown?.message.choices?.slice(0, parts[shown.part]?.listed ?? 0) ?? [];
    const picked = typedChoice(message.text, listed);
    if (shown && picked && !(await isAnswer(message, shown.at))) {
      return handle({ ...message, kind: 'choice', text: picked.id });
    }
    if (asksForMore(message.text)) {
      if (shown && shown.part + 1 < parts.length) return [{ ...shown.message, part: shown.part + 1 }];
      return [{ markdown: NOTHING_LEFT }];
    }
    return handle(message);
  }

  return async (message) => {
    if (!(await isServed(message))) return turnAway(message);
    const typing = showTyping(message.chatId);
    const replies = await answer(message);
    // Otherwise the sign could come after the answer, and stay.
    await typing;
    return replies;
  };
}

const NOTHING_LEFT = 'Không còn phần nào để xem tiếp. Đồng chí gõ câu hỏi giúp tôi nhé.';

function noPlace(places: string): string {
  return `Sổ tay trên Zalo chỉ phục vụ được ${places} và đã đủ, nên tôi chưa trả lời đồng chí ở đây được.`;
}

function elsewhere(telegram: boolean): string {
  return telegram
    ? 'Đồng chí dùng sổ tay trên Telegram (hỏi cán bộ phụ trách tên của bot), hoặc hỏi trực tiếp cán bộ phụ trách của cấp ủy.'
    : 'Đồng chí hỏi trực tiếp cán bộ phụ trách của cấp ủy giúp tôi nhé.';
}

function elsewhereFromGroup(telegram: boolean): string {
  return telegram
    ? 'Đồng chí nhắn riêng cho tôi, hoặc dùng sổ tay trên Telegram (hỏi cán bộ phụ trách tên của bot).'
    : 'Đồng chí nhắn riêng cho tôi, hoặc hỏi cán bộ phụ trách của cấp ủy.';
}
