/*
 * What is kept, as Kysely sees it. Times are ISO 8601 in UTC with milliseconds, so that text order is time order in
 * every engine; dates are ISO dates in the operator's time zone.
 */

export interface Schema {
  accounts: AccountTable;
  inbox: InboxTable;
  questions: QuestionTable;
  choice_lists: ChoiceListTable;
  leases: LeaseTable;
  message_counts: MessageCountTable;
  webhooks: WebhookTable;
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

/** On platforms without buttons: the last message of each chat that offered choices or has parts not yet shown. */
interface ChoiceListTable {
  channel: string;
  chat_id: string;
  /** `Outgoing` as JSON. */
  message: string;
  /** The last part that was shown, from 0. */
  part: number;
  sent_at: string;
}

/** What only one process at a time may do, and until when it is taken. */
interface LeaseTable {
  name: string;
  /** Random, one a process. */
  holder: string;
  expires_at: string;
}

/** Messages sent by calendar month in the operator's time zone, for platforms whose plan limits them. */
interface MessageCountTable {
  channel: string;
  /** "2026-11" */
  month: string;
  sent: number;
  /** When officers were told that the month is nearly used up. */
  warned_at: string | null;
}

/** What was last registered as a platform's webhook. */
interface WebhookTable {
  channel: string;
  /** A hash of address, secret and token, since the platform does not tell which secret it has; empty: not working. */
  fingerprint: string;
}
