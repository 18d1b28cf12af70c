alter table "api_keys" add column "prompt_caching" text collate "C";
