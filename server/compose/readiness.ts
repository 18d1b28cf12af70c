import type { UsageStore } from '../ledger/usage-store.ts';
import { within } from '../lib/patience.ts';
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
  storageTrouble: () => unknown,
): () => Promise<readonly string[]> {
  let asking: Promise<boolean> | undefined;
  const isOpen = () => {
    asking ??= answersInTime(store).finally(() => {
      asking = undefined;
    });
    return asking;
  };
  const problemsOfDatabase = async () => {
    if (storageTrouble() !== undefined) return ['the database takes no writes, or would lose them: see the log'];
    return (await isOpen()) ? [] : ['the database does not answer: see the log'];
  };
  return async () => [
    ...(await problemsOfDatabase()),
    ...(pool().ready > 0 ? [] : ['no credential is usable: see /admin/credentials']),
  ];
}

async function answersInTime(store: Pick<UsageStore, 'hasRecords'>): Promise<boolean> {
  const answered = store.hasRecords().then(
    () => true,
    () => false,
  );
  return (await within(patience, answered)) ?? false;
}
