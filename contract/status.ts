import { z } from 'zod';
import { count, timestamp } from './common.ts';
import { standings } from './credential-standing.ts';
import { defineRoute } from './route.ts';

/** How many credentials are in which state, and what they do. */
export const poolCounts = z.object({
  ready: count,
  cooling: count,
  invalid: count,
  blocked: count,
  disabled: count,
  inFlight: count,
  waiting: count,
});

export const status = z.object({
  now: timestamp,
  pool: poolCounts,
  /** How many credentials stand how; without those that none does. */
  standings: z.partialRecord(z.enum(standings), count),
  /** When the first of the cooling credentials is tried again; null when none is cooling. */
  nextReadyAt: timestamp.nullable(),
  /** Why nothing that is changed now would be kept, in English; null when all is well. */
  storageTrouble: z.string().nullable(),
  /** Why this replica counts limits for itself although it should not, in English; null when all is well. */
  limitsApart: z.string().nullable(),
  /** All gateway processes that work on the database, the one that answers first. */
  replicas: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      since: timestamp,
      /** Answered since then. */
      requests: count,
      /** Whether it counts limits together with the others. */
      isSharing: z.boolean(),
    }),
  ),
});
export type Status = z.infer<typeof status>;

export const statusRoutes = {
  /** How the gateway is, for every page of the console: cheap, to be asked every few seconds. */
  get: defineRoute({ method: 'GET', path: '/status', response: status }),
};
