import { z } from 'zod';
import { count, passphrase, promptCaching, timestamp } from './common.ts';
import { defineRoute } from './route.ts';

/** Milliseconds. The same for the environment's timeouts, which the settings show. */
export const timeoutRange = { min: 1, max: 86_400_000 } as const;
const timeout = z.number().int().min(timeoutRange.min).max(timeoutRange.max);
const days = z.number().int().min(1).max(3650);

/** Settings that the admin can change at run time. */
export const settings = z.object({
  pool: z.object({
    strategy: z.enum(['round-robin', 'least-busy', 'weighted']),
    /** Send all requests of a conversation with the same credential. */
    affinity: z.boolean(),
    promptCaching,
    /** How the remaining credits influence the choice between equal credentials. */
    credits: z.enum(['ignore', 'spread', 'drain-first']),
    maxAttempts: z.number().int().min(1).max(20),
    queueSize: z.number().int().min(0).max(100_000),
    /** Milliseconds. */
    queueTimeout: z.number().int().min(0).max(600_000),
  }),
  timeouts: z.object({
    connect: timeout,
    /** Until a streamed answer starts. */
    firstByte: timeout,
    /** Until an answer that is not streamed arrives. */
    wholeAnswer: timeout,
    /** Between two chunks. */
    silence: timeout,
    /** The whole request, including waiting and failover. */
    total: timeout,
    /** How often a comment is sent on a silent stream. */
    heartbeat: timeout,
  }),
  retention: z.object({
    /** For request records. Hourly and daily totals have their own retention. */
    requestsDays: days,
    hoursDays: days,
    daysDays: days,
    contentDays: days,
    auditDays: days,
  }),
  /** Stored answers that later requests can refer to. */
  memory: z.object({
    enabled: z.boolean(),
    /** Total size of all answers. */
    megabytes: z.number().int().min(1).max(4096),
    /** Since the last use of an answer. */
    hours: z.number().int().min(1).max(168),
  }),
  /** Daily backups of all data. */
  backup: z.object({
    enabled: z.boolean(),
    /** In the server's time zone. */
    hour: z.number().int().min(0).max(23),
    /** Number of files to keep. */
    keep: z.number().int().min(1).max(365),
    /** Path on the server. Empty: `backups` in the data folder. */
    folder: z.string().trim().max(500),
  }),
});
export type Settings = z.infer<typeof settings>;

/** One admin action. */
export const auditItem = z.object({
  id: z.string(),
  at: timestamp,
  action: z.string(),
  target: z.string(),
  /** Plain text, without secrets. */
  detail: z.string(),
  address: z.string(),
});
export type AuditItem = z.infer<typeof auditItem>;

export const settingsRoutes = {
  get: defineRoute({ method: 'GET', path: '/settings', response: settings }),
  /** Omitted sections and fields are unchanged. */
  edit: defineRoute({
    method: 'PATCH',
    path: '/settings',
    body: z.object({
      pool: settings.shape.pool.partial().optional(),
      timeouts: settings.shape.timeouts.partial().optional(),
      retention: settings.shape.retention.partial().optional(),
      memory: settings.shape.memory.partial().optional(),
      backup: settings.shape.backup.partial().optional(),
    }),
    response: settings,
  }),
  /**
   * Exports credentials, keys, models, settings and alert channels, encrypted with the passphrase. Requires the admin's
   * password.
   */
  export: defineRoute({
    method: 'POST',
    path: '/settings/export',
    body: z.object({ password: z.string().min(1).max(1024), passphrase }),
    response: z.object({ file: z.string() }),
  }),
  /** Adds what is missing. Existing entries are unchanged. */
  import: defineRoute({
    method: 'POST',
    path: '/settings/import',
    body: z.object({ file: z.string().max(50_000_000), passphrase }),
    response: z.object({ credentials: count, keys: count, models: count, channels: count, settings: z.boolean() }),
  }),
  audit: defineRoute({
    method: 'GET',
    path: '/audit',
    query: z.object({
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({ items: z.array(auditItem), nextCursor: z.string().nullable() }),
  }),
  /** Data for the console's Connect page. */
  connection: defineRoute({
    method: 'GET',
    path: '/connection',
    response: z.object({
      baseUrl: z.string(),
      models: z.array(z.string()),
      /** Whether only programs on the same machine can reach the gateway: no containers, no other computers. */
      loopbackOnly: z.boolean(),
    }),
  }),
};
