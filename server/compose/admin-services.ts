import type { Alerts } from '../alerts/alerts.ts';
import type { Config } from '../config.ts';
import type { AdminServices } from '../http/admin-api/admin-services.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { systemClock } from '../lib/clock.ts';
import type { PublicUrl } from '../lib/public-url.ts';
import { upstreamRoutes } from '../upstream/routes/index.ts';
import { createGatewayDoctor } from './create-doctor.ts';
import type { Replicas } from './join-replicas.ts';
import type { Data } from './open-data.ts';
import { createEndpointProbe } from './probe-endpoint.ts';
import type { ScheduledBackups } from './schedule-backups.ts';
import type { StorageWatch } from './storage-watch.ts';

/** Builds the services of the admin API. */
export function createAdminServices(
  data: Data,
  own: {
    ledger: Ledger;
    alerts: Alerts;
    storage: StorageWatch;
    backups: ScheduledBackups;
    replicas: Replicas;
    publicUrl: PublicUrl | undefined;
    isLocal: boolean;
    version: string;
    config: Config;
  },
): AdminServices {
  const { admin, keys, pool, catalogue, settings, store, client } = data;
  return {
    admin,
    keys,
    pool,
    catalogue,
    models: store.models,
    routes: [...upstreamRoutes.values()],
    probeEndpoint: createEndpointProbe({ catalogue, pool, client, routes: upstreamRoutes }),
    doctor: createGatewayDoctor(own.config, { isServing: true, open: async () => data }),
    settings,
    refresh: data.refresh,
    storageTrouble: own.storage.trouble,
    requireStorage: own.storage.require,
    replicas: own.replicas,
    ledger: own.ledger,
    alerts: own.alerts,
    backups: own.backups,
    publicUrl: own.publicUrl,
    isLocal: own.isLocal,
    version: own.version,
    clock: systemClock,
  };
}
