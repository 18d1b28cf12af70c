import { shareRuns } from '../lib/share-runs.ts';
import { StoreFailure } from '../store/store-failure.ts';

export interface StorageWatchOptions {
  readonly store: { check(): Promise<void> };
  /** Called once for each problem when it begins. */
  readonly onTrouble: (failure: StoreFailure) => void;
  readonly onRecovered: () => void;
  /** Milliseconds between two checks. */
  readonly interval?: number;
}

/** Monitors the database, so that no change is confirmed that would be lost after a restart. */
export interface StorageWatch {
  /** The problem found by the last check; undefined if there is none. */
  trouble(): StoreFailure | undefined;
  /** Checks now. @throws StoreFailure if a write would fail or be lost */
  require(): Promise<void>;
  /** Reports a failure seen elsewhere. Only corruption needs this; the next check finds everything else. */
  notice(failure: StoreFailure): void;
  stop(): void;
}

const defaultInterval = 5000;

export function watchStorage(options: StorageWatchOptions): StorageWatch {
  const { store, onTrouble, onRecovered, interval = defaultInterval } = options;
  let trouble: StoreFailure | undefined;
  /** A corrupt page stays corrupt, even if a check of other pages succeeds. */
  let broken: StoreFailure | undefined;

  const settle = (failure: StoreFailure | undefined) => {
    const before = trouble;
    trouble = broken ?? failure;
    if (trouble !== undefined && trouble.message !== before?.message) onTrouble(trouble);
    if (trouble === undefined && before !== undefined) onRecovered();
  };
  const check = shareRuns(async () => {
    try {
      await store.check();
      settle(undefined);
    } catch (error) {
      settle(
        error instanceof StoreFailure ? error : new StoreFailure('other', 'The database failed.', { cause: error }),
      );
    }
  });
  const timer = setInterval(() => void check(), interval).unref();
  return {
    trouble: () => trouble,
    async require() {
      await check();
      if (trouble !== undefined) throw trouble;
    },
    notice(failure) {
      if (failure.kind !== 'corrupt') return;
      broken = failure;
      settle(undefined);
    },
    stop: () => clearInterval(timer),
  };
}
