import { z } from 'zod';
import { count, dollars, idParams, listQuery, timeQuery, timestamp } from './common.ts';
import { defineRoute } from './route.ts';

/** One attempt to send a request through the pool. */
export const attempt = z.object({
  credentialId: z.string(),
  credentialLabel: z.string(),
  model: z.string(),
  /** The upstream route. Absent in old records, written before routes had names. */
  route: z.string().optional(),
  /** Why the pool chose this credential: its strategy or affinity. */
  reason: z.string(),
  startedAt: timestamp,
  milliseconds: count,
  /** Milliseconds spent waiting for a free slot. */
  waited: count,
  status: z.number().int().nullable(),
  outcome: z.string(),
  message: z.string().optional(),
  /** Usage of an attempt that was abandoned for another one. It is not part of the request's totals. */
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
  /** US dollars at list price that the prompt cache saved. Negative if it only wrote. */
  cacheSaved: z.number().nullable(),
  /** Same for all requests of a conversation. */
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
  /** Totals of the conversation that the request belongs to. */
  conversationSums: z
    .object({ requests: count, inputTokens: count, cacheReadTokens: count, cacheSaved: z.number() })
    .nullable(),
  /** Only present if content logging was on. */
  content: z
    .object({
      request: z.string(),
      response: z.string(),
      /** Path to replay the request at, below the clients' base URL. */
      path: z.string(),
    })
    .nullable(),
});
export type RequestDetail = z.infer<typeof requestDetail>;

const filters = z.object({
  from: timeQuery.optional(),
  to: timeQuery.optional(),
  keys: listQuery.optional(),
  models: listQuery.optional(),
  credentials: listQuery.optional(),
  outcome: z.enum(['success', 'failure', 'aborted']).optional(),
  /** A request id, or part of an error message. */
  search: z.string().max(200).optional(),
});

export const requestRoutes = {
  /** Newest first. To get the next page, pass `nextCursor` as `cursor`. */
  list: defineRoute({
    method: 'GET',
    path: '/requests',
    query: filters.extend({
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      /** Sort by this column, largest first, instead of newest first. */
      largest: z.enum(['cost', 'duration', 'tokens']).optional(),
    }),
    response: z.object({
      requests: z.array(requestItem),
      nextCursor: z.string().nullable(),
      /** If `largest` covered too many requests: the start of the time range that was searched. */
      scannedSince: timestamp.nullable(),
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
