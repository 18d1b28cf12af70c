import { packRecords } from '../../ledger/packed-record.ts';
import type { UsageRecord } from '../../ledger/usage-record.ts';
import type { Data } from '../open-data.ts';
import { demoAccounts, demoClients, toNewCredential } from './accounts-and-clients.ts';
import { writeHistory } from './history.ts';
import type { LiveClient } from './traffic.ts';

const days = 30;
const batch = 500;
/** Milliseconds. */
const testTimeout = 10_000;

/**
 * Fills a new data folder with accounts, keys and a month of records.
 *
 * @returns the clients with their keys
 */
export async function prepareBusyDay(data: Data, now: number): Promise<readonly LiveClient[]> {
  const credentials = [];
  for (const account of demoAccounts) {
    const { credential } = await data.pool.add(toNewCredential(account, now));
    credentials.push({ id: credential.id, label: account.label || account.email, weight: account.pastWeight });
  }
  const clients = [];
  for (const client of demoClients) {
    const { key, secret } = await data.keys.generate({ name: client.keyName, limits: client.limits });
    clients.push({ ...client, keyId: key.id, key: secret });
  }
  const pricesOf = (model: string) => data.catalogue.lookUp(model)?.prices ?? null;
  const credentialUses = new Map<string, number>();
  const keyUses = new Map<string, number>();
  let records: UsageRecord[] = [];
  const flush = async () => {
    if (records.length > 0) await data.store.usage.append(packRecords(records));
    records = [];
  };
  for (const record of writeHistory({ now, days, credentials, clients, pricesOf })) {
    records.push(record);
    for (const { credentialId, startedAt } of record.attempts) credentialUses.set(credentialId, Math.floor(startedAt));
    if (record.keyId !== null) keyUses.set(record.keyId, record.startedAt);
    if (records.length === batch) await flush();
  }
  await flush();
  for (const [id, lastUsedAt] of credentialUses) await data.store.credentials.update(id, { lastUsedAt });
  await data.store.keys.touch(keyUses);
  await Promise.all([data.pool.reload(), data.keys.reload()]);
  // Otherwise the first requests would have to find out which accounts are sick.
  const signal = AbortSignal.timeout(testTimeout);
  await Promise.all(credentials.map(({ id }) => data.pool.test(id, signal)));
  return clients;
}
