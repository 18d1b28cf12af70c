import { z } from 'zod';

export const id = z.string().min(1).max(64);
export const idParams = z.object({ id });
/** Milliseconds since the epoch. */
export const timestamp = z.number().int().nonnegative();
export const count = z.number().int().nonnegative();
/** US dollars at list price. */
export const dollars = z.number().nonnegative();
/** A query's comma-separated list, as an array. */
export const listQuery = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
/** Numbers arrive as text in a query. */
export const numberQuery = z.coerce.number();

/** Who says what the vendors' prompt caches keep: the gateway where the client does not, the client alone, nobody. */
export const promptCaching = z.enum(['automatic', 'client', 'off']);

/** Characters. */
export const shortestPassphrase = 8;
/** What a file is sealed with. */
export const passphrase = z.string().min(shortestPassphrase).max(1024);

/** A name of an upstream route: lower case, digits and dashes. */
export const routeName = z
  .string()
  .min(1)
  .max(50)
  .regex(/^[a-z0-9-]+$/);
