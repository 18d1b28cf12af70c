import type { KeyObject } from 'node:crypto';
import { type Admin, openAdmin } from '../admin/admin.ts';
import { createLoginThrottle } from '../admin/login-throttle.ts';
import { type Catalogue, createCatalogue } from '../catalogue/catalogue.ts';
import type { Config } from '../config.ts';
import { createKeyRegistry, type KeyRegistry } from '../keys/key-registry.ts';
import { loadSecretKey } from '../lib/secret-key.ts';
import { createVault, deriveKey, type Vault } from '../lib/secrets.ts';
import { shareRuns } from '../lib/share-runs.ts';
import { waitAtMost } from '../lib/wait-at-most.ts';
import { createPool, type Pool } from '../pool/pool.ts';
import { createSettings, type SettingsRegistry } from '../settings/settings-registry.ts';
import { openSharedState } from '../shared-state/open-shared-state.ts';
import type { SharedState } from '../shared-state/shared-state.ts';
import type { Upgrade } from '../store/migrate.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { createUpstreamClient, type UpstreamClient } from '../upstream/client.ts';
import { upstreamRoutes } from '../upstream/routes/index.ts';
import { createAccountProbe } from './account-probe.ts';
import { followChanges } from './follow-changes.ts';
import { inspectFolder } from './inspect-folder.ts';

/** How long a refresh may wait for a database that does not respond; milliseconds. */
const refreshTimeout = 1000;
/** How long each part may take to close after a failure; milliseconds. */
const closeTimeout = 3000;

/** An opened data folder, as used by the server and the command line. */
export interface Data {
  readonly store: Store;
  readonly shared: SharedState;
  readonly settings: SettingsRegistry;
  readonly catalogue: Catalogue;
  readonly admin: Admin;
  readonly keys: KeyRegistry;
  readonly client: UpstreamClient;
  readonly pool: Pool;
  /** Encrypts state that clients and other replicas store for this gateway. */
  readonly clientVault: Vault;
  /**
   * Loads changes that another process (the command line) has made, instead of waiting until they are noticed. Await
   * this before rejecting something as unknown. Errors are reported and leave the known state unchanged.
   */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface DataOptions {
  /** Logs a one-line warning. */
  readonly warn: (message: string) => void;
  readonly onError: (error: unknown) => void;
  /** False for a command that runs beside the server and must not do the server's background work. */
  readonly background?: boolean;
}

/**
 * Opens the data folder. What was opened is closed again if it fails: a connection would keep the process alive.
 *
 * @throws StoreFailure or SecretKeyUnusable, with a one-line message
 */
export async function openData(config: Config, options: DataOptions): Promise<Data> {
  const opened: Closable[] = [];
  try {
    return await openParts(config, options, opened);
  } catch (error) {
    for (const part of opened.reverse()) await waitAtMost(closeTimeout, part.close()).catch(() => undefined);
    throw error;
  }
}

interface Closable {
  close(): Promise<void>;
}

/** @param opened receives what must be closed if this fails */
async function openParts(config: Config, options: DataOptions, opened: Closable[]): Promise<Data> {
  const { onError, background: isServer = true } = options;
  if (config.databaseUrl === undefined) for (const warning of inspectFolder(config.dataDir)) options.warn(warning);
  const secretKey = loadSecretKey({ secretKey: config.secretKey, dataDir: config.dataDir });
  for (const warning of secretKey.warnings) options.warn(warning);
  const store = await openDatabase(config, secretKey.key, options);
  opened.push(store);
  // A command does not apply limits.
  const shared = await openShared(isServer ? config.redisUrl : undefined, store, options);
  opened.push(shared);
  const settings = await createSettings({ store: store.settings, timeouts: config.timeouts, warn: options.warn });
  const catalogue = createCatalogue(store.models, upstreamRoutes.values());
  await catalogue.reload();
  const admin = await openAdmin({
    store: store.admin,
    throttle: createLoginThrottle({ shared }),
    deviceKey: deriveKey(secretKey.key, 'known devices'),
    onError,
  });
  const keys = await createKeyRegistry({ store: store.keys, onError });
  const client = createUpstreamClient({
    origin: config.atlassianOrigin,
    proxy: config.proxy,
    timeouts: () => settings.current().timeouts,
  });
  const pool = await createPool({
    store: store.credentials,
    accounts: createAccountProbe(client),
    settings: () => settings.current().pool,
    shared: shared.status().kind === 'redis' ? shared : undefined,
    warn: options.warn,
    onError,
    background: isServer,
  });
  const changes = followChanges({
    watch: store.watchChanges,
    async reload() {
      await Promise.all([settings.reload(), catalogue.reload(), admin.reload(), keys.reload(), pool.reload()]);
    },
    onError,
  });
  const load = shareRuns(async () => {
    await store.checkForChanges();
    await changes.reloaded();
  });
  return {
    store,
    shared,
    settings,
    catalogue,
    admin,
    keys,
    client,
    pool,
    clientVault: createVault(deriveKey(secretKey.key, 'client payloads')),
    async refresh() {
      await waitAtMost(refreshTimeout, load().catch(onError));
    },
    async close() {
      changes.stop();
      await Promise.all([keys.close(), admin.close(), pool.close(), client.close()]);
      await shared.close();
      await store.close();
    },
  };
}

function openDatabase(
  { dataDir, databaseUrl, databasePoolSize }: Config,
  secretKey: KeyObject,
  { background: isServer = true, warn, onError }: DataOptions,
): Promise<Store> {
  return openStore({
    dataDir,
    databaseUrl,
    poolSize: databasePoolSize,
    secretKey,
    isServer,
    onWait: ({ message }) => warn(`${message} The start waits a few seconds for it.`),
    onTrouble: onError,
    onUpgrade: (upgrade) => warn(describeUpgrade(upgrade)),
  });
}

function openShared(
  url: string | undefined,
  { installationId }: Store,
  { warn }: Pick<DataOptions, 'warn'>,
): Promise<SharedState> {
  return openSharedState({
    url,
    namespace: installationId,
    onLost: (error) => warn(`Redis does not respond (${messageOf(error)}): this replica counts limits separately`),
    onFound: () => warn('Redis responds again: limits are shared with all replicas'),
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function describeUpgrade({ steps, copy }: Upgrade): string {
  const done = `The database was upgraded for this version (${steps.join(', ')}).`;
  if (copy === undefined)
    return `${done} To go back to the earlier version, restore the database from PostgreSQL's backups.`;
  const names = ['database.db', 'database.db-wal', 'database.db-shm'].join(', ');
  return `${done} A copy from before the upgrade is ${copy}. To go back: stop the server, delete ${names}, rename that file to database.db, and start the earlier version.`;
}
