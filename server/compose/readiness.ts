import type { Problem } from '../http/health.ts';
import type { UsageStore } from '../ledger/usage-store.ts';
import { within } from '../lib/patience.ts';
import type { PoolCounts } from '../pool/credential-view.ts';

/** How long the database may take to answer; milliseconds. */
const patience = 2000;
const noCredential: Problem = {
  message: 'no credential is usable: see /admin/credentials',
  keepsFromServing: true,
};

export interface ReadinessSources {
  readonly store: Pick<UsageStore, 'hasRecords'>;
  readonly pool: () => Pick<PoolCounts, 'ready'>;
  /** Why nothing would be kept; undefined when all is well. */
  readonly storageTrouble: () => unknown;
  /** True where other replicas would fare no better: then requests are served from memory until it is back. */
  readonly isDatabaseShared: boolean;
  /** Besides. */
  readonly others: () => readonly Problem[];
}

/**
 * What keeps the gateway from serving, and what it goes on serving without. The database is asked once at a time, however
 * many want to know.
 */
export function createReadiness(sources: ReadinessSources): () => Promise<readonly Problem[]> {
  const { store, pool, storageTrouble, isDatabaseShared, others } = sources;
  let asking: Promise<boolean> | undefined;
  const isOpen = () => {
    asking ??= answersInTime(store).finally(() => {
      asking = undefined;
    });
    return asking;
  };
  const ofDatabase = (message: string): Problem => ({ message, keepsFromServing: !isDatabaseShared });
  const problemsOfDatabase = async () => {
    if (!(await isOpen())) return [ofDatabase('the database does not answer: see the log')];
    if (storageTrouble() === undefined) return [];
    return [ofDatabase('the database takes no writes, or would lose them: see the log')];
  };
  return async () => [...(await problemsOfDatabase()), ...(pool().ready > 0 ? [] : [noCredential]), ...others()];
}

async function answersInTime(store: Pick<UsageStore, 'hasRecords'>): Promise<boolean> {
  const answered = store.hasRecords().then(
    () => true,
    () => false,
  );
  return (await within(patience, answered)) ?? false;
}
