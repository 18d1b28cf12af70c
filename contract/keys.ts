import { z } from 'zod';
import { count, id, idParams, nameText, promptCaching, timestamp } from './common.ts';
import { defineRoute } from './route.ts';

const name = nameText.min(1).max(100);
export const maxLimit = 1_000_000_000_000;
const limit = z.number().int().min(1).max(maxLimit).nullable();
/** US dollars at list price. */
const budget = z.number().positive().max(maxLimit).nullable();

/** Limits of a key; null means unlimited. */
export const keyLimits = z.object({
  requestsPerMinute: limit,
  tokensPerMinute: limit,
  concurrentRequests: limit,
  tokensPerDay: limit,
  tokensPerMonth: limit,
  dollarsPerDay: budget,
  dollarsPerMonth: budget,
  /** Model ids or aliases; null allows all models. */
  models: z.array(z.string().trim().min(1).max(200)).max(200).nullable(),
  /** Addresses or CIDR ranges; null allows any address. */
  addresses: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .max(200)
    .nullable(),
});
export type KeyLimits = z.infer<typeof keyLimits>;

export const key = z.object({
  id,
  name: z.string(),
  /** Like `sk-Ab…yz12`. */
  maskedKey: z.string(),
  enabled: z.boolean(),
  createdAt: timestamp,
  expiresAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
  limits: keyLimits,
  /** null: use the global setting. */
  promptCaching: promptCaching.nullable(),
  /** Requests and answers are stored until this time; null: they are not stored. */
  contentLoggingUntil: timestamp.nullable(),
  /** Requests on each of the last 14 days, oldest first. */
  activity: z.array(count),
});
export type Key = z.infer<typeof key>;

const generated = key.extend({ /** The whole key, shown only this once. */ key: z.string() });

const settings = z.object({
  name: name.optional(),
  enabled: z.boolean().optional(),
  expiresAt: timestamp.nullable().optional(),
  limits: keyLimits.partial().optional(),
  promptCaching: promptCaching.nullable().optional(),
  contentLoggingUntil: timestamp.nullable().optional(),
});

const spending = z.object({
  tokens: count,
  dollars: z.number().nonnegative(),
  start: timestamp,
  /** When the budget resets. */
  end: timestamp,
});

export const keyRoutes = {
  list: defineRoute({ method: 'GET', path: '/keys', response: z.object({ keys: z.array(key) }) }),
  /** Includes how much of each budget is used in the current UTC day and month. */
  get: defineRoute({
    method: 'GET',
    path: '/keys/:id',
    params: idParams,
    response: key.extend({ day: spending, month: spending }),
  }),
  generate: defineRoute({
    method: 'POST',
    path: '/keys',
    body: settings.extend({ name }),
    response: generated,
  }),
  edit: defineRoute({ method: 'PATCH', path: '/keys/:id', params: idParams, body: settings, response: key }),
  /** Requires the admin's password. */
  reveal: defineRoute({
    method: 'POST',
    path: '/keys/:id/reveal',
    params: idParams,
    body: z.object({ password: z.string().min(1).max(1024) }),
    response: z.object({ key: z.string() }),
  }),
  /** Replaces the secret and keeps name, limits and history. The old secret stops working at once. */
  rotate: defineRoute({ method: 'POST', path: '/keys/:id/rotate', params: idParams, response: generated }),
  revoke: defineRoute({ method: 'DELETE', path: '/keys/:id', params: idParams }),
};
