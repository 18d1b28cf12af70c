import type { AdminServices } from '../http/admin-api/admin-services.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { systemClock } from '../lib/clock.ts';
import { upstreamRoutes } from '../upstream/routes/index.ts';
import type { Data } from './open-data.ts';
import { createEndpointProbe } from './probe-endpoint.ts';
import type { StorageWatch } from './storage-watch.ts';

/** The house, as the admin API sees it. */
export function createAdminServices(
  data: Data,
  { ledger, storage, version }: { ledger: Ledger; storage: StorageWatch; version: string },
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
    settings,
    ledger,
    refresh: data.refresh,
    storageTrouble: storage.trouble,
    requireStorage: storage.require,
    version,
    clock: systemClock,
  };
}
