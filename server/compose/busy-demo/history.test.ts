import { describe, expect, it } from 'vitest';
import { demoAccounts, demoClients } from './accounts-and-clients.ts';
import { writeHistory } from './history.ts';

const now = Date.UTC(2026, 4, 6, 15, 0);
const hour = 3_600_000;
const options = {
  now,
  days: 30,
  credentials: demoAccounts.map(({ email, label, pastWeight }) => ({ id: email, label, weight: pastWeight })),
  clients: demoClients.map((client) => ({ ...client, keyId: `id of ${client.keyName}` })),
  pricesOf: () => ({ input: 3, output: 15, cacheRead: 0.3 }),
};
const records = [...writeHistory(options)];

describe('the past of the busy demo', () => {
  it('is a month of traffic, in order, with ids that sort by time', () => {
    expect(records.length).toBeGreaterThan(3000);
    expect(records.length).toBeLessThan(30_000);
    const times = records.map(({ startedAt }) => startedAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(now - 30 * 24 * hour);
    expect(times.at(-1)).toBeLessThan(now);
    const ids = records.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has a gap while the machine was off, incidents, and successful failovers', () => {
    expect(records.filter(({ startedAt }) => startedAt > now - 51 * hour && startedAt < now - 48.5 * hour)).toEqual([]);
    const outcomes = new Set(records.map(({ outcome }) => outcome));
    expect(outcomes).toEqual(new Set(['success', 'failure', 'aborted']));
    const failedOver = records.filter(({ outcome, attempts }) => outcome === 'success' && attempts.length > 1);
    expect(failedOver.length).toBeGreaterThan(100);
    for (const { attempts } of failedOver) {
      expect(new Set(attempts.map(({ credentialId }) => credentialId)).size).toBe(attempts.length);
    }
  });

  it('has consistent times', () => {
    for (const { startedAt, totalTime, firstTokenTime, attempts, status } of records) {
      const last = attempts.at(-1);
      expect(firstTokenTime ?? 0).toBeLessThanOrEqual(totalTime);
      if (last) expect(last.startedAt + last.milliseconds).toBe(startedAt + totalTime);
      else expect(status).toBeGreaterThanOrEqual(400);
    }
  });

  it('is reproducible, except for the random part of the ids', () => {
    const again = [...writeHistory(options)];
    expect(again.map(({ id: _id, ...rest }) => rest)).toEqual(records.map(({ id: _id, ...rest }) => rest));
  });
});
