import type { Problem } from '../http/health.ts';
import type { UsageStore } from '../ledger/usage-store.ts';
import { waitAtMost } from '../lib/wait-at-most.ts';
import type { PoolCounts } from '../pool/credential-view.ts';

/** How long the database may take to respond; milliseconds. */
const timeout = 2000;
const noCredential: Problem = {
  message: 'no credential is usable: see /admin/credentials',
  keepsFromServing: true,
};

export interface ReadinessSources {
  readonly store: Pick<UsageStore, 'hasRecords'>;
  readonly pool: () => Pick<PoolCounts, 'ready'>;
  /** Why changes cannot be stored; undefined if they can. */
  readonly storageTrouble: () => unknown;
  /**
   * Whether other replicas would have the same problem. Then requests are served from memory until the database is
   * back.
   */
  readonly isDatabaseShared: boolean;
  /** Further problems. */
  readonly others: () => readonly Problem[];
}

/**
 * Finds problems that prevent the gateway from serving, or that it serves despite. Concurrent calls share one query of
 * the database.
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
    if (!(await isOpen())) return [ofDatabase('the database does not respond: see the log')];
    if (storageTrouble() === undefined) return [];
    return [ofDatabase('the database cannot store changes, or would lose them: see the log')];
  };
  return async () => [...(await problemsOfDatabase()), ...(pool().ready > 0 ? [] : [noCredential]), ...others()];
}

async function answersInTime(store: Pick<UsageStore, 'hasRecords'>): Promise<boolean> {
  const answered = store.hasRecords().then(
    () => true,
    () => false,
  );
  return (await waitAtMost(timeout, answered)) ?? false;
}
