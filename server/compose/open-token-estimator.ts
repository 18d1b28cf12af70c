import { createTokenEstimator, type EstimateStore, type TokenEstimator } from '../ledger/token-estimator.ts';

/** How often what was learned is written; milliseconds. A crash costs no more than that. */
const interval = 60_000;

export interface KeptTokenEstimator {
  readonly estimator: TokenEstimator;
  /** Writes what is new. */
  close(): Promise<void>;
}

/** An estimator that knows what it learned before the last stop. What cannot be read or written is reported, and no more. */
export async function openTokenEstimator(
  store: EstimateStore,
  onError: (error: unknown) => void,
  every = interval,
): Promise<KeptTokenEstimator> {
  const estimator = createTokenEstimator();
  estimator.restore(
    await store.load().catch((error) => {
      onError(error);
      return [];
    }),
  );
  const save = async () => {
    const news = estimator.takeNews();
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
