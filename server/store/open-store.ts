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
import { within } from '../lib/patience.ts';
import { createVault, SealBroken, type Vault } from '../lib/secrets.ts';
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
  /** Under which secrets are sealed; see `loadSecretKey`. */
  readonly secretKey: KeyObject;
  readonly clock?: Clock;
  /** Told when what an earlier version had set up was brought up to date. */
  readonly onUpgrade?: (upgrade: Upgrade) => void;
}

/** How long a write may take; milliseconds. */
const checkPatience = 1500;

/** Everything that is kept. */
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
  /** Tells this database from every other. */
  readonly installationId: string;
  /**
   * Calls back within half a second after another program (the command line, another replica) changed the database.
   *
   * @returns a function that ends it
   */
  watchChanges(callback: () => void): () => void;
  /**
   * Looks now: what other programs committed before the call, the watchers have been told when it resolves.
   *
   * @throws StoreFailure when it cannot look
   */
  lookForChanges(): Promise<void>;
  /**
   * Makes sure that what is written now will be there after a restart: the files are still in their place, and a write
   * succeeds, soon.
   *
   * @throws StoreFailure
   */
  check(): Promise<void>;
  /** Reads through everything, beside the work. @throws StoreFailure `corrupt`; `closed` when the signal gave it up */
  verify(signal: AbortSignal): Promise<void>;
  /** Ends what is under way, then closes. Nothing may be called after it. */
  close(): Promise<void>;
}

/**
 * Opens the database, creates its tables or brings them up to date.
 *
 * @throws StoreFailure, always with a message of one line: not writable, unreachable, locked, corrupt, foreign, newer,
 *   wrong key
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
    lookForChanges: engine.lookForChanges,
    verify: engine.verify,
    async check() {
      await engine.requireSameFiles();
      const written = await within(checkPatience, writeProbe(db, clock()));
      if (written === undefined) {
        throw new StoreFailure(
          'locked',
          'The database takes no write in time: another program has it locked, or its disk is slow.',
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

/** A text sealed at the database's first opening tells whether the key is still the same one. */
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
