import { z } from 'zod';
import { count, timestamp } from './common.ts';
import { standings } from './credential-standing.ts';
import { defineRoute } from './route.ts';

/** Number of credentials in each state, and of running and waiting requests. */
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
  /** Number of credentials per standing. Standings without credentials are omitted. */
  standings: z.partialRecord(z.enum(standings), count),
  /** When the first cooling credential is tried again; null if none is cooling. */
  nextReadyAt: timestamp.nullable(),
  /** Why changes cannot be stored at the moment, in English; null if they can. */
  storageTrouble: z.string().nullable(),
  /** Why this replica does not share its limit counters with the others, in English; null if it does or need not. */
  sharingTrouble: z.string().nullable(),
  /** All gateway processes that use the database. The one that responds comes first. */
  replicas: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      since: timestamp,
      /** Requests handled since then. */
      requests: count,
      /** Whether the replica shares its limit counters with the others. */
      isSharing: z.boolean(),
    }),
  ),
});
export type Status = z.infer<typeof status>;

export const statusRoutes = {
  /** The gateway's overall state, for every page of the console. Cheap enough to poll every few seconds. */
  get: defineRoute({ method: 'GET', path: '/status', response: status }),
};
