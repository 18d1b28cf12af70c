import { z } from 'zod';
import { count, id, idParams, promptCaching, timestamp } from './common.ts';
import { defineRoute } from './route.ts';

const name = z.string().trim().min(1).max(100);
const limit = z.number().int().min(1).max(1_000_000_000_000).nullable();

/** Every limit: null = none. */
export const keyLimits = z.object({
  requestsPerMinute: limit,
  tokensPerMinute: limit,
  concurrentRequests: limit,
  tokensPerDay: limit,
  tokensPerMonth: limit,
  /** US dollars at list price. */
  dollarsPerDay: z.number().positive().nullable(),
  dollarsPerMonth: z.number().positive().nullable(),
  /** Ids or aliases; null = all. */
  models: z.array(z.string().trim().min(1).max(200)).max(200).nullable(),
  /** Addresses or CIDR ranges; null = any. */
  addresses: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .max(200)
    .nullable(),
});
export type KeyLimits = z.infer<typeof keyLimits>;

export const key = z.object({
  id,
  name: z.string(),
  /** `sk-Ab…yz12`. */
  maskedKey: z.string(),
  enabled: z.boolean(),
  createdAt: timestamp,
  expiresAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
  limits: keyLimits,
  /** null: as the settings say. */
  promptCaching: promptCaching.nullable(),
  /** Requests and answers are kept until then; null = not. */
  contentLoggingUntil: timestamp.nullable(),
  /** Requests per day, the last 14, oldest first. */
  activity: z.array(count),
});
export type Key = z.infer<typeof key>;

const generated = key.extend({ /** Whole: to be shown now. */ key: z.string() });

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
  /** When it restarts. */
  end: timestamp,
});

export const keyRoutes = {
  list: defineRoute({ method: 'GET', path: '/keys', response: z.object({ keys: z.array(key) }) }),
  /** With what it has used of its budgets, in UTC's day and month. */
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
  /** Asks for the admin's password again. */
  reveal: defineRoute({
    method: 'POST',
    path: '/keys/:id/reveal',
    params: idParams,
    body: z.object({ password: z.string().min(1).max(1024) }),
    response: z.object({ key: z.string() }),
  }),
  /** A new secret under the same name, limits and history; the old one stops working at once. */
  rotate: defineRoute({ method: 'POST', path: '/keys/:id/rotate', params: idParams, response: generated }),
  revoke: defineRoute({ method: 'DELETE', path: '/keys/:id', params: idParams }),
};
