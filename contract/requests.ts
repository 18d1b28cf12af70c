import { z } from 'zod';
import { count, dollars, idParams, listQuery, numberQuery, timestamp } from './common.ts';
import { defineRoute } from './route.ts';

/** One step of an exchange's walk through the pool. */
export const attempt = z.object({
  credentialId: z.string(),
  credentialLabel: z.string(),
  model: z.string(),
  /** The upstream's route it went by; absent in records from before routes had names. */
  route: z.string().optional(),
  /** Why this credential: the strategy's or the affinity's word. */
  reason: z.string(),
  startedAt: timestamp,
  milliseconds: count,
  /** Milliseconds it waited for a place. */
  waited: count,
  status: z.number().int().nullable(),
  outcome: z.string(),
  message: z.string().optional(),
  /** What it used before another attempt was made in its place: the request's own figures leave it out. */
  givenUp: z.object({ inputTokens: count, outputTokens: count, cost: dollars.nullable() }).optional(),
  skipped: z.array(z.object({ credentialId: z.string(), credentialLabel: z.string(), reason: z.string() })),
});
export type Attempt = z.infer<typeof attempt>;

export const requestItem = z.object({
  id: z.string(),
  startedAt: timestamp,
  keyId: z.string().nullable(),
  keyName: z.string(),
  credentialId: z.string().nullable(),
  credentialLabel: z.string(),
  dialect: z.string(),
  model: z.string(),
  upstreamModel: z.string().nullable(),
  stream: z.boolean(),
  status: z.number().int(),
  outcome: z.enum(['success', 'failure', 'aborted']),
  failureKind: z.string().nullable(),
  failureMessage: z.string().nullable(),
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  reasoningTokens: count,
  usageEstimated: z.boolean(),
  cost: dollars.nullable(),
  /** US dollars that the prompt cache saved at list price: negative where it only wrote. */
  cacheSaved: z.number().nullable(),
  /** Alike for the requests of one conversation. */
  conversation: z.string().nullable(),
  /** Milliseconds. */
  queueTime: count,
  firstTokenTime: count.nullable(),
  totalTime: count,
  attemptCount: count,
  clientAddress: z.string(),
  userAgent: z.string(),
});
export type RequestItem = z.infer<typeof requestItem>;

export const requestDetail = requestItem.extend({
  attempts: z.array(attempt),
  warnings: z.array(z.string()),
  /** The sums of the conversation that it is of. */
  conversationSums: z
    .object({ requests: count, inputTokens: count, cacheReadTokens: count, cacheSaved: z.number() })
    .nullable(),
  /** Only where content logging was on. */
  content: z
    .object({
      request: z.string(),
      response: z.string(),
      /** Where such a request is answered, below the clients' base URL. */
      path: z.string(),
    })
    .nullable(),
});
export type RequestDetail = z.infer<typeof requestDetail>;

const filters = z.object({
  from: numberQuery.optional(),
  to: numberQuery.optional(),
  keys: listQuery.optional(),
  models: listQuery.optional(),
  credentials: listQuery.optional(),
  outcome: z.enum(['success', 'failure', 'aborted']).optional(),
  /** A request id, or a part of a failure's message. */
  search: z.string().max(200).optional(),
});

export const requestRoutes = {
  /** Newest first; `cursor` is the last page's `nextCursor`. */
  list: defineRoute({
    method: 'GET',
    path: '/requests',
    query: filters.extend({
      cursor: z.string().max(200).optional(),
      limit: numberQuery.pipe(z.number().int().min(1).max(200)).default(50),
      /** Largest first, in place of newest first. */
      largest: z.enum(['cost', 'duration', 'tokens']).optional(),
    }),
    response: z.object({
      requests: z.array(requestItem),
      nextCursor: z.string().nullable(),
      /** Where the largest of very many were asked for: only those from this time on were looked at. */
      lookedAtSince: timestamp.nullable(),
    }),
  }),
  get: defineRoute({ method: 'GET', path: '/requests/:id', params: idParams, response: requestDetail }),
  /** Streams text/csv or application/x-ndjson, not JSON. */
  export: defineRoute({
    method: 'GET',
    path: '/requests/export',
    query: filters.extend({ format: z.enum(['csv', 'jsonl']).default('csv') }),
  }),
};
