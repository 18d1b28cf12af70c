alter table "usage_roll_ups" add column "given_up_tokens" bigint default 0 not null;
alter table "usage_roll_ups" add column "given_up_nanodollars" bigint default 0 not null;
alter table "usage_day_details" add column "given_up_tokens" bigint default 0 not null;
alter table "usage_day_details" add column "given_up_nanodollars" bigint default 0 not null;
