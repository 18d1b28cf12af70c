import { describe, expect, it } from 'vitest';
import { packRecords } from '../../ledger/packed-record.ts';
import { grainLength } from '../../ledger/roll-up.ts';
import { sampleAttempt, sampleRecord } from '../../ledger/testing/sample-record.ts';
import { type RecordQuery, RecordsRefused, type UsageStore } from '../../ledger/usage-store.ts';
import type { StoreHarness } from './harness.ts';
import { usageNow } from './usage-records.ts';
import { describeRetention, describeRollUps } from './usage-roll-ups-contract.ts';

const everything = { from: 0, to: usageNow + grainLength.day, filter: {} } as const;

/** The contract of every UsageStore. The clock is fixed at `usageNow`. */
export function describeUsageStore(engine: string, harness: StoreHarness<UsageStore>): void {
  describeRecords(engine, harness);
  describeRollUps(engine, harness);
  describeRetention(engine, harness);
}

function describeRecords(engine: string, harness: StoreHarness<UsageStore>): void {
  describe(`UsageStore on ${engine}: records`, () => {
    it('is empty at first', async () => {
      const store = await harness.open();
      expect(await store.hasRecords()).toBe(false);
      expect(await store.get('r1')).toBeUndefined();
      expect(await store.scan({ ...everything, limit: 5 })).toEqual([]);
      expect(await store.sumByStart({ grain: 'day', ...everything })).toEqual([]);
    });

    it('sums a conversation', async () => {
      const store = await harness.open();
      const turn = (id: string, startedAt: number, conversation: string | null) =>
        sampleRecord({ id, startedAt, conversation, cacheSaved: 0.25 });
      const records = [turn('a', 1000, 'one'), turn('b', 2000, 'one'), turn('c', 2000, 'two'), turn('d', 9000, 'one')];
      await store.append(packRecords([...records, turn('e', 2000, null)]));
      const sums = { requests: 2, inputTokens: 200, cacheReadTokens: 20, cacheSaved: 0.5 };
      expect(await store.sumConversation('one', 1000, 9000)).toEqual(sums);
      expect(await store.sumConversation('three', 0, 9000)).toMatchObject({ requests: 0, cacheSaved: 0 });
    });

    it('keeps every field after a restart', async () => {
      const store = await harness.open();
      const full = sampleRecord({
        id: 'full',
        failureKind: 'timeout',
        failureMessage: 'too “slow”',
        outcome: 'failure',
        status: 504,
        usageEstimated: true,
        cost: 0.123456789,
        cacheSaved: -0.000000001,
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
        cacheSaved: null,
        conversation: null,
        stream: false,
        cost: null,
        firstTokenTime: null,
        outcome: 'aborted',
        status: 499,
        attempts: [],
      });
      await store.append(packRecords([full, bare]));
      const again = await harness.reopen();
      expect(await again.get('full')).toEqual(full);
      expect(await again.get('bare')).toEqual(bare);
      expect(await again.hasRecords()).toBe(true);
      const { attempts: _attempts, warnings: _warnings, content: _content, ...item } = full;
      expect(await again.scan({ ...everything, outcome: 'failure', limit: 5 })).toEqual([{ ...item, attemptCount: 2 }]);
    });

    it('shows the latest name of a key and a credential, even if it was deleted', async () => {
      const store = await harness.open();
      await store.append(packRecords([sampleRecord({ id: 'r1', keyName: 'Old', credentialLabel: 'Old account' })]));
      await store.append(
        packRecords([sampleRecord({ id: 'r2', keyName: 'New', credentialLabel: 'New account', attempts: [] })]),
      );
      const items = await store.scan({ ...everything, limit: 5 });
      expect(items.map(({ keyName, credentialLabel }) => [keyName, credentialLabel])).toEqual([
        ['New', 'New account'],
        ['New', 'New account'],
      ]);
      expect(await store.sumByDimension({ grain: 'day', ...everything }, 'key')).toMatchObject([
        { value: 'k1', label: 'New' },
      ]);
    });

    it('sums models without attempts as one, but still shows the requested name', async () => {
      const store = await harness.open();
      const refused = { outcome: 'failure', failureKind: 'not-found', upstreamModel: null, attempts: [] } as const;
      await store.append(
        packRecords([
          sampleRecord({ id: 'r0', model: 'real', ...refused }),
          sampleRecord({ id: 'r1', model: 'made-up-1', ...refused }),
          sampleRecord({ id: 'r2', model: 'made-up-2', ...refused }),
          sampleRecord({ id: 'r3', model: 'real' }),
        ]),
      );
      const again = await harness.reopen();
      await again.append(packRecords([sampleRecord({ id: 'r4', model: 'real', ...refused })]));
      expect((await again.get('r1'))?.model).toBe('made-up-1');
      const groups = await again.sumByDimension({ grain: 'hour', ...everything }, 'model');
      expect(groups.map(({ value, label, sums }) => [value, label, sums.requests]).toSorted()).toEqual([
        ['', '(unknown model)', 2],
        ['real', 'real', 3],
      ]);
    });

    it('rejects a whole batch if one id exists', async () => {
      const store = await harness.open();
      await store.append(packRecords([sampleRecord({ id: 'r1' })]));
      await expect(store.append(packRecords([sampleRecord({ id: 'r2' }), sampleRecord({ id: 'r1' })]))).rejects.toThrow(
        RecordsRefused,
      );
      expect(await store.get('r2')).toBeUndefined();
      expect(await store.sumByStart({ grain: 'day', ...everything })).toMatchObject([{ sums: { requests: 1 } }]);
    });

    it('accepts an empty batch', async () => {
      const store = await harness.open();
      await store.append(packRecords([]));
      expect(await store.hasRecords()).toBe(false);
    });

    it('finds part of a failure message, case-insensitive and without wildcards', async () => {
      const store = await harness.open();
      const failing = (id: string, failureMessage: string) =>
        sampleRecord({ id, failureMessage, outcome: 'failure', failureKind: 'internal' });
      await store.append(
        packRecords([
          failing('r1', 'Rate LIMIT of 100%'),
          failing('r2', 'under_score \\ back'),
          sampleRecord({ id: 'r3' }),
        ]),
      );
      const search = async (message: string) =>
        (await store.scan({ ...everything, message, limit: 9 })).map(({ id }) => id);
      expect(await search('rate limit')).toEqual(['r1']);
      expect(await search('100%')).toEqual(['r1']);
      expect(await search('%')).toEqual(['r1']);
      expect(await search('_')).toEqual(['r2']);
      expect(await search('\\')).toEqual(['r2']);
      expect(await search('nothing')).toEqual([]);
    });

    it('finds the largest first, then the newest', async () => {
      const store = await harness.open();
      await store.append(
        packRecords([
          sampleRecord({ id: 'a', cost: 0.5, totalTime: 10, inputTokens: 5, outputTokens: 5 }),
          sampleRecord({ id: 'b', cost: null, totalTime: 30, inputTokens: 100, outputTokens: 1 }),
          sampleRecord({ id: 'c', cost: 0.5, totalTime: 20, inputTokens: 1, outputTokens: 200 }),
          sampleRecord({ id: 'd', cost: 2, totalTime: 5, outcome: 'failure', failureMessage: 'too slow' }),
        ]),
      );
      const ids = async (query: Partial<RecordQuery>) =>
        (await store.scan({ ...everything, limit: 9, ...query })).map(({ id }) => id);
      expect(await ids({ largest: 'cost' })).toEqual(['d', 'c', 'a', 'b']);
      expect(await ids({ largest: 'duration', limit: 2 })).toEqual(['b', 'c']);
      expect(await ids({ largest: 'duration', limit: 2, offset: 2 })).toEqual(['a', 'd']);
      expect(await ids({ largest: 'tokens', outcome: 'success' })).toEqual(['c', 'b', 'a']);
      expect(await ids({ largest: 'cost', message: 'SLOW' })).toEqual(['d']);
    });

    it('pages through records of the same millisecond', async () => {
      const store = await harness.open();
      const ids = ['a', 'b', 'c', 'd', 'e'];
      await store.append(packRecords(ids.map((id) => sampleRecord({ id }))));
      const first = await store.scan({ ...everything, limit: 2 });
      expect(first.map(({ id }) => id)).toEqual(['e', 'd']);
      const before = { startedAt: 1_000_000, id: 'd' };
      expect((await store.scan({ ...everything, before, limit: 9 })).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    });
  });
}
