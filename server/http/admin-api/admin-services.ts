import type { Admin } from '../../admin/admin.ts';
import type { Alerts } from '../../alerts/alerts.ts';
import type { BackupSchedule } from '../../backup/schedule.ts';
import type { Catalogue, CatalogueRoute } from '../../catalogue/catalogue.ts';
import type { ModelStore } from '../../catalogue/model-store.ts';
import type { Doctor } from '../../doctor/doctor.ts';
import type { KeyRegistry } from '../../keys/key-registry.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Clock } from '../../lib/clock.ts';
import type { PublicUrl } from '../../lib/public-url.ts';
import type { Unavailable } from '../../lib/unavailable.ts';
import type { Endpoint, Pool } from '../../pool/pool.ts';
import type { Replica } from '../../replicas/replica.ts';
import type { SettingsRegistry } from '../../settings/settings-registry.ts';

/** The result of one small request. */
export interface EndpointProbe {
  readonly ok: boolean;
  /** The upstream's, when it answered. */
  readonly status?: number;
  /** In English and without secrets. */
  readonly message: string;
  readonly milliseconds: number;
}

/** Asks a model for a word with this very credential by this very endpoint. Never throws for what the upstream says. */
export type ProbeEndpoint = (
  credentialId: string,
  modelId: string,
  endpoint: Endpoint,
  signal: AbortSignal,
) => Promise<EndpointProbe>;

/** What the admin API needs from the rest of the application. */
export interface AdminServices {
  readonly admin: Admin;
  readonly keys: KeyRegistry;
  readonly pool: Omit<Pool, 'lease' | 'probe' | 'reload' | 'close'>;
  readonly catalogue: Pick<Catalogue, 'list' | 'known' | 'lookUp' | 'reload'>;
  readonly models: ModelStore;
  /** The upstream's, in order of preference. */
  readonly routes: readonly CatalogueRoute[];
  readonly probeEndpoint: ProbeEndpoint;
  readonly doctor: Doctor;
  readonly alerts: Omit<Alerts, 'look'>;
  readonly backups: Pick<BackupSchedule, 'state' | 'run' | 'setPassphrase'> & {
    /** Where they go, as a whole path. */
    folder(): string;
    /** Newest first; milliseconds since the epoch. */
    files(): Promise<readonly { readonly name: string; readonly bytes: number; readonly at: number }[]>;
  };
  readonly settings: SettingsRegistry;
  readonly ledger: Ledger;
  readonly replicas: {
    /** Itself first. */
    list(): readonly Replica[];
    /** Why limits are not counted together, in English; undefined when they are. */
    apart(): string | undefined;
  };
  /** Takes in what another process has changed by now. */
  readonly refresh: () => Promise<void>;
  /** The database's trouble, as known; undefined when all is well. */
  readonly storageTrouble: () => Unavailable | undefined;
  /** Makes sure that a change will be kept. @throws Unavailable */
  readonly requireStorage: () => Promise<void>;
  /** Where the admin's browser and the clients reach the gateway, when the settings say. */
  readonly publicUrl: PublicUrl | undefined;
  /** It listens where only its own machine comes. */
  readonly isLocal: boolean;
  readonly version: string;
  readonly clock: Clock;
}
