create table "token_estimates" ("model" text collate "C" primary key, "state" text collate "C" not null);
