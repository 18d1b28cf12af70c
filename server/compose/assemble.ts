import type { Config } from '../config.ts';
import { buildApp } from '../http/app.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import { createRecorder, type Recorder } from '../ledger/recorder.ts';
import { systemClock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import { isLocalName } from '../lib/network-address.ts';
import { StoreFailure } from '../store/store-failure.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import type { Traces } from '../telemetry/traces.ts';
import { createAdminServices } from './admin-services.ts';
import { type ClientServices, openClientServices } from './client-services.ts';
import { joinReplicas, type Replicas } from './join-replicas.ts';
import type { Log } from './logger.ts';
import { type Data, openData } from './open-data.ts';
import { consoleFolder, version } from './package.ts';
import { createReadiness } from './readiness.ts';
import { type ScheduledBackups, scheduleBackups } from './schedule-backups.ts';
import { type StorageWatch, watchStorage } from './storage-watch.ts';
import { watchAlerts } from './watch-alerts.ts';

const shutdownProblem = { message: 'the gateway was told to stop', keepsFromServing: true };
/** How long to retry writing the last records at the end; milliseconds. */
const recorderTimeout = 3000;

/** Everything that runs or has to be closed. */
export interface Parts {
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
export async function assemble(config: Config, log: Log, stopping: AbortSignal): Promise<Parts> {
  const opened = await openWatchedData(config, log);
  try {
    return await assembleOn(opened, config, log, stopping);
  } catch (error) {
    opened.storage.stop();
    await opened.data.close();
    throw error;
  }
}

async function assembleOn(
  { data, storage, onError }: Pick<Parts, 'data' | 'storage' | 'onError'>,
  config: Config,
  log: Log,
  stopping: AbortSignal,
): Promise<Parts> {
  const { logger } = log;
  const warn = (message: string) => logger.warn(message);
  const { store, shared, settings } = data;
  const recorder = createRecorder({ store: store.usage, onTrouble: onError, closeTimeout: recorderTimeout });
  const ledger = createLedger(store.usage, systemClock, () => settings.current().retention);
  const traces = config.otlpEndpoint === undefined ? undefined : await startTraces(config.otlpEndpoint, warn);
  let answered = 0;
  const replicas = joinReplicas({
    store: store.replicas,
    shared,
    port: config.port,
    // SQLite's folder is locked.
    isExclusive: config.databaseUrl === undefined,
    version,
    requests: () => answered,
    warn,
  });
  const { duties } = replicas;
  const onFailure = (message: string) => logger.error({ reason: message }, 'the scheduled backup failed');
  const backups = await scheduleBackups(config, { store, settings, duties }, { onFailure, onError });
  const running = () => clients.exchange.running;
  const metrics = measureParts({ data, replicas, backups, recorder, running, droppedLogLines: log.dropped });
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
  const alertWatch = watchAlerts({ data, duties, ledger, backups, storage, config, warn, onError });
  const parts = { data, clients, storage, recorder, replicas, backups, alertWatch, traces, onError };
  return { ...parts, app: await buildServer({ ...parts, ledger, metrics, config, logger, stopping }) };
}

/** Opens the data, and watches whether the database works. */
async function openWatchedData(config: Config, { logger }: Log): Promise<Pick<Parts, 'data' | 'storage' | 'onError'>> {
  let storage: StorageWatch | undefined;
  const warn = (message: string) => logger.warn(message);
  const onError = (error: unknown) => {
    logger.error({ err: error }, 'background work failed');
    if (error instanceof StoreFailure) storage?.notice(error);
  };
  const data = await openData(config, { warn, onError });
  storage = watchStorage({
    store: data.store,
    onTrouble: (failure) => logger.error({ err: failure }, 'the database cannot store changes'),
    onRecovered: () => warn('the database works again'),
  });
  return { data, storage, onError };
}

interface MeasuredParts extends Pick<Parts, 'data' | 'replicas' | 'backups' | 'recorder'> {
  /** The number of running exchanges. */
  readonly running: () => number;
  readonly droppedLogLines: () => number;
}

function measureParts({ data, replicas, backups, recorder, running, droppedLogLines }: MeasuredParts): Metrics {
  const { pool, catalogue } = data;
  return createMetrics({
    backups: () => backups.state(),
    replicas: () => ({
      ...replicas.self,
      count: replicas.list().length,
      countsSeparately: replicas.sharingTrouble() !== undefined,
    }),
    pool: () => pool.counts(),
    routes: () => pool.routeCounts(),
    credits: () => pool.forecast(),
    ledger: () => recorder.status(),
    running,
    droppedLogLines,
    modelOf: (name) => (catalogue.lookUp(name) ?? catalogue.resolve(name))?.id,
  });
}

interface ServedParts extends Omit<Parts, 'app'> {
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly config: Config;
  readonly logger: Log['logger'];
  /** Aborted when the gateway is told to stop. */
  readonly stopping: AbortSignal;
}

/** Builds the HTTP server, which does not listen yet. */
async function buildServer(parts: ServedParts): Promise<Parts['app']> {
  const { data, clients, storage, replicas, backups, alertWatch, ledger, metrics, config, logger, stopping } = parts;
  const { publicUrl } = config;
  const isLocal = isLocalName(config.host);
  const { alerts } = alertWatch;
  const services = { ledger, alerts, storage, backups, replicas, publicUrl, isLocal, version, config };
  const problems = createReadiness({
    store: data.store.usage,
    pool: () => data.pool.counts(),
    storageTrouble: storage.trouble,
    isDatabaseShared: config.databaseUrl !== undefined,
    others: () => (stopping.aborted ? [shutdownProblem, ...replicas.problems()] : replicas.problems()),
  });
  return buildApp(
    {
      clientApi: clients.clientApi,
      admin: createAdminServices(data, services),
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
}

/** Loaded on demand, because most gateways have no collector. */
async function startTraces(endpoint: string, warn: (message: string) => void): Promise<Traces> {
  const { openTraces } = await import('../telemetry/traces.ts');
  return openTraces(endpoint, version, warn);
}
