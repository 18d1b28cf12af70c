import { expect, it } from 'vitest';
import { listRequests } from './list-requests.ts';
import { grainLength } from './roll-up.ts';
import type { RecordQuery } from './usage-store.ts';

const now = 100 * grainLength.day + 5;

/** A store with the given number of records on each day, newest first, that remembers its queries. */
function storeOf(counts: ReadonlyMap<number, number>) {
  const asked: RecordQuery[] = [];
  return {
    asked,
    scan: async (query: RecordQuery) => {
      asked.push(query);
      return [];
    },
    get: async () => undefined,
    countByStart: async ({ from, to }: { from: number; to: number }) =>
      [...counts]
        .map(([day, count]) => ({ start: day * grainLength.day, count }))
        .filter(({ start }) => start >= from && start < to),
  };
}

it('limits the number of records that it scans for the largest ones, but scans at least a day', async () => {
  const store = storeOf(
    new Map([
      [100, 150_000],
      [99, 40_000],
      [98, 20_000],
      [97, 5],
    ]),
  );
  const page = await listRequests(store, { largest: 'cost' }, { limit: 10 }, now);
  expect(page.scannedSince).toBe(99 * grainLength.day);
  expect(store.asked).toMatchObject([
    { from: 99 * grainLength.day, to: now + 1, largest: 'cost', offset: 0, limit: 11 },
  ]);
  const busy = storeOf(
    new Map([
      [100, 900_000],
      [99, 1],
    ]),
  );
  expect(await listRequests(busy, { largest: 'cost' }, { limit: 10 }, now)).toMatchObject({
    scannedSince: 100 * grainLength.day,
  });
});

it('does not report a limit if all records were scanned', async () => {
  const store = storeOf(
    new Map([
      [100, 10],
      [99, 10],
    ]),
  );
  const from = 99 * grainLength.day + 7;
  const page = await listRequests(store, { largest: 'tokens', from }, { limit: 10 }, now);
  expect(page.scannedSince).toBeNull();
  expect(store.asked).toMatchObject([{ from }]);
});
