import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { Person } from '../people/people-store.ts';

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
  /** Of the words only what was typed so: "dừng" folds to the same as "đúng". */
  asTyped?: RegExp;
  /** The words may be followed by an argument of this form: "van ban 24-QĐ/TW". */
  argument?: RegExp;
  /** Asked in between: a dialog that is open goes on after it. Any other command ends it. */
  isAside?: boolean;
  run(message: Incoming, argument: string): Answer;
}

/** One capability of the bot: its commands, and what the buttons that it made do. */
export interface Feature {
  commands: readonly Command[];
  /** By the first part of the choice's id; the function gets the rest. Undefined: the button is out of date. */
  choices: Readonly<
    Record<string, (message: Incoming, rest: string[]) => Answer | undefined | Promise<Outgoing[] | undefined>>
  >;
  /**
   * By the dialog's name: what a text means while it is open, given the state that it was opened with. Undefined: the
   * text is not what was asked for, and is read as if no dialog were open; the dialog stays.
   */
  dialogs?: Readonly<Record<string, (message: Incoming, state: unknown) => Promise<Outgoing[] | undefined>>>;
  /** Codes that mean something when they are all that a text holds. */
  codes?: readonly { form: RegExp; run: (message: Incoming, code: string) => Answer }[];
  /** What a document that somebody sent means; undefined: nothing to this feature. */
  receive?: (message: Incoming) => Promise<Outgoing[] | undefined>;
  /** The same for a photo. */
  receivePhoto?: (message: Incoming) => Promise<Outgoing[] | undefined>;
  /** What a text means that answers a message of the bot (`replyTo`), before any dialog; undefined: nothing to this feature. */
  reply?: (message: Incoming) => Promise<Outgoing[] | undefined>;
  /**
   * What a text means just now, after the dialogs and before commands in words; undefined: nothing to this feature.
   *
   * @param spoken its words, folded
   */
  hear?: (message: Incoming, spoken: string) => Promise<Outgoing[] | undefined>;
  /** Dialogs in which "bỏ qua" passes over one question; elsewhere it leaves the dialog. */
  passing?: readonly string[];
  /** Dialogs that want words: a bare number, as it is typed to pick from a list, is no answer there. */
  inWords?: readonly string[];
  /** By name: what somebody who had to register first goes on with. */
  onward?: Readonly<Record<string, (message: Incoming, person: Person, argument: string) => Answer>>;
}

/** The id of a choice: what it does and with what, within the 64 bytes of a Telegram button. */
export function choiceId(action: string, ...rest: string[]): string {
  return [action, ...rest].join('.');
}

/** One reply. */
export function say(markdown: string, choices: Outgoing['choices'] = []): Outgoing[] {
  return [choices.length > 0 ? { markdown, choices } : { markdown }];
}

/** A text of these paragraphs; empty ones are left out. */
export function paragraphs(...texts: string[]): string {
  return texts.filter((text) => text !== '').join('\n\n');
}

/** To what is said in a group and is nobody else's business. */
export const PRIVATE_MATTER = 'Việc này đồng chí nhắn riêng cho tôi giúp nhé.';
