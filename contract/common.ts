import { z } from 'zod';

export const id = z.string().min(1).max(64);
export const idParams = z.object({ id });
/** Control characters, and marks that change the direction of text: with these, one name can look like another. */
const invisible = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;
/** A name chosen by the admin. Invisible characters are replaced by a space. */
export const nameText = z.string().overwrite((text) => text.replaceAll(invisible, ' ').trim());
/** Milliseconds since the epoch. */
export const timestamp = z.number().int().nonnegative();
export const count = z.number().int().nonnegative();
/** US dollars at list price. */
export const dollars = z.number().nonnegative();
/** A comma-separated list in a query string, parsed into an array. */
export const listQuery = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
/** The furthest from the epoch that a date can be, in milliseconds. */
const maxTime = 8_640_000_000_000_000;
/** Milliseconds since the epoch in a query string, as text. Any number becomes a time that every database can compare. */
export const timeQuery = z.coerce.number().transform((time) => Math.round(Math.min(Math.max(time, -maxTime), maxTime)));

/** Who sets cache breakpoints for prompts: the gateway if the client sets none, only the client, or neither. */
export const promptCaching = z.enum(['automatic', 'client', 'off']);

/** Minimum length in characters. */
export const minPassphraseLength = 8;
/** Encrypts an exported file. */
export const passphrase = z.string().min(minPassphraseLength).max(1024);

/** Name of an upstream route: lower case letters, digits and dashes. */
export const routeName = z
  .string()
  .min(1)
  .max(50)
  .regex(/^[a-z0-9-]+$/);
