/*
 * What is kept, as Kysely sees it. Times are ISO 8601 in UTC with milliseconds, so that text order is time order in
 * every engine; dates are ISO dates in the operator's time zone.
 */

export interface Schema {
  accounts: AccountTable;
  inbox: InboxTable;
  questions: QuestionTable;
}

/** Who has written to the bot, by platform. Nothing about the person before consent. */
interface AccountTable {
  channel: string;
  chat_id: string;
  first_seen: string;
}

/** Updates that were accepted: each is handled once, in its chat's order, also after a crash. */
interface InboxTable {
  channel: string;
  update_id: string;
  received_at: string;
  /** The message as JSON until it is handled, then null: the text is not kept. */
  message: string | null;
}

/** What was asked, without who or when in the day, so that no question leads back to a person. */
interface QuestionTable {
  /** Random: it is the only key to give feedback on the answer. */
  id: string;
  asked_on: string;
  text: string;
  outcome: 'answer' | 'choose' | 'none';
  entry_id: string | null;
  feedback: 'right' | 'wrong' | null;
}
