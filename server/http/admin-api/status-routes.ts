import { type Standing, standingOf } from '../../../contract/credential-standing.ts';
import { statusRoutes } from '../../../contract/status.ts';
import type { CredentialView } from '../../pool/credential-view.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';

type StatusServices = Pick<AdminServices, 'pool' | 'clock' | 'storageTrouble' | 'replicas'>;

/** The gateway's status at a glance. */
export function bindStatusRoutes({ pool, clock, storageTrouble, replicas }: StatusServices): BoundRoute[] {
  return [
    bindRoute(statusRoutes.get, () => {
      const views = pool.list();
      return {
        now: clock(),
        pool: pool.counts(),
        standings: countStandings(views),
        nextReadyAt: nextReadyAt(views),
        storageTrouble: storageTrouble()?.message ?? null,
        sharingTrouble: replicas.sharingTrouble() ?? null,
        replicas: replicas.list().map(({ id: _id, seenAt: _seenAt, ...replica }) => replica),
      };
    }),
  ];
}

function countStandings(views: readonly CredentialView[]): Partial<Record<Standing, number>> {
  const counts: Partial<Record<Standing, number>> = {};
  for (const { credential, lastUsedAt, state, credits } of views) {
    const { enabled, draining } = credential;
    const standing = standingOf({ enabled, draining, lastUsedAt, state, credits });
    counts[standing] = (counts[standing] ?? 0) + 1;
  }
  return counts;
}

function nextReadyAt(views: readonly CredentialView[]): number | null {
  const times = views
    .filter(({ credential }) => credential.enabled && !credential.draining)
    .flatMap(({ state }) => (state.name === 'cooling' && state.until !== undefined ? [state.until] : []));
  return times.length === 0 ? null : Math.min(...times);
}
