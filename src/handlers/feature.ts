import type { Incoming, Outgoing } from '../bot/channel.ts';

type Answer = Outgoing[] | Promise<Outgoing[]>;

export interface Command {
  /** As Telegram allows: a-z, 0-9 and _. */
  name: string;
  /** Vietnamese, for Telegram's menu and the help. */
  description: string;
  /** Officers' commands do not exist for others. */
  audience: 'everyone' | 'officer';
  /** Folded words that mean the same typed as plain text: "linh vuc". */
  words: readonly string[];
  /** The words may be followed by an argument of this form: "van ban 24-QĐ/TW". */
  argument?: RegExp;
  run(message: Incoming, argument: string): Answer;
}

/** One capability of the bot: its commands, and what the buttons that it made do. */
export interface Feature {
  commands: readonly Command[];
  /** By the first part of the choice's id; the function gets the rest. Undefined: the button is out of date. */
  choices: Readonly<Record<string, (message: Incoming, rest: string[]) => Answer | undefined>>;
}

/** The id of a choice: what it does and with what, within the 64 bytes of a Telegram button. */
export function choiceId(action: string, ...rest: string[]): string {
  return [action, ...rest].join('.');
}

/** One reply. */
export function say(markdown: string, choices: Outgoing['choices'] = []): Outgoing[] {
  return [choices.length > 0 ? { markdown, choices } : { markdown }];
}
