import { z } from 'zod';
import { type Standing, standingOf, standings } from '../../../contract/credential-standing.ts';
import type { Credential } from '../../../contract/credentials.ts';
import { type OrderKey, orderRows } from '../../ui/data-table/order-rows.ts';
import { readBalance } from './credits-bar.tsx';
import { displayName } from './display-name.ts';

export const orderNames = ['name', 'state', 'inFlight', 'credits', 'activity', 'lastUsed', 'tokenExpiry'] as const;

/** URL parameters of the credentials table: filters and order. */
export const credentialsSearch = z.object({
  text: z.string().max(200).optional().catch(undefined),
  state: z.enum(standings).optional().catch(undefined),
  order: z.enum(orderNames).optional().catch(undefined),
  descending: z.boolean().optional().catch(undefined),
});
export type CredentialsSearch = z.infer<typeof credentialsSearch>;

const keys: Readonly<Record<(typeof orderNames)[number], (row: Credential) => OrderKey>> = {
  name: displayName,
  state: (row) => standings.indexOf(standingOf(row)),
  inFlight: (row) => row.state.inFlight,
  credits: (row) => (row.credits ? (readBalance(row.credits)?.remaining ?? null) : null),
  activity: (row) => row.activity.reduce((sum, { requests }) => sum + requests, 0),
  lastUsed: (row) => row.lastUsedAt,
  tokenExpiry: (row) => row.tokenExpiresAt,
};

/** Filters and sorts the credentials. */
export function findCredentials(
  all: readonly Credential[],
  { text = '', state, order, descending = false }: CredentialsSearch,
  language: string,
): readonly Credential[] {
  const wanted = text.trim().toLowerCase();
  const found = all.filter(
    (row) =>
      (state === undefined || standingOf(row) === state) &&
      (wanted === '' || [row.label, row.email, row.maskedToken].some((part) => part.toLowerCase().includes(wanted))),
  );
  return orderRows(found, order && { column: order, descending }, keys, language);
}

/** Counts credentials by standing, in the order of the standings, without zeros. */
export function countStandings(all: readonly Credential[]): { readonly standing: Standing; readonly count: number }[] {
  const counts = Map.groupBy(all, standingOf);
  return standings.flatMap((standing) => {
    const count = counts.get(standing)?.length ?? 0;
    return count === 0 ? [] : [{ standing, count }];
  });
}
