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
  /** The upstream's status, if it responded. */
  readonly status?: number;
  /** English, without secrets. */
  readonly message: string;
  readonly milliseconds: number;
}

/**
 * Sends a tiny request to a model with this credential and endpoint. Never throws because of the upstream's response.
 */
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
  /** The upstream's routes, in order of preference. */
  readonly routes: readonly CatalogueRoute[];
  readonly probeEndpoint: ProbeEndpoint;
  readonly doctor: Doctor;
  readonly alerts: Omit<Alerts, 'check'>;
  readonly backups: Pick<BackupSchedule, 'state' | 'backUpNow' | 'setPassphrase'> & {
    /** The folder for backups, as an absolute path. */
    folder(): string;
    /** Newest first; milliseconds since the epoch. */
    files(): Promise<readonly { readonly name: string; readonly bytes: number; readonly at: number }[]>;
  };
  readonly settings: SettingsRegistry;
  readonly ledger: Ledger;
  readonly replicas: {
    /** All replicas, this one first. */
    list(): readonly Replica[];
    /** Why limits are not shared between replicas, in English; undefined if they are. */
    sharingTrouble(): string | undefined;
  };
  /** Loads changes that other processes have made. */
  readonly refresh: () => Promise<void>;
  /** The known problem with the database; undefined if there is none. */
  readonly storageTrouble: () => Unavailable | undefined;
  /** Checks that changes can be stored. @throws Unavailable */
  readonly requireStorage: () => Promise<void>;
  /** `PUBLIC_URL`: where browsers and clients reach the gateway. */
  readonly publicUrl: PublicUrl | undefined;
  /** Whether the gateway listens on loopback only. */
  readonly isLocal: boolean;
  readonly version: string;
  readonly clock: Clock;
}
