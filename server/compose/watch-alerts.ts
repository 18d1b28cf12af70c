import { type Alerts, createAlerts } from '../alerts/alerts.ts';
import { deliver } from '../alerts/deliver.ts';
import type { Config } from '../config.ts';
import { hasBudget } from '../keys/budget.ts';
import type { ApiKey } from '../keys/key.ts';
import { readSpending } from '../keys/read-spending.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { systemClock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import { waitAtMost } from '../lib/wait-at-most.ts';
import type { Duties } from '../shared-state/shared-state.ts';
import type { Data } from './open-data.ts';
import type { ScheduledBackups } from './schedule-backups.ts';
import type { StorageWatch } from './storage-watch.ts';

/** Milliseconds. */
const interval = 15_000;
/** How long to wait for a running check when the gateway stops; milliseconds. */
const finalCheckTimeout = 1000;
/** Milliseconds after which a replica that does not respond loses the duty. */
const dutyTime = 60_000;

/** How far back the error rate looks. */
const trafficMinutes = 10;
const noTraffic = { requests: 0, failures: 0 };

export interface AlertWatch {
  readonly alerts: Alerts;
  /** Starts to check. @returns a function that stops it and waits briefly for a running check */
  start(): () => Promise<void>;
}

interface WatchOptions {
  readonly data: Data;
  readonly duties: Duties;
  readonly ledger: Pick<Ledger, 'usedSince' | 'recentTraffic'>;
  readonly backups: Pick<ScheduledBackups, 'state'>;
  readonly storage: Pick<StorageWatch, 'trouble'>;
  readonly config: Pick<Config, 'proxy' | 'publicUrl'>;
  readonly warn: (message: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Checks every few seconds whether there is something to report to the admin. */
export function watchAlerts(options: WatchOptions): AlertWatch {
  const { data, duties, ledger, backups, storage, config, warn, onError } = options;
  const { store, pool, keys } = data;
  const { publicUrl, proxy } = config;
  const spendingOf = async (key: ApiKey, isWanted: boolean, now: number) =>
    isWanted && key.enabled && hasBudget(key.limits) ? readSpending(ledger, key.id, now) : undefined;
  const alerts = createAlerts({
    store: store.alerts,
    async readFacts({ rules }) {
      const now = systemClock();
      const storageTrouble = storage.trouble()?.message;
      const backup = backups.state().last ?? undefined;
      const inMemory = { now, credentials: pool.list(), backup, storageTrouble };
      try {
        const [counted, traffic] = await Promise.all([
          Promise.all(
            keys.list().map(async (key) => ({ key, spending: await spendingOf(key, rules.keyBudget.enabled, now) })),
          ),
          rules.errorRate.enabled ? ledger.recentTraffic(trafficMinutes) : noTraffic,
        ]);
        return { ...inMemory, keys: counted, traffic, isComplete: true };
      } catch (error) {
        if (storageTrouble === undefined) throw error;
        return { ...inMemory, keys: [], traffic: noTraffic, isComplete: false };
      }
    },
    deliver: (channel, message, id, options) => deliver(channel, message, id, { ...options, proxy }),
    claimDuty: () => duties.claim('alerts', dutyTime),
    link: publicUrl === undefined ? undefined : `${publicUrl.origin}${publicUrl.basePath}/admin/`,
    newId: createId,
    clock: systemClock,
    warn,
  });
  return {
    alerts,
    start() {
      let timer: NodeJS.Timeout | undefined;
      let running: Promise<void> = Promise.resolve();
      let stopped = false;
      const next = () => {
        if (stopped) return;
        timer = setTimeout(() => {
          running = alerts.check().catch(onError).finally(next);
        }, interval).unref();
      };
      next();
      return async () => {
        stopped = true;
        clearTimeout(timer);
        await waitAtMost(finalCheckTimeout, running);
      };
    },
  };
}
