import { describe, expect, test, vi } from 'vitest';
import type { EstimateStore, ModelEstimate } from '../ledger/token-estimator.ts';
import { openTokenEstimator } from './open-token-estimator.ts';

const request = {
  messages: [{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'Hello there, how are you?' }] }],
  tools: [],
};

function memoryStore(): EstimateStore & { kept: readonly ModelEstimate[] } {
  return {
    kept: [],
    async load() {
      return this.kept;
    },
    async save(estimates) {
      this.kept = estimates;
    },
  };
}

describe('a persistent estimator', () => {
  test('continues after a restart with what it has learned', async () => {
    const store = memoryStore();
    const first = await openTokenEstimator(store, vi.fn());
    for (let index = 0; index < 10; index += 1) first.estimator.learn('m', 20, { request });
    const learned = first.estimator.countInput('m', request);
    await first.close();
    const second = await openTokenEstimator(store, vi.fn());
    expect(second.estimator.countInput('m', request)).toBe(learned);
    await second.close();
  });

  test('saves periodically, and only changes', async () => {
    const store = memoryStore();
    const save = vi.spyOn(store, 'save');
    const kept = await openTokenEstimator(store, vi.fn(), 5);
    kept.estimator.learn('m', 20, { request });
    await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(1), 10_000);
    await kept.close();
    expect(save).toHaveBeenCalledTimes(1);
  });

  test('works without its store', async () => {
    const broken: EstimateStore = {
      load: () => Promise.reject(new Error('load')),
      save: () => Promise.reject(new Error('save')),
    };
    const onError = vi.fn();
    const kept = await openTokenEstimator(broken, onError);
    kept.estimator.learn('m', 20, { request });
    expect(kept.estimator.countInput('m', request)).toBeGreaterThan(1);
    await kept.close();
    expect(onError).toHaveBeenCalledTimes(2);
  });
});
