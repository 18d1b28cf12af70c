import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLedger } from '../../ledger/ledger.ts';
import { InvalidCursor, type RequestsQuery } from '../../ledger/list-requests.ts';
import { packRecords } from '../../ledger/packed-record.ts';
import { deleteOldUsage } from '../../ledger/retention.ts';
import { type Dimension, dimensions, floorTo, grainLength, grains } from '../../ledger/roll-up.ts';
import { addRecord, emptySums, toTotals } from '../../ledger/sums.ts';
import { sampleRecord } from '../../ledger/testing/sample-record.ts';
import type { UsageRecord } from '../../ledger/usage-record.ts';
import type { UsageFilter, UsageStore } from '../../ledger/usage-store.ts';
import type { StoreHarness } from './harness.ts';
import { generateRecords, usageNow } from './usage-records.ts';

const { hour, day } = grainLength;
const everything = { from: 0, to: usageNow + day, filter: {} } as const;

const filters: fc.Arbitrary<UsageFilter> = fc
  .record(
    {
      keys: fc.subarray(['k0', 'k1', 'k2', 'none']),
      models: fc.subarray(['m0', 'm1', 'm2']),
      credentials: fc.subarray(['c0', 'c1', 'c2', '']),
    },
    { requiredKeys: [] },
  )
  .map((filter) => filter);

const matches = (filter: UsageFilter) => (record: UsageRecord) =>
  (filter.keys?.includes(record.keyId ?? '') ?? true) &&
  (filter.models?.includes(record.model) ?? true) &&
  (filter.credentials?.includes(record.credentialId ?? '') ?? true);

const readValue: Readonly<Record<Dimension, (record: UsageRecord) => string>> = {
  key: (record) => record.keyId ?? '',
  model: (record) => record.model,
  credential: (record) => record.credentialId ?? '',
  status: (record) => String(record.status),
};

function sumOf(records: readonly UsageRecord[]) {
  const sums = emptySums();
  for (const record of records) addRecord(sums, record);
  return sums;
}

