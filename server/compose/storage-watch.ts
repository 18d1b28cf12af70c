import { shareRuns } from '../lib/share-runs.ts';
import { StoreFailure } from '../store/store-failure.ts';

export interface StorageWatchOptions {
  readonly store: { check(): Promise<void> };
  /** Told of each trouble once, when it begins. */
  readonly onTrouble: (failure: StoreFailure) => void;
  readonly onRecovered: () => void;
  /** Milliseconds between two looks. */
  readonly interval?: number;
}

/** Looks after the database, so that nobody believes that something is kept which will be gone after a restart. */
export interface StorageWatch {
  /** What is wrong, as known from the last look; undefined when all is well. */
  trouble(): StoreFailure | undefined;
  /** Looks now. @throws StoreFailure when a write would fail or be lost */
  require(): Promise<void>;
  /** Takes in what somebody else has met. Anything but a broken database shows by itself at the next look. */
  notice(failure: StoreFailure): void;
  stop(): void;
}

const defaultInterval = 5000;

export function watchStorage(options: StorageWatchOptions): StorageWatch {
  const { store, onTrouble, onRecovered, interval = defaultInterval } = options;
  let trouble: StoreFailure | undefined;
  /** A page that is broken stays so, also when others are not. */
  let broken: StoreFailure | undefined;

  const settle = (failure: StoreFailure | undefined) => {
    const before = trouble;
    trouble = broken ?? failure;
    if (trouble !== undefined && trouble.message !== before?.message) onTrouble(trouble);
    if (trouble === undefined && before !== undefined) onRecovered();
  };
  const look = shareRuns(async () => {
    try {
      await store.check();
      settle(undefined);
    } catch (error) {
      settle(
        error instanceof StoreFailure ? error : new StoreFailure('other', 'The database failed.', { cause: error }),
      );
    }
  });
  const timer = setInterval(() => void look(), interval).unref();
  return {
    trouble: () => trouble,
    async require() {
      await look();
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
