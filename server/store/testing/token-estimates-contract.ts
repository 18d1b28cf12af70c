import { describe, expect, it } from 'vitest';
import type { EstimateStore } from '../../ledger/token-estimator.ts';
import type { StoreHarness } from './harness.ts';

/** The contract of every EstimateStore. */
export function describeEstimateStore(engine: string, harness: StoreHarness<EstimateStore>): void {
  describe(`EstimateStore on ${engine}`, () => {
    it('keeps the numbers after a restart', async () => {
      const store = await harness.open();
      const estimates = [
        { model: 'a', state: [1, 0.1 + 0.2, -1e-9] },
        { model: 'b', state: [] },
      ];
      await store.save(estimates);
      expect(await (await harness.reopen()).load()).toEqual(estimates);
    });

    it('replaces by model and leaves the others', async () => {
      const store = await harness.open();
      await store.save([
        { model: 'a', state: [1] },
        { model: 'b', state: [2] },
      ]);
      await store.save([]);
      await store.save([{ model: 'a', state: [3] }]);
      expect(await store.load()).toEqual([
        { model: 'a', state: [3] },
        { model: 'b', state: [2] },
      ]);
    });

    it('saves hundreds at once', async () => {
      const store = await harness.open();
      const state = Array.from({ length: 400 }, (_, index) => index / 7);
      await store.save(Array.from({ length: 500 }, (_, index) => ({ model: `model-${index}`, state })));
      expect(await store.load()).toHaveLength(500);
    });
  });
}
