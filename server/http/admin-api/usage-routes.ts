import { usageRoutes } from '../../../contract/usage.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';
import { readUsageFilter } from './usage-filter.ts';

/** Routes for the dashboards. */
export function bindUsageRoutes({ admin, ledger, pool, keys, clock }: AdminServices): BoundRoute[] {
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
      const [hasRequest, lastHour, last24Hours] = await Promise.all([
        ledger.hasRecords(),
        ledger.lastHour(),
        ledger.last24Hours(),
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
        lastHour,
        last24Hours,
      };
    }),
  ];
}
