alter table "credentials" add column "token_expires_at" bigint;
