create table "token_estimates" ("model" text primary key, "state" text not null);
