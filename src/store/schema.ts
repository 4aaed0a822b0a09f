import type { Generated } from 'kysely';

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
  turned_away: TurnedAwayTable;
  webhooks: WebhookTable;
  outbox: OutboxTable;
  people: PersonTable;
  dialogs: DialogTable;
  link_codes: LinkCodeTable;
  data_requests: DataRequestTable;
  erasures: ErasureTable;
  units: UnitTable;
  roles: RoleTable;
  invites: InviteTable;
  audit: AuditTable;
  classes: ClassTable;
  sessions: SessionTable;
  enrolments: EnrolmentTable;
  attendance: AttendanceTable;
  meetings: MeetingTable;
  meeting_changes: MeetingChangeTable;
  reminder_ticks: ReminderTickTable;
  reminder_replans: ReminderReplanTable;
  calendar_feeds: CalendarFeedTable;
  check_in_codes: CheckInCodeTable;
  handbook_versions: HandbookVersionTable;
  handbook_proposals: HandbookProposalTable;
  handbook_approvals: HandbookApprovalTable;
  queue_groups: QueueGroupTable;
  queue_questions: QueueQuestionTable;
  field_officers: FieldOfficerTable;
  lecturer_questions: LecturerQuestionTable;
  phrasing_suggestions: PhrasingSuggestionTable;
  phrasing_votes: PhrasingVoteTable;
  documents: DocumentTable;
  follows: FollowTable;
  active_days: ActiveDayTable;
  active_today: ActiveTodayTable;
  announcements: AnnouncementTable;
  announcement_confirmations: AnnouncementConfirmationTable;
  announcement_changes: AnnouncementChangeTable;
  alarms: AlarmTable;
}

/** Who has written to the bot, by platform. Nothing about the person before consent. */
interface AccountTable {
  channel: string;
  chat_id: string;
  first_seen: string;
  /** 1: a chat of several people. */
  is_group: Generated<number>;
  /** Who it belongs to, once they have agreed. */
  person_id: string | null;
  /** Since when nothing can be sent here; until they write again. */
  blocked_at: string | null;
}

