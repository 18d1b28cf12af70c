import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PackedRecords, unpackRecords } from './packed-record.ts';
import { createRecorder, type RecorderOptions } from './recorder.ts';
import { sampleRecord } from './testing/sample-record.ts';
import type { UsageRecord } from './usage-record.ts';
import { RecordsRefused } from './usage-store.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A store that can be made to fail. Like a real one, it rejects records with existing ids. */
function createStore() {
  const stored: UsageRecord[] = [];
  const batches: number[] = [];
  const store = {
    stored,
    batches,
    trouble: undefined as Error | undefined,
    append: async (packed: PackedRecords) => {
      await Promise.resolve();
      const records = unpackRecords(packed);
      if (store.trouble !== undefined) throw store.trouble;
      if (records.some(({ id }) => id.startsWith('bad'))) throw new RecordsRefused('bad');
      stored.push(...records);
      batches.push(records.length);
    },
  };
  return store;
}

const setUp = (options: Partial<RecorderOptions> = {}) => {
  const store = createStore();
  const onTrouble = vi.fn();
  const recorder = createRecorder({ store, onTrouble, ...options });
  const record = (...ids: string[]) => {
    for (const id of ids) recorder.record(sampleRecord({ id }));
  };
  return { store, onTrouble, recorder, record, ids: () => store.stored.map(({ id }) => id) };
};

describe('createRecorder', () => {
  it('writes the records of 75 ms together', async () => {
    const { record, recorder, store } = setUp();
    record('a', 'b');
    await vi.advanceTimersByTimeAsync(74);
    record('c');
    expect(recorder.status()).toEqual({ pending: 3, dropped: 0, lagMs: 74 });
    expect(store.stored).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.batches).toEqual([3]);
    expect(recorder.status()).toEqual({ pending: 0, dropped: 0, lagMs: 0 });
  });

  it('does not wait if a batch is full', async () => {
    const { record, store } = setUp({ batchSize: 2 });
    record('a', 'b', 'c');
    await vi.advanceTimersByTimeAsync(0);
    expect(store.batches).toEqual([2, 1]);
  });

  it('keeps records while the store fails, retries with increasing delays, and reports it once', async () => {
    const { record, recorder, store, onTrouble, ids } = setUp();
    const append = vi.spyOn(store, 'append');
    store.trouble = new Error('locked');
    record('a');
    await vi.advanceTimersByTimeAsync(75 + 100 + 200 + 400);
    record('b');
    expect(append).toHaveBeenCalledTimes(4);
    expect(onTrouble).toHaveBeenCalledExactlyOnceWith(store.trouble);
    expect(recorder.status()).toEqual({ pending: 2, dropped: 0, lagMs: 775 });
    store.trouble = undefined;
    await vi.advanceTimersByTimeAsync(800);
    expect(ids()).toEqual(['a', 'b']);
    record('c');
    await vi.advanceTimersByTimeAsync(75);
    expect(ids()).toEqual(['a', 'b', 'c']);
  });

  it('never exceeds the maximum delay', async () => {
    const { record, store } = setUp({ retryDelay: { first: 10, longest: 20 } });
    const append = vi.spyOn(store, 'append');
    store.trouble = new Error('locked');
    record('a');
    await vi.advanceTimersByTimeAsync(75 + 10 + 20 * 5);
    expect(append).toHaveBeenCalledTimes(7);
  });

  it('drops and counts records beyond its capacity', async () => {
    const { record, recorder, store, ids } = setUp({ capacity: 2 });
    store.trouble = new Error('full');
    record('a', 'b', 'c', 'd');
    expect(recorder.status()).toMatchObject({ pending: 2, dropped: 2 });
    store.trouble = undefined;
    await recorder.flush();
    expect(ids()).toEqual(['a', 'b']);
  });

  it('only drops the record that the store rejects', async () => {
    const { record, recorder, onTrouble, ids } = setUp();
    record('a', 'b', 'bad1', 'c', 'd', 'bad2', 'e');
    await recorder.flush();
    expect(ids()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(recorder.status()).toMatchObject({ pending: 0, dropped: 2 });
    expect(onTrouble).toHaveBeenCalledTimes(2);
  });

  it('drops waiting contents before it needs much memory', async () => {
    const { recorder, store } = setUp();
    const content = { request: 'x'.repeat(5_000_000), response: '' };
    for (const id of ['a', 'b', 'c', 'd']) recorder.record(sampleRecord({ id, content }));
    await recorder.flush();
    recorder.record(sampleRecord({ id: 'e', content }));
    await recorder.flush();
    expect(store.stored.map((record) => record.content !== null)).toEqual([true, true, true, false, true]);
  });

  it('rejects a failed flush, and keeps the records', async () => {
    const { record, recorder, store, ids } = setUp();
    store.trouble = new Error('full');
    record('a');
    await expect(recorder.flush()).rejects.toThrow('full');
    store.trouble = undefined;
    await recorder.flush();
    expect(ids()).toEqual(['a']);
  });

  /** Closes the recorder with two records while the store fails. */
  function closeWhileLocked(options: Partial<Parameters<typeof setUp>[0]> = {}) {
    const parts = setUp(options);
    parts.store.trouble = new Error('locked');
    parts.record('a', 'b');
    return { ...parts, closing: parts.recorder.close() };
  }

  it('loses nothing on close, even if the store has failed', async () => {
    const { record, recorder, store, ids, closing } = closeWhileLocked();
    await vi.advanceTimersByTimeAsync(500);
    store.trouble = undefined;
    await vi.advanceTimersByTimeAsync(5000);
    await closing;
    expect(ids()).toEqual(['a', 'b']);
    record('c');
    expect(recorder.status()).toMatchObject({ pending: 0, dropped: 1 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends in time if the store never recovers, and counts the lost records', async () => {
    const { recorder, closing } = closeWhileLocked({ closeTimeout: 1000 });
    await vi.advanceTimersByTimeAsync(1000);
    await closing;
    expect(recorder.status()).toMatchObject({ pending: 0, dropped: 2 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stores every record exactly once, or counts it as dropped, in any sequence of events', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.tuple(fc.constant('record' as const), fc.integer({ min: 1, max: 6 })) },
      { weight: 3, arbitrary: fc.tuple(fc.constant('wait' as const), fc.integer({ min: 0, max: 400 })) },
      { weight: 3, arbitrary: fc.tuple(fc.constantFrom('bad', 'fail', 'recover', 'flush'), fc.constant(1)) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { record, recorder, store, ids } = setUp({ batchSize: 4, capacity: 12, closeTimeout: 1000 });
        let count = 0;
        const performStep: Record<(typeof steps)[number][0], (amount: number) => unknown> = {
          record: (amount) => record(...Array.from({ length: amount }, () => `r${count++}`)),
          bad: () => record(`bad${count++}`),
          fail: () => (store.trouble = new Error('trouble')),
          recover: () => (store.trouble = undefined),
          flush: () => recorder.flush().catch(() => undefined),
          wait: (time) => vi.advanceTimersByTimeAsync(time),
        };
        for (const [name, amount] of steps) {
          if (name === 'wait') await performStep.wait(amount);
          else performStep[name](amount);
          expect(recorder.status().pending).toBeLessThanOrEqual(12);
        }
        const closing = recorder.close();
        await vi.advanceTimersByTimeAsync(2000);
        await closing;
        const numbers = ids().map((id) => Number(id.slice(1)));
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
        expect(numbers.length + recorder.status().dropped).toBe(count);
      }),
      { numRuns: 40 },
    );
  });
});
