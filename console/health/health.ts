import { ableStandings, restingStandings, type Standing, standings } from '../../contract/credential-standing.ts';
import type { Status } from '../../contract/status.ts';
import { AdminApiError } from '../api.ts';

/** What the strip above every page says; `good` shows none. */
export type Health =
  | { readonly level: 'good' }
  /** Nothing that is changed now would be kept. @param reason in English */
  | { readonly level: 'unkept'; readonly reason: string }
  /** This replica counts limits for itself although others count too. */
  | { readonly level: 'apart' }
  /** No credential at all: a new gateway, or all were deleted. */
  | { readonly level: 'empty' }
  | { readonly level: 'scarce' | 'dry'; readonly able: number; readonly total: number; readonly troubles: Trouble[] }
  /** @param since when it answered last; milliseconds since the epoch on this machine's clock */
  | { readonly level: 'unreachable'; readonly since: number };

export interface Trouble {
  readonly standing: Standing;
  readonly count: number;
}

/** This share of the credentials or less, able to answer, is worth a warning. */
const scarceShare = 1 / 5;

/** Reads the pool's health out of the gateway's status. Credentials that the owner has set aside do not count. */
export function readHealth({
  standings: counts,
  storageTrouble,
  limitsApart,
}: Pick<Status, 'standings' | 'storageTrouble' | 'limitsApart'>): Health {
  if (storageTrouble !== null) return { level: 'unkept', reason: storageTrouble };
  const count = (names: readonly Standing[]) => names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
  const all = count(standings);
  if (all === 0) return { level: 'empty' };
  const total = all - count(restingStandings);
  const able = count(ableStandings);
  // With a single credential there is no share to speak of.
  if (able > 0 && (able === total || able / total > scarceShare))
    return { level: limitsApart === null ? 'good' : 'apart' };
  const quiet = new Set<Standing>(able > 0 ? [...ableStandings, ...restingStandings] : ableStandings);
  const troubles = standings
    .filter((standing) => !quiet.has(standing))
    .flatMap((standing) => ((counts[standing] ?? 0) > 0 ? [{ standing, count: counts[standing] ?? 0 }] : []))
    .sort((a, b) => b.count - a.count);
  return { level: able === 0 ? 'dry' : 'scarce', able, total, troubles };
}

/** Whether a failed call means that the gateway itself was not there: no answer, or only a proxy's. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof AdminApiError && (error.code === 'network' || error.status >= 502);
}
