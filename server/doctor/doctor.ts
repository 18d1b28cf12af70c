import type { Finding } from '../../contract/doctor.ts';
import type { ProbePlan } from '../catalogue/plan-probes.ts';
import type { CredentialView } from '../pool/credential-view.ts';
import type { CredentialTestResult } from '../pool/test-credential.ts';
import { readCredentialTest } from './check-credential.ts';
import { reasonOf } from './check-host.ts';

/** The part of an open gateway that is examined. */
export interface Patient {
  /** The database's name: `SQLite`. */
  readonly engine: string;
  readonly credentials: () => readonly CredentialView[];
  readonly test: (credentialId: string, signal: AbortSignal) => Promise<CredentialTestResult | undefined>;
  /** By which model each route is tried. */
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
  /** What does not need the data to be open, in the order of the checks. */
  readonly host: readonly (() => Promise<Finding[]>)[];
  /** @throws Error of one line when the data cannot be opened */
  readonly open: () => Promise<Patient>;
}

export interface RoutePlan {
  readonly credentialId: string;
  /** The credential's name. */
  readonly credential: string;
  readonly probes: readonly ProbePlan[];
  /** US dollars at list price; null when a price is not known. */
  readonly dollars: number | null;
}

type OnFinding = (finding: Finding) => void;

const testTimeout = 30_000;
/** Credentials that are tested at once. */
const atOnce = 8;
const routeTimeout = 60_000;

/** Looks at all that a gateway needs to serve, and says what is wrong and what to do. */
export interface Doctor {
  /** Everything but the routes; nothing that it asks costs anything. Never rejects. */
  check(onFinding: OnFinding): Promise<void>;
  /** What trying each route once would take; undefined without an enabled credential. @throws when the data cannot be opened */
  planRoutes(): Promise<RoutePlan | undefined>;
  /** Sends one small request by each route. */
  checkRoutes(plan: RoutePlan, onFinding: OnFinding): Promise<void>;
}

export function createDoctor({ host, open }: DoctorSources): Doctor {
  return {
    async check(onFinding) {
      for (const look of host) for (const finding of await look()) onFinding(finding);
      const patient = await open().catch((error: unknown) => {
        const parameters = { reason: reasonOf(error) };
        onFinding({ check: 'database', state: 'bad', code: 'database-failed', parameters });
      });
      if (patient) await checkData(patient, onFinding);
    },
    async planRoutes() {
      const patient = await open();
      const view = patient.credentials().find(({ credential, state }) => credential.enabled && state.name === 'ready');
      if (view === undefined) return undefined;
      const probes = patient.planRoutes();
      const prices = probes.map(({ dollars }) => dollars).filter((dollars) => dollars !== null);
      return {
        credentialId: view.credential.id,
        credential: nameOf(view),
        probes,
        dollars: prices.length < probes.length ? null : prices.reduce((sum, dollars) => sum + dollars, 0),
      };
    },
    async checkRoutes({ credentialId, probes }, onFinding) {
      const patient = await open();
      for (const plan of probes) {
        const result = await patient.tryRoute(credentialId, plan, AbortSignal.timeout(routeTimeout));
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

async function checkData(patient: Patient, onFinding: OnFinding): Promise<void> {
  const views = patient.credentials();
  onFinding({
    check: 'database',
    state: 'good',
    code: 'database-good',
    parameters: { engine: patient.engine, credentials: String(views.length) },
  });
  const enabled = views.filter(({ credential }) => credential.enabled);
  if (enabled.length === 0) onFinding({ check: 'account', state: 'bad', code: 'account-none', parameters: {} });
  for (let at = 0; at < enabled.length; at += atOnce) {
    const tested = await Promise.all(enabled.slice(at, at + atOnce).map((view) => testCredential(patient, view)));
    for (const finding of tested.flat()) onFinding(finding);
  }
}

async function testCredential(patient: Patient, view: CredentialView): Promise<Finding[]> {
  const { id, cloudId } = view.credential;
  const test = await patient.test(id, AbortSignal.timeout(testTimeout));
  return test === undefined ? [] : readCredentialTest(nameOf(view), cloudId, test);
}

function nameOf({ credential }: CredentialView): string {
  return credential.label || credential.email;
}
