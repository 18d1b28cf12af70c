import type { Finding } from '../../contract/doctor.ts';
import type { ModelEntry } from '../catalogue/catalogue.ts';
import { type ProbePlan, planProbes } from '../catalogue/plan-probes.ts';
import type { Config } from '../config.ts';
import { checkFolder, checkPort, checkSecretKey } from '../doctor/check-host.ts';
import { checkOrigin } from '../doctor/check-origin.ts';
import { type CheckedGateway, createDoctor, type Doctor } from '../doctor/doctor.ts';
import { systemClock } from '../lib/clock.ts';
import { loadSecretKey } from '../lib/secret-key.ts';
import { probeOrigin, resolveName } from '../upstream/probe-origin.ts';
import { upstreamRoutes } from '../upstream/routes/index.ts';
import { inspectFolder } from './inspect-folder.ts';
import { requireFreePort } from './listen.ts';
import type { Data } from './open-data.ts';
import { createEndpointProbe } from './probe-endpoint.ts';

export interface DoctorOptions {
  /** Whether the doctor runs inside the serving gateway. */
  readonly isServing: boolean;
  /** @throws Error with a one-line message */
  readonly open: () => Promise<Data>;
}

/** Milliseconds. */
const healthTimeout = 2000;

/** Creates the doctor for a gateway with these settings. */
export function createGatewayDoctor(config: Config, { isServing, open }: DoctorOptions): Doctor {
  return createDoctor({
    host: [
      () => checkFolder(config.dataDir, config.databaseUrl === undefined ? inspectFolder : () => []),
      async () => checkSecretKey(() => loadSecretKey(config)),
      async () => [await examinePort(config, isServing)],
      () =>
        checkOrigin({
          origin: config.atlassianOrigin,
          proxy: config.proxy,
          resolveName,
          probeOrigin: () => probeOrigin(config.atlassianOrigin, config.proxy, config.timeouts),
          clock: systemClock,
        }),
    ],
    open: async () => toCheckedGateway(await open(), config),
  });
}

function examinePort(config: Config, isServing: boolean): Promise<Finding> {
  if (!isServing)
    return checkPort(
      config,
      () => requireFreePort(config),
      () => isGateway(config),
    );
  const parameters = { host: config.host, port: String(config.port) };
  return Promise.resolve({ check: 'port', state: 'good', code: 'port-ours', parameters });
}

/** Whether a gateway is listening on this address. */
async function isGateway({ host, port }: Pick<Config, 'host' | 'port'>): Promise<boolean> {
  const everywhere = host === '0.0.0.0' || host === '::';
  const place = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  try {
    const response = await fetch(`http://${place}:${port}/health`, { signal: AbortSignal.timeout(healthTimeout) });
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'version' in body && 'status' in body;
  } catch {
    return false;
  }
}

/** Plans built-in models first, because a capture may name them. */
function planRoutes(models: readonly ModelEntry[]): ProbePlan[] {
  const routes = [...upstreamRoutes.values()];
  const builtinPlans = planProbes(
    models.filter(({ source }) => source === 'builtin'),
    routes,
  );
  return planProbes(models, routes).map((plan) => builtinPlans.find(({ route }) => route === plan.route) ?? plan);
}

function toCheckedGateway({ pool, catalogue, client }: Data, config: Config): CheckedGateway {
  const probe = createEndpointProbe({ catalogue, pool, client, routes: upstreamRoutes });
  return {
    engine: config.databaseUrl === undefined ? 'SQLite' : 'PostgreSQL',
    credentials: () => pool.list(),
    test: (id, signal) => pool.test(id, signal),
    planRoutes: () => planRoutes(catalogue.list()),
    tryRoute: (id, { model, endpoint }, signal) => probe(id, model, endpoint, signal),
  };
}
