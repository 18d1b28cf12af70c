import { usageRoutes } from '../../../contract/usage.ts';
import type { CredentialView } from '../../pool/credential-view.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';
import { readUsageFilter } from './usage-filter.ts';

/** Milliseconds. */
const day = 86_400_000;

/** Routes for the dashboards. */
export function bindUsageRoutes({ admin, ledger, pool, keys, alerts, clock }: AdminServices): BoundRoute[] {
  return [
    bindRoute(usageRoutes.summary, async ({ query }) => {
      const { from, to, interval, zone, by, stack, compare } = query;
      const asked = { from, to, interval, zone, filter: readUsageFilter(query) };
      const summary = await ledger.summarise({ ...asked, by, stack, compare });
      return {
        ...summary,
        series: [...summary.series],
        groups: [...summary.groups],
        stacks: summary.stacks.map((course) => ({ ...course, points: [...course.points] })),
      };
    }),
    bindRoute(usageRoutes.overview, async () => {
      const [hasRequest, lastHour, last24Hours, { settings }] = await Promise.all([
        ledger.hasRecords(),
        ledger.lastHour(),
        ledger.last24Hours(),
        alerts.view(),
      ]);
      return {
        now: clock(),
        checklist: {
          passwordChanged: !admin.account.passwordChangeRequired(),
          hasCredential: pool.list().length > 0,
          hasKey: keys.list().length > 0,
          hasRequest,
        },
        pool: pool.counts(),
        credits: pool.forecast(),
        expiringTokens: findExpiringTokens(pool.list(), clock() + settings.rules.tokenExpiring.days * day),
        lastHour,
        last24Hours,
      };
    }),
  ];
}

function findExpiringTokens(views: readonly CredentialView[], before: number) {
  return views
    .flatMap(({ credential: { id, label, email, tokenExpiresAt: at, enabled, draining } }) =>
      at === null || at > before || !enabled || draining ? [] : [{ id, name: label || email, at }],
    )
    .toSorted((first, second) => first.at - second.at);
}
