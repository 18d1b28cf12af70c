alter table "usage_requests" add column "saved_nanodollars" bigint;
alter table "usage_requests" add column "conversation" text collate "C";
create index "usage_requests_conversations" on "usage_requests" ("conversation", "started_at", "input_tokens", "cache_read_tokens", "saved_nanodollars") where "conversation" is not null;
alter table "usage_roll_ups" add column "saved_nanodollars" bigint default 0 not null;
alter table "usage_day_details" add column "saved_nanodollars" bigint default 0 not null;
