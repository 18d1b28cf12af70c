import { describe, expect, it } from 'vitest';
import type { SettingStore } from '../../settings/settings.ts';
import type { StoreHarness } from './harness.ts';

/** The contract of every SettingStore. */
export function describeSettingStore(engine: string, harness: StoreHarness<SettingStore>): void {
  describe(`SettingStore on ${engine}`, () => {
    it('keeps the last saved version of each section after a restart', async () => {
      const store = await harness.open();
      expect(await store.load()).toEqual({});
      await store.save('pool', { strategy: 'weighted', nested: [1, null, '中'] });
      await store.save('timeouts', { connect: 1 });
      await store.save('timeouts', { connect: 2 });
      expect(await (await harness.reopen()).load()).toEqual({
        pool: { strategy: 'weighted', nested: [1, null, '中'] },
        timeouts: { connect: 2 },
      });
    });
  });
}
