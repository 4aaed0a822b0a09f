CREATE TABLE "accounts" ("channel" text not null, "chat_id" text not null, "first_seen" text not null, constraint "accounts_pk" primary key ("channel", "chat_id"));
CREATE TABLE "inbox" ("channel" text not null, "update_id" text not null, "received_at" text not null, "message" text, constraint "inbox_pk" primary key ("channel", "update_id"));
CREATE INDEX "inbox_received" on "inbox" ("received_at");
CREATE TABLE "questions" ("id" text not null primary key, "asked_on" text not null, "text" text not null, "outcome" text not null, "entry_id" text, "feedback" text);
CREATE INDEX "questions_asked" on "questions" ("asked_on");