/** How the roll-ups must add up. */
export function describeRollUps(engine: string, harness: StoreHarness<UsageStore>): void {
  describe(`UsageStore on ${engine}: roll-ups`, () => {
    const records = generateRecords(400, 40 * day);

    /** Appends in several batches, so that existing sums are updated. */
    const fill = async () => {
      const store = await harness.open();
      for (let index = 0; index < records.length; index += 37)
        await store.append(packRecords(records.slice(index, index + 37)));
      return store;
    };

    it('sum up the records, by time and by value, with every filter', async () => {
      const store = await fill();
      const times = fc.tuple(fc.integer({ min: -1, max: 41 }), fc.integer({ min: -1, max: 41 }));
      const query = fc.record({
        grain: fc.constantFrom('hour', 'day'),
        times,
        filter: filters,
        by: fc.constantFrom(...dimensions),
      });
      await fc.assert(
        fc.asyncProperty(query, async ({ grain, times: [a, b], filter, by }) => {
          const start = floorTo('day', usageNow - 40 * day);
          const [from, to] = [start + Math.min(a, b) * day, start + Math.max(a, b) * day];
          const matching = records.filter(
            (record) => record.startedAt >= from && record.startedAt < to && matches(filter)(record),
          );
          const ask = { grain, from, to, filter } as const;
          const byStart = Map.groupBy(matching, (record) => floorTo(grain, record.startedAt));
          expect(await store.sumByStart(ask)).toEqual(
            [...byStart]
              .map(([time, group]) => ({ start: time, sums: sumOf(group) }))
              .sort((x, y) => x.start - y.start),
          );
          const byValue = Map.groupBy(matching, readValue[by]);
          const found = await store.sumByDimension(ask, by);
          expect(Object.fromEntries(found.map(({ value, sums }) => [value, sums]))).toEqual(
            Object.fromEntries([...byValue].map(([value, group]) => [value, sumOf(group)])),
          );
        }),
        { numRuns: 60 },
      );
    });

    it('return the usage of each value at each time', async () => {
      const store = await fill();
      const query = fc.record({
        grain: fc.constantFrom('hour', 'day'),
        filter: filters,
        by: fc.constantFrom(...dimensions),
      });
      await fc.assert(
        fc.asyncProperty(query, async ({ grain, filter, by }) => {
          const entries = await store.sumSeries({ grain, ...everything, filter }, by);
          const found = new Map(
            entries.map(({ value, start, requests, inputTokens, outputTokens, nanodollars }) => [
              `${value} ${start}`,
              { requests, inputTokens, outputTokens, nanodollars },
            ]),
          );
          const grouped = Map.groupBy(
            records.filter(matches(filter)),
            (record) => `${readValue[by](record)} ${floorTo(grain, record.startedAt)}`,
          );
          expect(found).toEqual(
            new Map(
              [...grouped].map(([name, group]) => {
                const { requests, inputTokens, outputTokens, nanodollars } = sumOf(group);
                return [name, { requests, inputTokens, outputTokens, nanodollars }];
              }),
            ),
          );
        }),
        { numRuns: 20 },
      );
    });

    it('summarise the days of a time zone, with the preceding period and the largest models', async () => {
      const ledger = createLedger(await fill(), () => usageNow);
      const zone = 'Asia/Shanghai';
      const from = usageNow - 6 * day;
      const summary = await ledger.summarise({ interval: 'day', from, zone, stack: 'model', compare: true });
      expect(summary).toMatchObject({ interval: 'day', zone });
      const starts = summary.series.map(({ start }) => start);
      for (const start of starts) expect(new Date(start).getUTCHours()).toBe(16);
      const within = (since: number, until: number) =>
        records.filter(({ startedAt }) => startedAt >= since && startedAt < until);
      for (const { start, end, ...totals } of summary.series)
        expect(totals).toEqual(toTotals(sumOf(within(start, end))));
      const begin = starts[0] ?? 0;
      const before = floorTo('hour', begin - (usageNow - begin));
      expect(summary.previous).toEqual(toTotals(sumOf(within(before, begin))));
      const cost = summary.stacks.flatMap(({ points }) => points).reduce((sum, point) => sum + point.cost, 0);
      expect(cost).toBeCloseTo(summary.totals.cost, 6);
      for (const { points } of summary.stacks) expect(points).toHaveLength(starts.length);
    });

    it('summarise any period in whole intervals, without gaps', async () => {
      const ledger = createLedger(await fill(), () => usageNow);
      const time = fc.integer({ min: usageNow - 41 * day, max: usageNow });
      const query = fc.record({
        interval: fc.constantFrom(...grains),
        times: fc.tuple(time, time),
        filter: filters,
        by: fc.constantFrom(...dimensions),
      });
      await fc.assert(
        fc.asyncProperty(query, async ({ interval, times, filter, by }) => {
          const [from, to] = [Math.min(...times), Math.max(...times)];
          const summary = await ledger.summarise({ interval, from, to, filter, by });
          const length = grainLength[summary.interval];
          const start = floorTo(summary.interval, from);
          const matching = records.filter(
            (record) =>
              record.startedAt >= start &&
              record.startedAt < floorTo(summary.interval, to + length - 1) &&
              matches(filter)(record),
          );
          expect(summary.totals).toEqual(toTotals(sumOf(matching)));
          expect(summary.series.map((point) => point.start)).toEqual(
            Array.from({ length: Math.ceil((to - start) / length) }, (_, index) => start + index * length),
          );
          const byStart = Map.groupBy(matching, (record) => floorTo(summary.interval, record.startedAt));
          for (const { start: at, end, ...totals } of summary.series) {
            expect(end - at).toBe(length);
            expect(totals).toEqual(toTotals(sumOf(byStart.get(at) ?? [])));
          }
          const groups = [...Map.groupBy(matching, readValue[by])].map(([value, group]) => [
            value,
            toTotals(sumOf(group)),
          ]);
          expect(
            Object.fromEntries(summary.groups.map(({ value, label: _label, ...totals }) => [value, totals])),
          ).toEqual(Object.fromEntries(groups));
          const requests = summary.groups.map((group) => group.requests);
          expect(requests).toEqual(requests.toSorted((a, b) => b - a));
        }),
        { numRuns: 40 },
      );
    });

    it('find a request by its id or failure message, combined with other filters', async () => {
      const ledger = createLedger(await fill(), () => usageNow);
      const search = async (text: string, asked: RequestsQuery = {}) =>
        (await ledger.list({ search: text, ...asked }, { limit: 50 })).requests.map(({ id }) => id);
      const failed = records.find(({ outcome }) => outcome === 'failure');
      expect(await search('r00007')).toEqual(['r00007']);
      expect(await search(' r00007 ', { outcome: records[7]?.outcome })).toEqual(['r00007']);
      expect(await search('r00007', { filter: { keys: ['none'] } })).toEqual([]);
      expect(await search('r00007', { to: records[7]?.startedAt })).toEqual([]);
      expect(await search(failed?.failureMessage ?? '')).toEqual([failed?.id]);
      expect(await search('r00')).toEqual([]);
    });

    it('reject an invalid cursor', async () => {
      const ledger = createLedger(await harness.open());
      for (const cursor of ['', 'x', '1', '1.', '.a', '-1.a', '12345678901234567.a']) {
        await expect(ledger.list({}, { cursor, limit: 5 })).rejects.toThrow(InvalidCursor);
      }
      expect((await ledger.list({}, { cursor: '1.a', limit: 5 })).requests).toEqual([]);
    });

    it('find every record that matches a query, page by page', async () => {
      const ledger = createLedger(await fill(), () => usageNow);
      const newestFirst = records.toSorted((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
      const query = fc.record({
        filter: filters,
        outcome: fc.option(fc.constantFrom('success', 'failure', 'aborted'), { nil: undefined }),
        from: fc.option(fc.integer({ min: usageNow - 41 * day, max: usageNow }), { nil: undefined }),
        to: fc.option(fc.integer({ min: usageNow - 41 * day, max: usageNow }), { nil: undefined }),
        limit: fc.integer({ min: 3, max: 80 }),
      });
      await fc.assert(
        fc.asyncProperty(query, async ({ limit, ...asked }) => {
          const expected = newestFirst.filter(
            (record) =>
              matches(asked.filter)(record) &&
              (asked.outcome === undefined || record.outcome === asked.outcome) &&
              record.startedAt >= (asked.from ?? 0) &&
              record.startedAt < (asked.to ?? usageNow + 1),
          );
          let cursor: string | undefined;
          // Two pages are enough here. The export's test reads all pages.
          for (const part of [expected.slice(0, limit), expected.slice(limit, 2 * limit)]) {
            const page = await ledger.list(asked, { cursor, limit });
            expect(page.requests.map(({ id }) => id)).toEqual(part.map(({ id }) => id));
            if (page.nextCursor === null) break;
            cursor = page.nextCursor;
          }
        }),
        { numRuns: 60 },
      );
      const exported: string[] = [];
      for await (const page of ledger.export({})) exported.push(...page.map(({ id }) => id));
      expect(exported).toEqual(newestFirst.map(({ id }) => id));
    });

    it('return the last hour by minute', async () => {
      const store = await harness.open();
      const ago = (id: string, time: number) => sampleRecord({ id, startedAt: usageNow - time });
      await store.append(
        packRecords([ago('now', 0), ago('r1', 30 * 60_000), ago('r2', 59 * 60_000), ago('old', 61 * 60_000)]),
      );
      const ledger = createLedger(store, () => usageNow);
      expect((await ledger.lastHour()).requests).toBe(3);
      expect((await ledger.last24Hours()).requests).toBe(4);
    });

    it('return the activity of one or all keys or credentials', async () => {
      const store = await harness.open();
      const of = (id: string, keyId: string, credentialId: string) =>
        sampleRecord({ id, keyId, credentialId, startedAt: usageNow });
      await store.append(packRecords([of('r1', 'k1', 'c1'), of('r2', 'k2', 'c1'), of('r3', 'k2', 'c2')]));
      const ledger = createLedger(store, () => usageNow);
      const lastOf = async (activity: ReturnType<typeof ledger.keyActivity>) =>
        [...(await activity)].map(([id, counts]) => [id, counts.at(-1)?.requests]);
      expect(await lastOf(ledger.keyActivity())).toEqual([
        ['k1', 1],
        ['k2', 2],
      ]);
      expect(await lastOf(ledger.keyActivity('k2'))).toEqual([['k2', 2]]);
      expect(await lastOf(ledger.credentialActivity('c1'))).toEqual([['c1', 2]]);
      expect(await lastOf(ledger.keyActivity('none'))).toEqual([]);
    });

    it('count the last minutes’ requests, and their failures that are not the client’s', async () => {
      const store = await harness.open();
      const ended = (outcome: UsageRecord['outcome'], status: number, ago = 0) =>
        sampleRecord({ id: `${outcome}-${status}-${ago}`, outcome, status, startedAt: usageNow - ago });
      const ledger = createLedger(store, () => usageNow);
      expect(await ledger.recentTraffic(10)).toEqual({ requests: 0, failures: 0 });
      const [good, left, gone] = [ended('success', 200), ended('aborted', 499), ended('failure', 503, 11 * 60_000)];
      // The last one failed after its headers were sent.
      const failed = [ended('failure', 429), ended('failure', 503), ended('failure', 529), ended('failure', 200)];
      await store.append(packRecords([good, left, gone, ...failed]));
      expect(await ledger.recentTraffic(10)).toEqual({ requests: 5, failures: 3 });
    });

    it('count requests of each hour', async () => {
      const store = await harness.open();
      const at = (id: string, time: number, changes: Partial<UsageRecord> = {}) =>
        sampleRecord({ id, startedAt: usageNow - time, ...changes });
      await store.append(
        packRecords([at('r1', 0), at('r2', 0, { outcome: 'failure' }), at('r3', 2 * hour), at('r4', 30 * hour)]),
      );
      const activity = await createLedger(store, () => usageNow).credentialActivity();
      expect([...activity.keys()]).toEqual(['c1']);
      expect(activity.get('c1')?.slice(-3)).toEqual([
        { requests: 1, failures: 0 },
        { requests: 0, failures: 0 },
        { requests: 2, failures: 1 },
      ]);
      expect(activity.get('c1')).toHaveLength(24);
      const hours = { grain: 'hour', ...everything } as const;
      expect((await store.countByStart(hours, undefined)).map(({ count }) => count)).toEqual([2, 1, 1]);
      expect((await store.countByStart(hours, 'success')).map(({ count }) => count)).toEqual([1, 1, 1]);
      expect((await store.countByStart(hours, 'failure')).map(({ count }) => count)).toEqual([1]);
      expect(await store.countByStart(hours, 'aborted')).toEqual([]);
    });
  });
}

/** What retention may and may not delete. */
export function describeRetention(engine: string, harness: StoreHarness<UsageStore>): void {
  describe(`UsageStore on ${engine}: retention`, () => {
    const records = generateRecords(300, 100 * day);
    const days = { requestsDays: 10, hoursDays: 30, daysDays: 365, contentDays: 5 };

    it('does not change the totals', async () => {
      const store = await harness.open();
      await store.append(packRecords(records));
      const ledger = createLedger(store, () => usageNow);
      const query = { interval: 'day', from: usageNow - 101 * day, by: 'key' } as const;
      const before = await ledger.summarise(query);
      expect(before.totals).toEqual(toTotals(sumOf(records)));
      await deleteOldUsage(store, days, { clock: () => usageNow });
      expect(await ledger.summarise(query)).toEqual(before);
      const left = records.filter(({ startedAt }) => startedAt >= usageNow - 10 * day).map(({ id }) => id);
      expect((await store.scan({ ...everything, limit: 999 })).map(({ id }) => id).toSorted()).toEqual(left.toSorted());
      const hours = await store.sumByStart({ grain: 'hour', ...everything });
      expect(Math.min(...hours.map(({ start }) => start))).toBeGreaterThanOrEqual(usageNow - 32 * day);
    });

    it('keeps the data of the longest budget period', async () => {
      const store = await harness.open();
      await store.append(packRecords([sampleRecord({ id: 'old', startedAt: usageNow - 29 * day })]));
      const shortest = { requestsDays: 1, hoursDays: 1, daysDays: 1, contentDays: 1 };
      await deleteOldUsage(store, shortest, { clock: () => usageNow });
      const { keyId, inputTokens, outputTokens } = sampleRecord({});
      const used = await createLedger(store, () => usageNow).usedSince(keyId ?? '', usageNow - 30 * day);
      expect(used.tokens).toBe(inputTokens + outputTokens);
    });

    it('answers by day when hourly sums are deleted', async () => {
      const store = await harness.open();
      await store.append(packRecords([sampleRecord({ startedAt: usageNow - 40 * day })]));
      await deleteOldUsage(store, days, { clock: () => usageNow });
      const ledger = createLedger(
        store,
        () => usageNow,
        () => days,
      );
      const asked = { from: usageNow - 41 * day, to: usageNow - 39 * day, interval: 'hour', by: 'key' } as const;
      expect(await ledger.summarise(asked)).toMatchObject({ interval: 'day', totals: { requests: 1 } });
    });

    it('deletes contents before their records', async () => {
      const store = await harness.open();
      const content = { request: 'q', response: 'a' };
      await store.append(
        packRecords([
          sampleRecord({ id: 'old', startedAt: usageNow - 6 * day, content }),
          sampleRecord({ id: 'new', startedAt: usageNow - 4 * day, content }),
        ]),
      );
      await deleteOldUsage(store, days, { clock: () => usageNow });
      expect(await store.get('old')).toMatchObject({ id: 'old', content: null });
      expect(await store.get('new')).toMatchObject({ content });
    });

    it('finally deletes everything, even many records of the same time', async () => {
      const store = await harness.open();
      const crowd = Array.from({ length: 2500 }, (_, index) =>
        sampleRecord({ id: `r${index}`, startedAt: 1000 + (index >> 10) }),
      );
      await store.append(packRecords(crowd));
      await deleteOldUsage(store, { ...days, daysDays: 10 }, { clock: () => usageNow });
      expect(await store.scan({ ...everything, limit: 9 })).toEqual([]);
      for (const grain of grains) expect(await store.sumByStart({ grain, ...everything })).toEqual([]);
      expect(
        await store.sumByStart({
          grain: 'day',
          ...everything,
          filter: { keys: ['k1'], models: ['anthropic:sonnet'], credentials: ['c1'] },
        }),
      ).toEqual([]);
      expect(await store.hasRecords()).toBe(false);
    });
  });
}
