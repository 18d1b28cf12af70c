import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLedger } from '../../ledger/ledger.ts';
import { deleteOldUsage } from '../../ledger/retention.ts';
import { type Dimension, dimensions, floorTo, grainLength, grains } from '../../ledger/roll-up.ts';
import { addRecord, emptySums, toTotals } from '../../ledger/sums.ts';
import { sampleAttempt, sampleRecord } from '../../ledger/testing/sample-record.ts';
import { RecordsRefused, type UsageFilter, type UsageRecord, type UsageStore } from '../../ledger/usage-store.ts';
import type { StoreHarness } from './harness.ts';
import { generateRecords, usageNow } from './usage-records.ts';

const { hour, day } = grainLength;
const everything = { from: 0, to: usageNow + day, filter: {} } as const;

/** What every UsageStore must do. Its clock stands at `usageNow`. */
export function describeUsageStore(engine: string, harness: StoreHarness<UsageStore>): void {
  describeRecords(engine, harness);
  describeRollUps(engine, harness);
  describeRetention(engine, harness);
}

function describeRecords(engine: string, harness: StoreHarness<UsageStore>): void {
  describe(`UsageStore on ${engine}: records`, () => {
    it('has none at first', async () => {
      const store = await harness.open();
      expect(await store.hasRecords()).toBe(false);
      expect(await store.get('r1')).toBeUndefined();
      expect(await store.scan({ ...everything, limit: 5 })).toEqual([]);
      expect(await store.sumByStart({ grain: 'day', ...everything })).toEqual([]);
    });

    it('keeps every field over a restart', async () => {
      const store = await harness.open();
      const full = sampleRecord({
        id: 'full',
        failureKind: 'timeout',
        failureMessage: 'too “slow”',
        outcome: 'failure',
        status: 504,
        usageEstimated: true,
        cost: 0.123456789,
        warnings: ['temperature: dropped'],
        content: { request: '{"messages":[]}', response: '你好' },
        attempts: [
          sampleAttempt({
            credentialId: 'c2',
            credentialLabel: 'Account 2',
            model: 'other',
            status: 429,
            outcome: 'rate',
            message: 'slow down',
            skipped: [{ credentialId: 'c3', credentialLabel: 'Account 3', reason: 'cooling' }],
          }),
          sampleAttempt({ status: null, startedAt: 1_000_500, outcome: 'timeout' }),
        ],
      });
      const bare = sampleRecord({
        id: 'bare',
        keyId: null,
        keyName: 'Playground',
        credentialId: null,
        credentialLabel: '',
        upstreamModel: null,
        stream: false,
        cost: null,
        firstTokenTime: null,
        outcome: 'aborted',
        status: 499,
        attempts: [],
      });
      await store.append([full, bare]);
      const again = await harness.reopen();
      expect(await again.get('full')).toEqual(full);
      expect(await again.get('bare')).toEqual(bare);
      expect(await again.hasRecords()).toBe(true);
      const { attempts: _attempts, warnings: _warnings, content: _content, ...item } = full;
      expect(await again.scan({ ...everything, outcome: 'failure', limit: 5 })).toEqual([{ ...item, attemptCount: 2 }]);
    });

    it('shows the latest name of a key and a credential, and lists what is gone under it', async () => {
      const store = await harness.open();
      await store.append([sampleRecord({ id: 'r1', keyName: 'Old', credentialLabel: 'Old account' })]);
      await store.append([sampleRecord({ id: 'r2', keyName: 'New', credentialLabel: 'New account', attempts: [] })]);
      const items = await store.scan({ ...everything, limit: 5 });
      expect(items.map(({ keyName, credentialLabel }) => [keyName, credentialLabel])).toEqual([
        ['New', 'New account'],
        ['New', 'New account'],
      ]);
      expect(await store.sumByDimension({ grain: 'day', ...everything }, 'key')).toMatchObject([
        { value: 'k1', label: 'New' },
      ]);
    });

    it('adds up models that no attempt was ever made with as one, and still shows what was asked for', async () => {
      const store = await harness.open();
      const refused = { outcome: 'failure', failureKind: 'not-found', upstreamModel: null, attempts: [] } as const;
      await store.append([
        sampleRecord({ id: 'r1', model: 'made-up-1', ...refused }),
        sampleRecord({ id: 'r2', model: 'made-up-2', ...refused }),
        sampleRecord({ id: 'r3', model: 'real' }),
      ]);
      const again = await harness.reopen();
      await again.append([sampleRecord({ id: 'r4', model: 'real', ...refused })]);
      expect((await again.get('r1'))?.model).toBe('made-up-1');
      const groups = await again.sumByDimension({ grain: 'hour', ...everything }, 'model');
      expect(groups.map(({ value, label, sums }) => [value, label, sums.requests]).toSorted()).toEqual([
        ['', '(unknown model)', 2],
        ['real', 'real', 2],
      ]);
    });

    it('refuses a batch with a taken id as a whole', async () => {
      const store = await harness.open();
      await store.append([sampleRecord({ id: 'r1' })]);
      await expect(store.append([sampleRecord({ id: 'r2' }), sampleRecord({ id: 'r1' })])).rejects.toThrow(
        RecordsRefused,
      );
      expect(await store.get('r2')).toBeUndefined();
      expect(await store.sumByStart({ grain: 'day', ...everything })).toMatchObject([{ sums: { requests: 1 } }]);
    });

    it('takes a batch of none', async () => {
      const store = await harness.open();
      await store.append([]);
      expect(await store.hasRecords()).toBe(false);
    });

    it('finds a part of a failure message, whatever its case, and no wildcards', async () => {
      const store = await harness.open();
      const failing = (id: string, failureMessage: string) =>
        sampleRecord({ id, failureMessage, outcome: 'failure', failureKind: 'internal' });
      await store.append([
        failing('r1', 'Rate LIMIT of 100%'),
        failing('r2', 'under_score \\ back'),
        sampleRecord({ id: 'r3' }),
      ]);
      const search = async (message: string) =>
        (await store.scan({ ...everything, message, limit: 9 })).map(({ id }) => id);
      expect(await search('rate limit')).toEqual(['r1']);
      expect(await search('100%')).toEqual(['r1']);
      expect(await search('%')).toEqual(['r1']);
      expect(await search('_')).toEqual(['r2']);
      expect(await search('\\')).toEqual(['r2']);
      expect(await search('nothing')).toEqual([]);
    });

    it('pages through records of one millisecond', async () => {
      const store = await harness.open();
      const ids = ['a', 'b', 'c', 'd', 'e'];
      await store.append(ids.map((id) => sampleRecord({ id })));
      const first = await store.scan({ ...everything, limit: 2 });
      expect(first.map(({ id }) => id)).toEqual(['e', 'd']);
      const before = { startedAt: 1_000_000, id: 'd' };
      expect((await store.scan({ ...everything, before, limit: 9 })).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    });
  });
}

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

function describeRollUps(engine: string, harness: StoreHarness<UsageStore>): void {
  describe(`UsageStore on ${engine}: roll-ups`, () => {
    const records = generateRecords(400, 40 * day);

    /** In several batches, so that sums are added to. */
    const fill = async () => {
      const store = await harness.open();
      for (let index = 0; index < records.length; index += 37) await store.append(records.slice(index, index + 37));
      return store;
    };

    it('add up to the records, by time and by value, under every filter', async () => {
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

    it('find every record that a list is asked for, page by page', async () => {
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
          // Two pages tell; the whole walk is the export's test.
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

    it('tell the last hour by the minute', async () => {
      const store = await harness.open();
      const ago = (id: string, time: number) => sampleRecord({ id, startedAt: usageNow - time });
      await store.append([ago('now', 0), ago('r1', 30 * 60_000), ago('r2', 59 * 60_000), ago('old', 61 * 60_000)]);
      const ledger = createLedger(store, () => usageNow);
      expect((await ledger.lastHour()).requests).toBe(3);
      expect((await ledger.last24Hours()).requests).toBe(4);
    });

    it('count requests of each hour', async () => {
      const store = await harness.open();
      const at = (id: string, time: number, changes: Partial<UsageRecord> = {}) =>
        sampleRecord({ id, startedAt: usageNow - time, ...changes });
      await store.append([at('r1', 0), at('r2', 0, { outcome: 'failure' }), at('r3', 2 * hour), at('r4', 30 * hour)]);
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

function describeRetention(engine: string, harness: StoreHarness<UsageStore>): void {
  describe(`UsageStore on ${engine}: retention`, () => {
    const records = generateRecords(300, 100 * day);
    const days = { requestsDays: 10, hoursDays: 30, daysDays: 365, contentDays: 5 };

    it('leaves the totals as they were', async () => {
      const store = await harness.open();
      await store.append(records);
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

    it('deletes contents before their records', async () => {
      const store = await harness.open();
      const content = { request: 'q', response: 'a' };
      await store.append([
        sampleRecord({ id: 'old', startedAt: usageNow - 6 * day, content }),
        sampleRecord({ id: 'new', startedAt: usageNow - 4 * day, content }),
      ]);
      await deleteOldUsage(store, days, { clock: () => usageNow });
      expect(await store.get('old')).toMatchObject({ id: 'old', content: null });
      expect(await store.get('new')).toMatchObject({ content });
    });

    it('deletes everything in the end, many of one time too', async () => {
      const store = await harness.open();
      const crowd = Array.from({ length: 2500 }, (_, index) =>
        sampleRecord({ id: `r${index}`, startedAt: 1000 + (index >> 10) }),
      );
      await store.append(crowd);
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
