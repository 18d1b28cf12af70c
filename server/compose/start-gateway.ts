import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { Failure } from '../conversation/failure.ts';
import { createExchange } from '../exchange/create-exchange.ts';
import { createProofMemory } from '../exchange/proof-memory.ts';
import { buildApp } from '../http/app.ts';
import { BodyBudget } from '../http/client-api/body-budget.ts';
import { RunningRequests } from '../http/client-api/running-requests.ts';
import { StalledReaders } from '../http/client-api/stalled-readers.ts';
import { createKeyLimiter } from '../keys/limits.ts';
import { createLedger } from '../ledger/ledger.ts';
import { createRecorder } from '../ledger/recorder.ts';
import { systemClock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import { isLocalName } from '../lib/network-address.ts';
import { createAnswerMemory } from '../memory/answer-memory.ts';
import { PoolExhausted } from '../pool/pool.ts';
import { StoreFailure } from '../store/store-failure.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { upstreamRoutes } from '../upstream/routes/index.ts';
import { createAdminServices } from './admin-services.ts';
import { startHousekeeping } from './housekeeping.ts';
import { joinReplicas } from './join-replicas.ts';
import { listen, requireFreePort } from './listen.ts';
import type { Log } from './logger.ts';
import { openData } from './open-data.ts';
import { openRefusedMembers } from './open-refused-members.ts';
import { openTokenEstimator } from './open-token-estimator.ts';
import { consoleFolder, version } from './package.ts';
import { createReadiness } from './readiness.ts';
import { retryAfterRefresh } from './retry-after-refresh.ts';
import { scheduleBackups } from './schedule-backups.ts';
import { shareProofs } from './share-proofs.ts';
import { type StorageWatch, watchStorage } from './storage-watch.ts';
import { watchAlerts } from './watch-alerts.ts';
import { shuttingDown, watchRunningKeys } from './watch-running-keys.ts';

/** A running gateway. */
export interface Gateway {
  /** Like `http://host:port`, as reachable from the same machine. */
  readonly origin: string;
  /** The generated first password, if this was the first start. */
  readonly firstPassword: string | undefined;
  readonly passwordChangeRequired: boolean;
  /** Stops accepting requests, lets the running ones finish within a time limit, writes everything and closes. */
  close(): Promise<void>;
}

const trustAllWarning =
  'TRUST_PROXY=true lets every client claim any address: set the number of proxies, or their addresses, instead';
const shutdownProblem = { message: 'the gateway was told to stop', keepsFromServing: true };
/** Milliseconds. */
const sweepInterval = 50;
/** How long streams may take to send their end to the clients; milliseconds. */
const streamEndTimeout = 500;
/** How long to retry writing the last records at the end; milliseconds. */
const recorderTimeout = 3000;

/** Builds all adapters and starts to listen. @throws Error with a one-line message if it cannot start */
export async function startGateway(config: Config, log: Log): Promise<Gateway> {
  const { logger } = log;
  if (config.trustProxy === true) logger.warn(trustAllWarning);
  let storage: StorageWatch | undefined;
  const onError = (error: unknown) => {
    logger.error({ err: error }, 'background work failed');
    if (error instanceof StoreFailure) storage?.notice(error);
  };
  const data = await openData(config, { warn: (message) => logger.warn(message), onError });
  const { store, shared, settings, catalogue, keys, pool, client, admin, refresh } = data;
  const storageWatch = watchStorage({
    store,
    onTrouble: (failure) => logger.error({ err: failure }, 'the database cannot store changes'),
    onRecovered: () => logger.warn('the database works again'),
  });
  storage = storageWatch;
  const recorder = createRecorder({ store: store.usage, onTrouble: onError, closeTimeout: recorderTimeout });
  const ledger = createLedger(store.usage, systemClock, () => settings.current().retention);
  const traces = config.otlpEndpoint === undefined ? undefined : await startTraces(config.otlpEndpoint);
  let answered = 0;
  let isLeaving = false;
  const replicas = joinReplicas({
    store: store.replicas,
    shared,
    port: config.port,
    version,
    requests: () => answered,
    warn: (message) => logger.warn(message),
  });
  const { duties } = replicas;
  const backups = await scheduleBackups(
    config,
    { store, settings, duties },
    {
      onFailure: (message) => logger.error({ reason: message }, 'the scheduled backup failed'),
      onError,
    },
  );
  const metrics = createMetrics({
    backups: () => backups.state(),
    replicas: () => ({ ...replicas.self, count: replicas.list().length, isApart: replicas.apart() !== undefined }),
    pool: () => pool.counts(),
    routes: () => pool.routeCounts(),
    credits: () => pool.forecast(),
    ledger: () => recorder.status(),
    running: () => exchange.running,
    droppedLogLines: () => log.dropped(),
    isKnownModel: (id) => catalogue.lookUp(id) !== undefined,
  });
  const alertWatch = watchAlerts({ data, duties, ledger, backups, storage: storageWatch, config, onError });
  const tokenEstimates = await openTokenEstimator(store.tokenEstimates, onError);
  const exchange = createExchange({
    catalogue,
    estimator: tokenEstimates.estimator,
    pool: { lease: retryAfterRefresh((request) => pool.lease(request), refresh, isExhausted) },
    client,
    routes: upstreamRoutes,
    refusedMembers: await openRefusedMembers(store.settings, onError),
    proofs: createProofMemory({
      clock: systemClock,
      shared:
        shared.status().kind === 'redis'
          ? shareProofs({ shelf: shared.shelf, vault: data.clientVault, settings: () => settings.current().memory })
          : undefined,
    }),
    settings: () => settings.current(),
    clock: systemClock,
    record(record) {
      answered += 1;
      recorder.record(record);
      metrics.observe(record);
      traces?.observe(record);
    },
  });
  const limiter = createKeyLimiter({ budgetSource: ledger, shared, onError });
  const running = new RunningRequests();
  const memory = createAnswerMemory({
    settings: () => settings.current().memory,
    shared,
    vault: data.clientVault,
    clock: systemClock,
  });
  const isLocal = isLocalName(config.host);
  const clientApi = {
    keys: { verify: retryAfterRefresh((secret: string | undefined) => keys.verify(secret), refresh, isRefusedKey) },
    limiter,
    catalogue,
    estimator: tokenEstimates.estimator,
    exchange,
    bodyBudget: new BodyBudget({ total: config.bodyMemoryBytes, perCaller: config.bodyMemoryBytes / 2 }),
    memory,
    vault: data.clientVault,
    running,
    stalledReaders: new StalledReaders({ timeout: config.readerTimeout }),
    settings: () => settings.current(),
    clock: systemClock,
  };
  const app = await buildApp(
    {
      clientApi,
      admin: createAdminServices(data, {
        ledger,
        alerts: alertWatch.alerts,
        storage: storageWatch,
        backups,
        replicas,
        publicUrl: config.publicUrl,
        isLocal,
        version,
        config,
      }),
      health: {
        version,
        problems: createReadiness({
          store: store.usage,
          pool: () => pool.counts(),
          storageTrouble: storageWatch.trouble,
          isDatabaseShared: config.databaseUrl !== undefined,
          others: () => (isLeaving ? [shutdownProblem, ...replicas.problems()] : replicas.problems()),
        }),
      },
      metrics: { metrics, token: config.metricsToken },
      newId: createId,
    },
    {
      maxBodyBytes: config.maxBodyBytes,
      trustProxy: config.trustProxy,
      isLocal,
      publicUrl: config.publicUrl,
      consoleFolder,
      readerTimeout: config.readerTimeout,
      logger,
    },
  );
  backups.start();
  const stopHousekeeping = startHousekeeping({
    usage: store.usage,
    admin: store.admin,
    settings: () => settings.current(),
    duties,
    onError,
  });
  const stopAlerts = alertWatch.start();
  const stopKeyWatch = watchRunningKeys(running, keys);
  const closing = new AbortController();
  const close = async (delay = 0) => {
    isLeaving = true;
    await sleep(delay);
    closing.abort();
    stopHousekeeping();
    await backups.close();
    await stopAlerts();
    storageWatch.stop();
    stopKeyWatch();
    await closeWithin(app, config.shutdownTimeout, () => running.endAll(shuttingDown()));
    // Exchanges whose connections were cut end in a moment.
    await exchange.idle();
    await recorder.close();
    memory.close();
    await tokenEstimates.close();
    await traces?.close().catch(onError);
    await replicas.close();
    await data.close();
  };
  try {
    // The account must exist before the first login, but must not be created if the start fails, because its password
    // would never be shown.
    await requireFreePort(config);
    const firstPassword = await admin.account.firstStart(config.adminPassword);
    const origin = await listen(app, config);
    store.verify(closing.signal).catch((error) => {
      if (!closing.signal.aborted) onError(error);
    });
    return {
      origin,
      firstPassword,
      passwordChangeRequired: admin.account.passwordChangeRequired(),
      close: () => close(config.shutdownDelay),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const isExhausted = (error: unknown) => error instanceof PoolExhausted;
const isRefusedKey = (error: unknown) => error instanceof Failure && error.reason !== 'missing-api-key';

/** Loaded on demand, because most gateways have no collector. */
async function startTraces(endpoint: string) {
  const { openTraces } = await import('../telemetry/traces.ts');
  return openTraces(endpoint, version);
}

/**
 * Lets running exchanges finish. After the time limit they are aborted and their clients get an error. Remaining
 * connections are closed shortly after that. Milliseconds.
 */
async function closeWithin(
  app: { close(): Promise<unknown>; server: { closeIdleConnections(): void; closeAllConnections(): void } },
  bound: number,
  endRunning: () => void,
): Promise<void> {
  // Node only closes connections that are idle now, not those that become idle later. Clients would keep the process
  // alive with those.
  const sweep = setInterval(() => app.server.closeIdleConnections(), sweepInterval);
  const end = setTimeout(endRunning, bound);
  const cut = setTimeout(() => app.server.closeAllConnections(), bound + streamEndTimeout);
  await app.close();
  for (const timer of [sweep, end, cut]) clearTimeout(timer);
}
