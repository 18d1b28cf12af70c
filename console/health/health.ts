import { inactiveStandings, type Standing, standings, usableStandings } from '../../contract/credential-standing.ts';
import type { Status } from '../../contract/status.ts';
import { AdminApiError } from '../api.ts';

/** The state shown in the health strip; `good` shows no strip. */
export type Health =
  | { readonly level: 'good' }
  /** Changes cannot be stored. @param reason in English */
  | { readonly level: 'not-stored'; readonly reason: string }
  /** This replica counts limits separately although there are other replicas. */
  | { readonly level: 'not-shared' }
  /** There are no credentials: the gateway is new, or all were deleted. */
  | { readonly level: 'empty' }
  | { readonly level: 'scarce' | 'dry'; readonly able: number; readonly total: number; readonly troubles: Trouble[] }
  /** @param since last response; milliseconds since the epoch on this machine's clock */
  | { readonly level: 'unreachable'; readonly since: number };

export interface Trouble {
  readonly standing: Standing;
  readonly count: number;
}

/** Warn if at most this share of the credentials is available. */
const scarceShare = 1 / 5;

/** Derives the pool's health from the gateway's status. Disabled and draining credentials do not count. */
export function readHealth({
  standings: counts,
  storageTrouble,
  sharingTrouble,
}: Pick<Status, 'standings' | 'storageTrouble' | 'sharingTrouble'>): Health {
  if (storageTrouble !== null) return { level: 'not-stored', reason: storageTrouble };
  const count = (names: readonly Standing[]) => names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
  const all = count(standings);
  if (all === 0) return { level: 'empty' };
  const total = all - count(inactiveStandings);
  const able = count(usableStandings);
  // A share is meaningless with a single credential.
  if (able > 0 && (able === total || able / total > scarceShare))
    return { level: sharingTrouble === null ? 'good' : 'not-shared' };
  const quiet = new Set<Standing>(able > 0 ? [...usableStandings, ...inactiveStandings] : usableStandings);
  const troubles = standings
    .filter((standing) => !quiet.has(standing))
    .flatMap((standing) => ((counts[standing] ?? 0) > 0 ? [{ standing, count: counts[standing] ?? 0 }] : []))
    .sort((a, b) => b.count - a.count);
  return { level: able === 0 ? 'dry' : 'scarce', able, total, troubles };
}

/** Whether a failed call means that the gateway is unreachable: no response, or only a proxy's. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof AdminApiError && (error.code === 'network' || error.status >= 502);
}
