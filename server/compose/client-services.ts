import type { Config } from '../config.ts';
import { Failure } from '../conversation/failure.ts';
import { createExchange, type Exchange } from '../exchange/create-exchange.ts';
import { createProofMemory } from '../exchange/proof-memory.ts';
import { BodyBudget } from '../http/client-api/body-budget.ts';
import type { ClientApiServices } from '../http/client-api/client-api.ts';
import { RunningRequests } from '../http/client-api/running-requests.ts';
import { StalledReaders } from '../http/client-api/stalled-readers.ts';
import { createKeyLimiter } from '../keys/limits.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { UsageRecord } from '../ledger/usage-record.ts';
import { systemClock } from '../lib/clock.ts';
import { createAnswerMemory } from '../memory/answer-memory.ts';
import { PoolExhausted } from '../pool/pool.ts';
import { upstreamRoutes } from '../upstream/routes/index.ts';
import type { Data } from './open-data.ts';
import { openRefusedMembers } from './open-refused-members.ts';
import { openTokenEstimator } from './open-token-estimator.ts';
import { retryAfterRefresh } from './retry-after-refresh.ts';
import { shareProofs } from './share-proofs.ts';

/** The services of the client APIs, and what their requests use. */
export interface ClientServices {
  readonly clientApi: ClientApiServices;
  readonly exchange: Exchange;
  readonly running: RunningRequests;
  /** Saves what was learned. Call it when no exchange is running. */
  close(): Promise<void>;
}

interface ClientServicesOptions {
  readonly config: Pick<Config, 'bodyMemoryBytes' | 'readerTimeout'>;
  readonly ledger: Ledger;
  /** Records a finished exchange. */
  readonly record: (record: UsageRecord) => void;
  readonly onError: (error: unknown) => void;
}

/** Builds the services of the client APIs. */
export async function openClientServices(data: Data, options: ClientServicesOptions): Promise<ClientServices> {
  const { store, shared, settings, catalogue, keys, pool, client, clientVault, refresh } = data;
  const { config, ledger, record, onError } = options;
  const tokenEstimates = await openTokenEstimator(store.tokenEstimates, onError);
  const { estimator } = tokenEstimates;
  const memorySettings = () => settings.current().memory;
  const isShared = shared.status().kind === 'redis';
  const exchange = createExchange({
    catalogue,
    estimator,
    pool: { lease: retryAfterRefresh((request) => pool.lease(request), refresh, isExhausted) },
    client,
    routes: upstreamRoutes,
    refusedMembers: await openRefusedMembers(store.settings, onError),
    proofs: createProofMemory({
      clock: systemClock,
      shared: isShared ? shareProofs({ shelf: shared.shelf, vault: clientVault, settings: memorySettings }) : undefined,
    }),
    settings: () => settings.current(),
    clock: systemClock,
    record,
  });
  const memory = createAnswerMemory({ settings: memorySettings, shared, vault: clientVault, clock: systemClock });
  const running = new RunningRequests();
  return {
    clientApi: {
      keys: { verify: retryAfterRefresh((secret: string | undefined) => keys.verify(secret), refresh, isRefusedKey) },
      limiter: createKeyLimiter({ budgetSource: ledger, shared, onError }),
      catalogue,
      estimator,
      exchange,
      bodyBudget: new BodyBudget({ total: config.bodyMemoryBytes, perCaller: config.bodyMemoryBytes / 2 }),
      memory,
      vault: clientVault,
      running,
      stalledReaders: new StalledReaders({ timeout: config.readerTimeout }),
      settings: () => settings.current(),
      clock: systemClock,
    },
    exchange,
    running,
    async close() {
      memory.close();
      await tokenEstimates.close();
    },
  };
}

const isExhausted = (error: unknown) => error instanceof PoolExhausted;
const isRefusedKey = (error: unknown) => error instanceof Failure && error.reason !== 'missing-api-key';
