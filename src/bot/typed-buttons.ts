import type { Clock } from '../clock.ts';
import type { Choice, Incoming, Outgoing } from './channel.ts';
import { longOnes } from './telegram/long-labels.ts';
import { typedChoice } from './typed-choice.ts';

/** Chats whose last choices are remembered at once, and for how long. */
const MOST_CHATS = 10_000;
const KEEP_MINUTES = 60;

export interface TypedButtonsDeps {
  handle: (message: Incoming) => Promise<Outgoing[]>;
  /** When a chat was last asked something that a text answers; undefined: nothing is open. */
  askedAt: (message: Incoming) => Promise<Temporal.Instant | undefined>;
  clock: Clock;
}

/**
 * Lets people type a button's words, or the number they see on it, instead of pressing it: what the bot offered last to a chat
 * counts, unless it has asked something since. Kept in memory, since the buttons themselves go on working after a restart.
 * For platforms with buttons; Zalo keeps its lists itself.
 */
export function acceptTypedButtons({
  handle,
  askedAt,
  clock,
}: TypedButtonsDeps): (message: Incoming) => Promise<Outgoing[]> {
  const offered = new Map<string, { choices: readonly Choice[]; at: Temporal.Instant }>();

  async function pick(message: Incoming, chat: string): Promise<Choice | undefined> {
    const last = message.kind === 'text' ? offered.get(chat) : undefined;
    const picked = last && typedButton(message, last.choices);
    if (!picked || Temporal.Instant.compare(last.at, clock.now().subtract({ minutes: KEEP_MINUTES })) < 0)
      return undefined;
    const asked = await askedAt(message);
    return asked && Temporal.Instant.compare(asked, last.at) > 0 ? undefined : picked;
  }

  return async (message) => {
    if (message.group) return handle(message);
    const chat = `${message.channel}:${message.chatId}`;
    const picked = await pick(message, chat);
    const replies = await handle(picked ? { ...message, kind: 'choice', text: picked.id } : message);
    const choices = replies.at(-1)?.choices ?? [];
    if (choices.length === 0) return replies;
    offered.delete(chat);
    offered.set(chat, { choices, at: clock.now() });
    const [oldest] = offered.keys();
    if (offered.size > MOST_CHATS && oldest !== undefined) offered.delete(oldest);
    return replies;
  };
}

/** Where Telegram numbers the long ones, a number means one of these; otherwise it counts them all. */
function typedButton({ channel, text }: Incoming, choices: readonly Choice[]): Choice | undefined {
  const numbered = channel === 'telegram' ? longOnes(choices) : [];
  if (numbered.length === 0) return typedChoice(text, choices);
  return typedChoice(text, numbered) ?? choices.find((one) => typedChoice(text, [one]));
}
