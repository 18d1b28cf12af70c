import { doctorRoutes, type Finding } from '../../../contract/doctor.ts';
import { AdminFailure } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';

/** The gateway's self-check. It also runs while the database is unavailable, when it is needed most. */
export function bindDoctorRoutes({ doctor }: Pick<AdminServices, 'doctor'>): BoundRoute[] {
  return [
    bindRoute(doctorRoutes.check, () => collect((onFinding) => doctor.check(onFinding)), { isReadOnly: true }),
    bindRoute(doctorRoutes.plan, async () => {
      const plan = await doctor.planRoutes();
      if (plan === undefined) return { plan: null };
      const { credential, probes, dollars } = plan;
      return { plan: { credential, requests: probes.length, dollars } };
    }),
    bindRoute(
      doctorRoutes.checkRoutes,
      async () => {
        const plan = await doctor.planRoutes();
        if (plan === undefined) throw new AdminFailure('not_found', 'No credential is ready to test the routes.');
        return collect((onFinding) => doctor.checkRoutes(plan, onFinding));
      },
      { isReadOnly: true },
    ),
  ];
}

async function collect(examine: (onFinding: (finding: Finding) => void) => Promise<void>) {
  const findings: Finding[] = [];
  await examine((finding) => findings.push(finding));
  return { findings };
}
