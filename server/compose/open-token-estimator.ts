import { createTokenEstimator, type EstimateStore, type TokenEstimator } from '../ledger/token-estimator.ts';

/** How often the learned state is saved; milliseconds. A crash loses no more than this. */
const interval = 60_000;

export interface StoredTokenEstimator {
  readonly estimator: TokenEstimator;
  /** Saves changes. */
  close(): Promise<void>;
}

/**
 * An estimator that continues with the state from before the last stop. Errors of reading or writing are only reported.
 */
export async function openTokenEstimator(
  store: EstimateStore,
  onError: (error: unknown) => void,
  every = interval,
): Promise<StoredTokenEstimator> {
  const estimator = createTokenEstimator();
  estimator.restore(
    await store.load().catch((error) => {
      onError(error);
      return [];
    }),
  );
  const save = async () => {
    const news = estimator.takeChanges();
    if (news !== undefined) await store.save(news).catch(onError);
  };
  const timer = setInterval(() => void save(), every).unref();
  return {
    estimator,
    async close() {
      clearInterval(timer);
      await save();
    },
  };
}
