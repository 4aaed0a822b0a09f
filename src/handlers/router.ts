import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { Logger } from '../log.ts';
import { fold, words } from '../search/fold.ts';
import type { Dialogs } from './dialogs.ts';
import { say, type Command, type Feature } from './feature.ts';

/** Longest question that is read; a longer one holds more than a question. UTF-16 units. */
const LONGEST_TEXT = 1000;

export interface RouterDeps {
  features: readonly Feature[];
  /** What is no command, button or command in words: a question. */
  ask: (message: Incoming, text: string) => Promise<Outgoing[]>;
  /** The commands that a text means by its words, the longest first. */
  spokenAs: (text: string) => { command: Command; argument: string }[];
  dialogs: Pick<Dialogs, 'answer' | 'endFor'>;
  isOfficer: (message: Incoming) => Promise<boolean>;
  log: Logger;
}

/** Decides who answers a message. Whatever comes in, a clear sentence or silence goes out; it never throws. */
export function createRouter({
  features,
  ask,
  spokenAs,
  dialogs,
  isOfficer,
  log,
}: RouterDeps): (message: Incoming) => Promise<Outgoing[]> {
  const commands = new Map(features.flatMap((feature) => feature.commands.map((command) => [command.name, command])));
  const choices = new Map(features.flatMap((feature) => Object.entries(feature.choices)));
  const codes = features.flatMap((feature) => feature.codes ?? []);

  async function isAllowed(command: Command, message: Incoming): Promise<boolean> {
    return command.audience === 'everyone' || isOfficer(message);
  }

  async function run(command: Command, message: Incoming, argument: string): Promise<Outgoing[]> {
    if (command.isAside) return command.run(message, argument);
    return dialogs.endFor(message, async () => command.run(message, argument));
  }

  async function route(message: Incoming): Promise<Outgoing[]> {
    switch (message.kind) {
      case 'file':
      case 'photo': {
        for (const { receive, receivePhoto } of features) {
          const answer = await (message.kind === 'file' ? receive : receivePhoto)?.(message);
          if (answer) return answer;
        }
        return say(UNSUPPORTED);
      }
      case 'unsupported':
        return message.group ? [] : say(UNSUPPORTED);
      case 'edited':
        return message.group ? [] : say(EDITED);
      case 'choice': {
        const [action = '', ...rest] = message.text.split('.');
        return (await choices.get(action)?.(message, rest)) ?? say(OLD_BUTTON);
      }
      case 'blocked':
        return [];
      case 'text':
        return routeText(message, message.text.trim());
    }
  }

  async function routeText(message: Incoming, text: string): Promise<Outgoing[]> {
    const typed = /^\/(\w+)\s*([\s\S]*)$/.exec(text);
    if (typed) {
      const command = commands.get(typed[1]?.toLowerCase() ?? '');
      if (command && (await isAllowed(command, message))) return run(command, message, typed[2]?.trim() ?? '');
      return message.group ? [] : say(UNKNOWN_COMMAND);
    }
    const code = codes.find(({ form }) => form.test(text));
    if (code) return code.run(message, text);
    if (message.replyTo !== undefined) {
      for (const { reply } of features) {
        const answer = await reply?.(message);
        if (answer) return answer;
      }
    }
    const inDialog = await dialogs.answer(message, features);
    if (inDialog) return inDialog;
    const spoken = words(fold(text)).join(' ');
    for (const { hear } of features) {
      const answer = await hear?.(message, spoken);
      if (answer) return answer;
    }
    if (spoken === '') return say(NO_WORDS);
    if (text.length > LONGEST_TEXT) return say(TOO_LONG);
    for (const { command, argument } of spokenAs(text)) {
      if (await isAllowed(command, message)) return run(command, message, argument);
    }
    return ask(message, text);
  }

  return async (message) => {
    try {
      return await route(message);
    } catch (error) {
      log.error({ err: error, channel: message.channel, kind: message.kind }, 'handler failed');
      return message.group ? [] : say(FAILED);
    }
  };
}

const UNSUPPORTED =
  'Tôi chỉ đọc được chữ, chưa xem được ảnh, tệp, giọng nói hay nhãn dán. Đồng chí gõ câu hỏi thành tin nhắn giúp tôi nhé.';
const EDITED = 'Tôi không đọc lại tin đã sửa. Đồng chí gửi câu hỏi thành một tin mới giúp tôi nhé.';
const OLD_BUTTON = 'Nút này đã cũ, không dùng được nữa. Đồng chí gõ lại câu hỏi, hoặc gõ /linhvuc để xem các lĩnh vực.';
const UNKNOWN_COMMAND = 'Tôi không có lệnh này. Đồng chí gõ /trogiup để xem các lệnh, hoặc cứ gõ câu hỏi.';
const NO_WORDS = 'Đồng chí gõ câu hỏi bằng chữ giúp tôi, ví dụ: *Bao nhiêu tuổi thì được vào Đảng?*';
const TOO_LONG =
  'Tin này dài quá, tôi sợ hiểu sai ý. Đồng chí viết gọn lại thành một câu hỏi (dưới 1.000 ký tự) giúp tôi; đừng kèm tài liệu hay hồ sơ.';
const FAILED =
  'Xin lỗi đồng chí, tôi đang gặp trục trặc nên chưa trả lời được. Đồng chí gửi lại câu hỏi sau ít phút nhé.';
