import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { buildApp } from '../http/app.ts';
import { createLedger } from '../ledger/ledger.ts';
import { createRecorder, type Recorder } from '../ledger/recorder.ts';
import { systemClock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import { isLocalName } from '../lib/network-address.ts';
import { StoreFailure } from '../store/store-failure.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import type { Traces } from '../telemetry/traces.ts';
import { createAdminServices } from './admin-services.ts';
import { type ClientServices, openClientServices } from './client-services.ts';
import { closeServer } from './close-server.ts';
import { startHousekeeping } from './housekeeping.ts';
import { joinReplicas, type Replicas } from './join-replicas.ts';
import { listen, requireFreePort } from './listen.ts';
import type { Log } from './logger.ts';
import { type Data, openData } from './open-data.ts';
import { consoleFolder, version } from './package.ts';
import { createReadiness } from './readiness.ts';
import { type ScheduledBackups, scheduleBackups } from './schedule-backups.ts';
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
/** How long to retry writing the last records at the end; milliseconds. */
const recorderTimeout = 3000;

/** Builds all adapters and starts to listen. @throws Error with a one-line message if it cannot start */
export async function startGateway(config: Config, log: Log): Promise<Gateway> {
  if (config.trustProxy === true) log.logger.warn(trustAllWarning);
  const stopping = new AbortController();
  const parts = await assemble(config, log, stopping.signal);
  const { app, data, onError } = parts;
  const stopWork = startBackgroundWork(parts);
  const close = async (delay = 0) => {
    stopping.abort();
    await sleep(delay);
    await stopWork();
    await closeParts(parts, config);
  };
  try {
    // The account must exist before the first login, but must not be created if the start fails, because its password
    // would never be shown.
    await requireFreePort(config);
    const firstPassword = await data.admin.account.firstStart(config.adminPassword);
    const origin = await listen(app, config);
    data.store.verify(stopping.signal).catch((error) => {
      if (!stopping.signal.aborted) onError(error);
    });
    return {
      origin,
      firstPassword,
      passwordChangeRequired: data.admin.account.passwordChangeRequired(),
      close: () => close(config.shutdownDelay),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Everything that runs or has to be closed. */
interface Parts {
  readonly app: Awaited<ReturnType<typeof buildApp>>;
  readonly data: Data;
  readonly clients: ClientServices;
  readonly storage: StorageWatch;
  readonly recorder: Recorder;
  readonly replicas: Replicas;
  readonly backups: ScheduledBackups;
  readonly alertWatch: ReturnType<typeof watchAlerts>;
  readonly traces: Traces | undefined;
  readonly onError: (error: unknown) => void;
}

/** Builds the parts and connects them. @param stopping aborted when the gateway is told to stop */
async function assemble(config: Config, log: Log, stopping: AbortSignal): Promise<Parts> {
  const { logger } = log;
  const warn = (message: string) => logger.warn(message);
  let watch: StorageWatch | undefined;
  const onError = (error: unknown) => {
    logger.error({ err: error }, 'background work failed');
    if (error instanceof StoreFailure) watch?.notice(error);
  };
  const data = await openData(config, { warn, onError });
  const { store, shared, settings, catalogue, pool } = data;
  const storage = watchStorage({
    store,
    onTrouble: (failure) => logger.error({ err: failure }, 'the database cannot store changes'),
    onRecovered: () => warn('the database works again'),
  });
  watch = storage;
  const recorder = createRecorder({ store: store.usage, onTrouble: onError, closeTimeout: recorderTimeout });
  const ledger = createLedger(store.usage, systemClock, () => settings.current().retention);
  const traces = config.otlpEndpoint === undefined ? undefined : await startTraces(config.otlpEndpoint);
  let answered = 0;
  const replicas = joinReplicas({
    store: store.replicas,
    shared,
    port: config.port,
    version,
    requests: () => answered,
    warn,
  });
  const { duties } = replicas;
  const onFailure = (message: string) => logger.error({ reason: message }, 'the scheduled backup failed');
  const backups = await scheduleBackups(config, { store, settings, duties }, { onFailure, onError });
  const metrics = createMetrics({
    backups: () => backups.state(),
    replicas: () => ({ ...replicas.self, count: replicas.list().length, isApart: replicas.apart() !== undefined }),
    pool: () => pool.counts(),
    routes: () => pool.routeCounts(),
    credits: () => pool.forecast(),
    ledger: () => recorder.status(),
    running: () => clients.exchange.running,
    droppedLogLines: () => log.dropped(),
    isKnownModel: (id) => catalogue.lookUp(id) !== undefined,
  });
  const clients = await openClientServices(data, {
    config,
    ledger,
    onError,
    record(record) {
      answered += 1;
      recorder.record(record);
      metrics.observe(record);
      traces?.observe(record);
    },
  });
  const alertWatch = watchAlerts({ data, duties, ledger, backups, storage, config, onError });
  const { publicUrl } = config;
  const isLocal = isLocalName(config.host);
  const admin = createAdminServices(data, {
    ledger,
    alerts: alertWatch.alerts,
    storage,
    backups,
    replicas,
    publicUrl,
    isLocal,
    version,
    config,
  });
  const problems = createReadiness({
    store: store.usage,
    pool: () => pool.counts(),
    storageTrouble: storage.trouble,
    isDatabaseShared: config.databaseUrl !== undefined,
    others: () => (stopping.aborted ? [shutdownProblem, ...replicas.problems()] : replicas.problems()),
  });
  const app = await buildApp(
    {
      clientApi: clients.clientApi,
      admin,
      health: { version, problems },
      metrics: { metrics, token: config.metricsToken },
      newId: createId,
    },
    {
      isLocal,
      publicUrl,
      consoleFolder,
      logger,
      maxBodyBytes: config.maxBodyBytes,
      trustProxy: config.trustProxy,
      readerTimeout: config.readerTimeout,
    },
  );
  return { app, data, clients, storage, recorder, replicas, backups, alertWatch, traces, onError };
}

/** @returns a function that stops the work */
function startBackgroundWork({ data, clients, storage, replicas, backups, alertWatch, onError }: Parts) {
  const { store, settings, keys } = data;
  backups.start();
  const stopHousekeeping = startHousekeeping({
    usage: store.usage,
    admin: store.admin,
    settings: () => settings.current(),
    duties: replicas.duties,
    onError,
  });
  const stopAlerts = alertWatch.start();
  const stopKeyWatch = watchRunningKeys(clients.running, keys);
  return async () => {
    stopHousekeeping();
    await backups.close();
    await stopAlerts();
    storage.stop();
    stopKeyWatch();
  };
}

/** Lets running exchanges finish within the time limit, then closes everything they use. */
async function closeParts(parts: Parts, config: Config): Promise<void> {
  const { app, data, clients, recorder, replicas, traces, onError } = parts;
  await closeServer(app, {
    timeout: config.shutdownTimeout,
    endRunning: () => clients.running.endAll(shuttingDown()),
  });
  // Exchanges whose connections were cut end in a moment.
  await clients.exchange.idle();
  await recorder.close();
  await clients.close();
  await traces?.close().catch(onError);
  await replicas.close();
  await data.close();
}

/** Loaded on demand, because most gateways have no collector. */
async function startTraces(endpoint: string): Promise<Traces> {
  const { openTraces } = await import('../telemetry/traces.ts');
  return openTraces(endpoint, version);
}
