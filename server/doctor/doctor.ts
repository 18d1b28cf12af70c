import type { Finding } from '../../contract/doctor.ts';
import type { ProbePlan } from '../catalogue/plan-probes.ts';
import type { CredentialView } from '../pool/credential-view.ts';
import type { CredentialTestResult } from '../pool/test-credential.ts';
import { readCredentialTest } from './check-credential.ts';
import { reasonOf } from './check-host.ts';

/** The parts of an open gateway that are checked. */
export interface CheckedGateway {
  /** The database's name: `SQLite`. */
  readonly engine: string;
  readonly credentials: () => readonly CredentialView[];
  readonly test: (credentialId: string, signal: AbortSignal) => Promise<CredentialTestResult | undefined>;
  /** The model to test each route with. */
  readonly planRoutes: () => readonly ProbePlan[];
  readonly tryRoute: (
    credentialId: string,
    plan: ProbePlan,
    signal: AbortSignal,
  ) => Promise<{
    readonly ok: boolean;
    readonly status?: number;
    readonly message: string;
    readonly milliseconds: number;
  }>;
}

export interface DoctorSources {
  /** Checks that do not need the data to be open, in order. */
  readonly host: readonly (() => Promise<Finding[]>)[];
  /** @throws Error with a one-line message when the data cannot be opened */
  readonly open: () => Promise<CheckedGateway>;
}

export interface RoutePlan {
  readonly credentialId: string;
  /** The credential's name. */
  readonly credential: string;
  readonly probes: readonly ProbePlan[];
  /** US dollars at list price; null when a price is unknown. */
  readonly dollars: number | null;
}

type OnFinding = (finding: Finding) => void;

const testTimeout = 30_000;
/** Credentials tested in parallel. */
const maxParallelTests = 8;
const routeTimeout = 60_000;

/** Checks everything the gateway needs to work and reports problems with their remedies. */
export interface Doctor {
  /** Checks everything except the routes, free of charge. Never rejects. */
  check(onFinding: OnFinding): Promise<void>;
  /**
   * Plans a test of each route; undefined without a usable credential.
   * @throws when the data cannot be opened
   */
  planRoutes(): Promise<RoutePlan | undefined>;
  /** Sends one small request on each route. */
  checkRoutes(plan: RoutePlan, onFinding: OnFinding): Promise<void>;
}

export function createDoctor({ host, open }: DoctorSources): Doctor {
  return {
    async check(onFinding) {
      for (const check of host) for (const finding of await check()) onFinding(finding);
      const gateway = await open().catch((error: unknown) => {
        const parameters = { reason: reasonOf(error) };
        onFinding({ check: 'database', state: 'bad', code: 'database-failed', parameters });
      });
      if (gateway) await checkData(gateway, onFinding);
    },
    async planRoutes() {
      const gateway = await open();
      const view = gateway.credentials().find(({ credential, state }) => credential.enabled && state.name === 'ready');
      if (view === undefined) return undefined;
      const probes = gateway.planRoutes();
      const prices = probes.map(({ dollars }) => dollars).filter((dollars) => dollars !== null);
      return {
        credentialId: view.credential.id,
        credential: nameOf(view),
        probes,
        dollars: prices.length < probes.length ? null : prices.reduce((sum, dollars) => sum + dollars, 0),
      };
    },
    async checkRoutes({ credentialId, probes }, onFinding) {
      const gateway = await open();
      for (const plan of probes) {
        const result = await gateway.tryRoute(credentialId, plan, AbortSignal.timeout(routeTimeout));
        const { ok, status, message, milliseconds } = result;
        const reason = status === undefined ? message : `${status}: ${message}`;
        onFinding({
          check: 'route',
          subject: plan.route,
          state: ok ? 'good' : 'warn',
          code: ok ? 'route-good' : 'route-failed',
          parameters: ok ? { model: plan.model, milliseconds: String(milliseconds) } : { reason },
        });
      }
    },
  };
}

async function checkData(gateway: CheckedGateway, onFinding: OnFinding): Promise<void> {
  const views = gateway.credentials();
  onFinding({
    check: 'database',
    state: 'good',
    code: 'database-good',
    parameters: { engine: gateway.engine, credentials: String(views.length) },
  });
  const enabled = views.filter(({ credential }) => credential.enabled);
  if (enabled.length === 0) onFinding({ check: 'account', state: 'bad', code: 'account-none', parameters: {} });
  for (let at = 0; at < enabled.length; at += maxParallelTests) {
    const tested = await Promise.all(
      enabled.slice(at, at + maxParallelTests).map((view) => testCredential(gateway, view)),
    );
    for (const finding of tested.flat()) onFinding(finding);
  }
}

async function testCredential(gateway: CheckedGateway, view: CredentialView): Promise<Finding[]> {
  const { id, cloudId } = view.credential;
  const test = await gateway.test(id, AbortSignal.timeout(testTimeout));
  return test === undefined ? [] : readCredentialTest(nameOf(view), cloudId, test);
}

function nameOf({ credential }: CredentialView): string {
  return credential.label || credential.email;
}