/** Updates that were accepted: each is handled once, in its chat's order, also after a crash. */
interface InboxTable {
  channel: string;
  update_id: string;
  received_at: string;
  /** The message as JSON until it is answered, then null: the text is not kept. */
  message: string | null;
  /** What could not be sent of the replies, as JSON; null: it is not handled yet, or nothing waits. */
  replies: string | null;
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

/** Groups that the plan has no place for, and when they were told so. */
interface TurnedAwayTable {
  channel: string;
  chat_id: string;
  told_at: string;
}

/** When officers were last told of what only a person can mend. */
interface AlarmTable {
  /** "down:telegram" */
  cause: string;
  said_at: string;
}

/** What was last registered as a platform's webhook. */
interface WebhookTable {
  channel: string;
  /** A hash of address, secret and token, since the platform does not tell which secret it has; empty: not working. */
  fingerprint: string;
}

/** What the bot sends by itself, from when it is decided on until long after it has gone. */
interface OutboxTable {
  id: Generated<number>;
  /** What makes the same message the same: "reminder:<session>:<rule>:<person>". */
  key: string;
  class: OutboxClass;
  channel: string;
  chat_id: string;
  person_id: string | null;
  /** What is reported on, cancelled and sent again together. */
  group_id: string | null;
  /** Null once nothing can come of it any more: the text is not kept. */
  markdown: string | null;
  /** JSON. */
  choices: string | null;
  due_at: string;
  /** When it may be tried (again). */
  next_at: string;
  /** Not sent from then on. */
  expires_at: string | null;
  state: OutboxState;
  attempts: Generated<number>;
  first_attempt_at: string | null;
  /** Random, one an attempt: who may settle it. */
  claim: string | null;
  claimed_at: string | null;
  /** 1: it may have arrived already. */
  repeated: Generated<number>;
  /** 1: without markup, which the platform refused. */
  plain: Generated<number>;
  /** The class of the last failure. */
  error: string | null;
  /** The platform's; of several the last. */
  message_id: string | null;
  /** JSON: `SharedFile`. */
  file: string | null;
  /** JSON: the ids of all messages that it took, in their order; null: one or none. */
  message_ids: string | null;
  settled_at: string | null;
}

/** What kind of thing the bot sends by itself; it decides what is done when nobody knows whether it arrived. */
export type OutboxClass = 'reminder' | 'announcement' | 'answer';

/** `unknown`: it may have arrived, and nothing more is done by itself. */
export type OutboxState = 'due' | 'sending' | 'sent' | 'failed' | 'unknown' | 'expired' | 'cancelled';

/** Somebody who has agreed that a name and a unit are kept, and how they wish to be reminded. */
interface PersonTable {
  /** Random. */
  id: string;
  /** Which text they agreed to, and when. */
  consent_version: string;
  consented_at: string;
  created_at: string;
  name: string | null;
  unit_id: string | null;
  /** The unit as it was typed, when it was found nowhere in the list; an officer puts it right. */
  unit_text: string | null;
  /** Where the bot writes to by itself. */
  preferred_channel: string | null;
  preferred_chat_id: string | null;
  /** 1: reminded on the evening before. */
  evening: Generated<number>;
  /** "19:00"; null: when everybody is. */
  evening_at: string | null;
  /** Null: as everybody; 0: not reminded shortly before. */
  minutes_before: number | null;
  /** "22:00"; both or none. */
  quiet_from: string | null;
  quiet_to: string | null;
  /** The last day of silence, a date. */
  muted_until: string | null;
  /** 1: nothing but direct replies. */
  stopped: Generated<number>;
}

/** What a chat is in the middle of, when that takes several messages. */
interface DialogTable {
  channel: string;
  chat_id: string;
  name: string;
  /** JSON of the feature's own. */
  state: string;
  updated_at: string;
}

/** The code with which a person's other account is linked, one a person. */
interface LinkCodeTable {
  person_id: string;
  hash: string;
  expires_at: string;
  /** Wrong codes typed by others meanwhile. */
  tries: Generated<number>;
}

/** What somebody wants done about their data that takes a person to do. */
interface DataRequestTable {
  id: string;
  /** Null, as the text, once it is done or they have erased themselves. */
  channel: string | null;
  chat_id: string | null;
  text: string | null;
  received_at: string;
  /** Dates. */
  answer_by: string;
  finish_by: string;
  answered_at: string | null;
  done_at: string | null;
  /** The date on which officers were last told that it is due. */
  reminded_on: string | null;
}

/** That an account was erased, without saying whose: only who knows the account can check it. */
interface ErasureTable {
  /** Given to the person; the same for all their accounts. */
  receipt: string;
  salt: string;
  proof: string;
  erased_at: string;
  /** 1: the files were cleared of what SQLite leaves behind. */
  swept: Generated<number>;
}

/** Party organisations, a tree. */
interface UnitTable {
  id: string;
  parent_id: string | null;
  name: string;
  /** "chi bộ", as it is shown. */
  kind: string;
  /** The name without marks, capitals and abbreviations; one of its kind under each parent. */
  key: string;
  /** The ids from the root down to this one, each with "/" after it: what is below begins with it. */
  path: string;
}

/** What people may do; without unit: everywhere. */
interface RoleTable {
  id: string;
  person_id: string;
  role: 'admin' | 'officer' | 'secretary' | 'trainee';
  unit_id: string | null;
  granted_at: string;
}

/** One-time codes that give a role. */
interface InviteTable {
  id: string;
  /** Of the code, which is kept nowhere. */
  hash: string;
  role: 'admin' | 'officer' | 'secretary' | 'trainee';
  unit_id: string | null;
  /** As in `AuditTable.actor`. */
  made_by: string;
  made_at: string;
  expires_at: string;
  used_at: string | null;
}

/** What officers changed. Nothing that people wrote. */
interface AuditTable {
  /** In the order in which things happened. */
  id: Generated<number>;
  at: string;
  /** A person's id; "telegram:42" for who is named in ADMINS and not registered; "cli"; "erased". */
  actor: string;
  action: string;
  /** A person's id, when the change was about a person; "erased". */
  subject: string | null;
  /** The unit that the change was about: whose officers see it. Null: admins only. */
  unit_id: string | null;
  /** JSON. */
  detail: string;
}

/** Classes that a committee runs for trainees. */
interface ClassTable {
  id: string;
  /** As it was typed: "BD-2026-01". */
  code: string;
  /** The code without marks, capitals and spaces. */
  key: string;
  title: string;
  place: string;
  /** Whose officers run it; null: admins only. */
  unit_id: string | null;
  /** As in `AuditTable.actor`. */
  made_by: string;
  made_at: string;
  state: ClassState;
  /** Null: no limit. */
  capacity: number | null;
  /** When enrolment ends; null: with the first session. */
  closes_at: string | null;
  /** JSON: the most enrolments by unit id. */
  quotas: Generated<string>;
  /** "19:30"; "off": none; null: as everywhere. */
  evening_reminder: string | null;
  /** 0: none; null: as everywhere. */
  minutes_before: number | null;
  /** A group chat that is told as well; both or none. */
  group_channel: string | null;
  group_chat_id: string | null;
  /** Counts the changes. */
  sequence: Generated<number>;
}

/** `closed`: nobody enrols any more; `finished`: the last session is over. */
export type ClassState = 'open' | 'closed' | 'cancelled' | 'finished';

/** The times at which a class meets. */
interface SessionTable {
  id: string;
  class_id: string;
  starts_at: string;
  ends_at: string;
  topic: string;
  lecturer: string | null;
  /** Null: the class's. */
  place: string | null;
  state: 'planned' | 'cancelled';
  /** Counts the changes; iCalendar's SEQUENCE. */
  sequence: Generated<number>;
}

/** Who is in a class. Of an erased person the row stays, without person, name and unit. */
interface EnrolmentTable {
  /** In the order of enrolling. */
  id: Generated<number>;
  class_id: string;
  /** Null: in the roster, but not yet known to the bot; or erased. */
  person_id: string | null;
  /** As in the roster; null: enrolled without being in it, or erased. */
  name: string | null;
  unit_text: string | null;
  state: EnrolmentState;
  at: string;
  result: string | null;
}

export type EnrolmentState = 'enrolled' | 'waiting' | 'cancelled';

/** What somebody said and did about a session; no row: nothing. */
interface AttendanceTable {
  session_id: string;
  enrolment_id: number;
  /** What they answered beforehand, and why they will be absent. */
  answer: 'attending' | 'absent' | null;
  reason: string | null;
  answered_at: string | null;
  /** What they were found to be at the session. */
  checked: 'present' | 'late' | 'absent' | null;
  checked_at: string | null;
  /** As in `AuditTable.actor`; their own id when they checked in by code. */
  checked_by: string | null;
}

/** The secret address of a person's calendar. */
interface CalendarFeedTable {
  /** Random; kept as it is, since it must be shown again. */
  token: string;
  person_id: string;
  made_at: string;
}

/** What trainees type or scan to say that they are there. */
interface CheckInCodeTable {
  session_id: string;
  /** Six digits. */
  code: string;
  changed_at: string;
  /** The code before this one, still good for a minute. */
  previous: string | null;
  /** 1: it changes every minute by itself. */
  turns: 0 | 1;
}

/** When the meetings of a unit are. No names. */
interface MeetingTable {
  id: string;
  unit_id: string;
  /** 1: of all units below as well. */
  below: Generated<number>;
  /** JSON: `MeetingRule`. */
  rule: string;
  place: string | null;
  /** As in `AuditTable.actor`. */
  made_by: string;
  made_at: string;
  /** Since when it is not held any more. */
  ended_at: string | null;
}

/** One meeting that is held at another time than its rule says, or not at all. */
interface MeetingChangeTable {
  meeting_id: string;
  /** The date by the rule. */
  date: string;
  /** `planned`: as the rule says after all. */
  state: 'moved' | 'off' | 'planned';
  /** Only when it is moved. */
  moved_to: string | null;
  /** Counts the changes. */
  sequence: Generated<number>;
}

/** Up to when reminders have been planned. */
interface ReminderTickTable {
  name: string;
  planned_until: string;
}

/** Whose unsent reminders were taken back, so that they are planned anew. */
interface ReminderReplanTable {
  /** A person's id, or "class-<id>" for a class's group chat. */
  recipient: string;
}

/** What officers tell many at once. The text is wiped when it was refused, and with the rows that it was sent as. */
interface AnnouncementTable {
  id: string;
  /** As in `AuditTable.actor`. */
  author: string;
  /** Where the author is told how it goes; both or none. */
  author_channel: string | null;
  author_chat_id: string | null;
  markdown: string | null;
  /** JSON: `AnnouncementFile`. */
  file: string | null;
  /** JSON: `Audience`; null: not chosen yet. */
  audience: string | null;
  state: AnnouncementState;
  created_at: string;
  /** Since when a second officer is waited for. */
  awaiting_since: string | null;
  /** As in `AuditTable.actor`: the second officer who let it go. */
  released_by: string | null;
  /** When it is to go, while it is planned; null: at once. */
  send_at: string | null;
  /** JSON: by which rule it goes again. */
  repeat: string | null;
  /** When it went into the outbox. */
  sent_at: string | null;
  /** When the last of it was settled, or it was stopped. */
  ended_at: string | null;
  /** Of text and author, to know the same again. */
  text_hash: string | null;
  /** JSON: how many of the audience were left out, by reason. */
  left_out: string | null;
  /** When those who have not confirmed are reminded, and when they were. */
  remind_at: string | null;
  reminded_at: string | null;
  /** The message in the author's chat that shows how it goes. */
  status_message_id: string | null;
  /** The recurring announcement of which this is one time. */
  plan_id: string | null;
}

/**
 * `draft`: being written; `awaiting`: a second officer is to read it; `planned`: goes by itself at `send_at`;
 * `sending`: in the outbox; `sent`: all of it is settled; `stopped`: what had not gone was taken back; `recalled`.
 */
export type AnnouncementState = 'draft' | 'awaiting' | 'planned' | 'sending' | 'sent' | 'stopped' | 'recalled';

/** Who said that they have read an announcement. */
interface AnnouncementConfirmationTable {
  announcement_id: string;
  person_id: string;
  at: string;
}

/** A sent message of an announcement that is to be deleted or edited. */
interface AnnouncementChangeTable {
  outbox_id: number;
  announcement_id: string;
  kind: 'remove' | 'edit';
  /** 1: who keeps the old message, since it cannot be changed, is told by another. */
  tells: number;
  /** When its officer wanted it. */
  asked_at: string;
  /** `told`: it could not be changed, and another message says so; `left`: nor that; `nothing`: nothing had arrived. */
  state: 'due' | 'done' | 'told' | 'left' | 'nothing';
  attempts: number;
  next_at: string;
}

/** Questions that were handed to officers, alike ones together. */
interface QueueGroupTable {
  id: string;
  state: QueueState;
  /** Counts what officers did, so that of two at once only one does it. */
  version: Generated<number>;
  /** Of the handbook. */
  field: string | null;
  /** Of an announcement that they answer; whose it is, as in `AuditTable.actor`. */
  announcement_id: string | null;
  author: string | null;
  /** Who sees to it, as in `AuditTable.actor`; null: nobody yet, or erased. */
  owner: string | null;
  created_at: string;
  /** A date. */
  due_on: string;
  /** The date on which officers were last told that it is due. */
  reminded_on: string | null;
  /** What the askers were told: the officer's words; when it was closed, why. */
  answer: string | null;
  /** The entry that they were given instead. */
  entry_id: string | null;
  answered_by: string | null;
  answered_at: string | null;
  closed_at: string | null;
}

/** `answered`: those who asked may still ask back. */
export type QueueState = 'new' | 'taken' | 'answered' | 'closed';

/** One person's question in a group. Who asked is cut some time after it was closed. */
interface QueueQuestionTable {
  /** Random; only the asker's buttons carry it. */
  id: string;
  group_id: string;
  person_id: string | null;
  channel: string | null;
  chat_id: string | null;
  unit_id: string | null;
  text: string;
  /** What they wrote besides. */
  added: string | null;
  /** JSON: what it is compared with others by. */
  terms: string;
  /** The question of the same person that this one asks back about. */
  follows: string | null;
  asked_at: string;
}

/** Which fields of the handbook an officer sees to. */
interface FieldOfficerTable {
  /** As in `AuditTable.actor`. */
  actor: string;
  field: string;
}

/** What trainees ask the lecturer of a session. */
interface LecturerQuestionTable {
  id: string;
  session_id: string;
  person_id: string | null;
  text: string;
  asked_at: string;
  answered_at: string | null;
}

/** Ways in which people asked for an entry that is not found by them yet. */
interface PhrasingSuggestionTable {
  id: string;
  entry_id: string;
  text: string;
  /** JSON: what it is compared with others by. */
  terms: string;
  state: 'counting' | 'asked' | 'settled';
  salt: string;
  /** A date. */
  changed_on: string;
}

/** That somebody asked so: a few bits of a salted hash, enough to count people, too few to tell who. */
interface PhrasingVoteTable {
  suggestion_id: string;
  mark: number;
}

/** What officers changed in the handbook; the newest version of an entry lies over its file. */
interface HandbookVersionTable {
  /** In the order in which things happened. */
  id: Generated<number>;
  entry_id: string;
  /** 1, 2 … for each entry; 0 is the file. */
  number: number;
  /** JSON: `EntryContent`. Null: withdrawn. */
  content: string | null;
  /** As in `AuditTable.actor`. */
  author: string;
  at: string;
  reason: string;
  /** Fingerprint of the file that it was made over; null: there was none. */
  base: string | null;
  /** Since when the file says the same; from then on the file counts. */
  merged_at: string | null;
}

/** Changes by officers who may not make them themselves. */
interface HandbookProposalTable {
  id: string;
  entry_id: string;
  /** The version that it was made from. */
  number: number;
  /** JSON: `EntryContent`. */
  content: string;
  /** As in `AuditTable.actor`. */
  author: string;
  at: string;
  reason: string;
}

/** Who approved which words of an entry, and until when that holds. */
interface HandbookApprovalTable {
  entry_id: string;
  /** Fingerprints of what people read, and of the state of the documents that it rests on. */
  words: string;
  basis: string;
  /** As in `AuditTable.actor`. */
  by: string;
  /** For which office: the name of a unit; empty: none is known. */
  office: string;
  at: string;
  until: string;
}

/** Documents that officers recorded or corrected, over the file's. */
interface DocumentTable {
  id: string;
  /** JSON: `DocumentFields`. */
  fields: string;
  /** JSON: the ids of the documents whose place it takes, and when each was recorded. */
  ends: string;
  changed_at: string;
}

/** Who wishes to hear when the rules on a topic change. */
interface FollowTable {
  person_id: string;
  entry_id: string;
  since: string;
}

/** How many people wrote on a day: numbers only. */
interface ActiveDayTable {
  day: string;
  channel: string;
  people: number;
  /** Of the marks; null once the day is over. */
  salt: string | null;
}

/** Who was counted already, as a salted hash; gone when the day is over. */
interface ActiveTodayTable {
  day: string;
  channel: string;
  mark: string;
}
