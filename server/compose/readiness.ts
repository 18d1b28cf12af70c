import type { UsageStore } from '../ledger/usage-store.ts';
import type { PoolCounts } from '../pool/credential-view.ts';

/** How long the database may take to answer; milliseconds. */
const patience = 2000;

/**
 * What keeps the gateway from serving, in words without secrets. The database is asked once at a time, however many want
 * to know.
 */
export function createReadiness(
  store: Pick<UsageStore, 'hasRecords'>,
  pool: () => Pick<PoolCounts, 'ready'>,
): () => Promise<readonly string[]> {
  let asking: Promise<boolean> | undefined;
  const isOpen = () => {
    asking ??= answersInTime(store).finally(() => {
      asking = undefined;
    });
    return asking;
  };
  return async () => [
    ...((await isOpen()) ? [] : ['the database does not answer: see the log']),
    ...(pool().ready > 0 ? [] : ['no credential is usable: see /admin/credentials']),
  ];
}

async function answersInTime(store: Pick<UsageStore, 'hasRecords'>): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, patience, false);
  const answered = store.hasRecords().then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
