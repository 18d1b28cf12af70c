import { type KeyObject, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { AdminStore } from '../admin/admin-store.ts';
import type { AlertStore } from '../alerts/alert-store.ts';
import type { ScheduleStore } from '../backup/schedule.ts';
import type { ModelStore } from '../catalogue/model-store.ts';
import type { KeyStore } from '../keys/key.ts';
import type { EstimateStore } from '../ledger/token-estimator.ts';
import type { UsageStore } from '../ledger/usage-store.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { createVault, SealBroken, type Vault } from '../lib/secrets.ts';
import { waitAtMost } from '../lib/wait-at-most.ts';
import type { CredentialStore } from '../pool/credential.ts';
import type { ReplicaStore } from '../replicas/replica.ts';
import type { SettingStore } from '../settings/settings.ts';
import { createAdminTable } from './admin-table.ts';
import { createAlertsSection } from './alerts-section.ts';
import { createScheduleStore } from './backup-schedule-store.ts';
import { createCredentialsTable } from './credentials-table.ts';
import type { Engine } from './engines/engine.ts';
import { createKeysTable } from './keys-table.ts';
import { migrate, type Upgrade } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { createModelsTable } from './models-table.ts';
import { type EngineOptions, openEngine } from './open-engine.ts';
import { createReplicasTable } from './replicas-table.ts';
import { sealedMeta, sealPurposes } from './sealed-columns.ts';
import { createSettingsTable } from './settings-table.ts';
import { StoreFailure, wrongKey } from './store-failure.ts';
import type { Tables } from './tables.ts';
import { createTokenEstimatesTable } from './token-estimates-table.ts';
import { createUsageTable } from './usage-table.ts';

export interface StoreOptions extends EngineOptions {
  /** Encrypts the secrets in the database; see `loadSecretKey`. */
  readonly secretKey: KeyObject;
  readonly clock?: Clock;
  /** Called after a database of an earlier version was upgraded. */
  readonly onUpgrade?: (upgrade: Upgrade) => void;
}

/** Timeout of the check's write; milliseconds. */
const checkTimeout = 1500;

/** All persistent data. */
export interface Store {
  readonly credentials: CredentialStore;
  readonly keys: KeyStore;
  readonly admin: AdminStore;
  readonly settings: SettingStore;
  readonly alerts: AlertStore;
  readonly backups: ScheduleStore;
  readonly models: ModelStore;
  readonly tokenEstimates: EstimateStore;
  readonly usage: UsageStore;
  readonly replicas: ReplicaStore;
  /** Unique id of this database. */
  readonly installationId: string;
  /**
   * Calls back within half a second after another program (the command line, another replica) changed the database.
   *
   * @returns a function that stops it
   */
  watchChanges(callback: () => void): () => void;
  /**
   * Checks for changes now. When it resolves, the watchers have been called for everything committed before the call.
   *
   * @throws StoreFailure if the check fails
   */
  checkForChanges(): Promise<void>;
  /**
   * Checks that new writes will survive a restart: the files are still in place, and a write succeeds within a short
   * time.
   *
   * @throws StoreFailure
   */
  check(): Promise<void>;
  /** Checks all data in the background. @throws StoreFailure `corrupt`; `closed` if the signal was aborted */
  verify(signal: AbortSignal): Promise<void>;
  /** Finishes pending work, then closes. No method may be called afterwards. */
  close(): Promise<void>;
}

/**
 * Opens the database and creates or upgrades its tables.
 *
 * @throws StoreFailure, always with a one-line message: not writable, unreachable, locked, corrupt, foreign, newer,
 * wrong key
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { secretKey, clock = systemClock } = options;
  const engine = await openEngine(options);
  const vault = createVault(secretKey);
  try {
    const upgrade = await migrate(engine, migrations, clock(), { keepsCopy: true });
    if (upgrade !== undefined) options.onUpgrade?.(upgrade);
    await checkSecretKey(engine.db, vault);
    const installationId = await readInstallationId(engine.db);
    return createStore(engine, vault, clock, installationId);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function createStore(engine: Engine, vault: Vault, clock: Clock, installationId: string): Store {
  const { db } = engine;
  const settings = createSettingsTable(db);
  return {
    credentials: createCredentialsTable(db, vault),
    keys: createKeysTable(db, vault),
    admin: createAdminTable(db, vault),
    settings,
    alerts: createAlertsSection(settings, vault),
    backups: createScheduleStore(db, settings, vault),
    models: createModelsTable(db),
    tokenEstimates: createTokenEstimatesTable(db),
    usage: createUsageTable(engine, clock),
    replicas: createReplicasTable(db),
    installationId,
    watchChanges: engine.watchChanges,
    checkForChanges: engine.checkForChanges,
    verify: engine.verify,
    async check() {
      await engine.requireSameFiles();
      const written = await waitAtMost(checkTimeout, writeProbe(db, clock()));
      if (written === undefined) {
        throw new StoreFailure(
          'locked',
          'The database did not finish a write in time: another program has locked it, or its disk is slow.',
        );
      }
    },
    close: engine.close,
  };
}

async function writeProbe(db: Kysely<Tables>, now: number): Promise<true> {
  const value = new Date(now).toISOString();
  await db
    .insertInto('meta')
    .values({ name: 'last-check', value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
  return true;
}

async function readInstallationId(db: Kysely<Tables>): Promise<string> {
  const name = 'installation-id';
  await db
    .insertInto('meta')
    .values({ name, value: randomUUID() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  return (await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirstOrThrow()).value;
}

/** Decrypts a text that was encrypted when the database was created, to check that the key is still the same. */
async function checkSecretKey(db: Kysely<Tables>, vault: Vault): Promise<void> {
  const name = sealedMeta.secretKeyCheck;
  const purpose = sealPurposes.meta(name);
  await db
    .insertInto('meta')
    .values({ name, value: vault.seal('atlassian-proxy', purpose) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const { value } = await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  try {
    vault.open(value, purpose);
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause;
    throw wrongKey(cause);
  }
}
