import { describe, expect, it } from 'vitest';
import type { ModelSetting, ModelStore } from '../../catalogue/model-store.ts';
import type { StoreHarness } from './harness.ts';

const setting = (id: string, changes: Partial<ModelSetting> = {}): ModelSetting => ({
  id,
  enabled: true,
  custom: false,
  aliases: [],
  fallbacks: [],
  ...changes,
});

/** The contract of every ModelStore. */
export function describeModelStore(engine: string, harness: StoreHarness<ModelStore>): void {
  describe(`ModelStore on ${engine}`, () => {
    it('distinguishes absent, null and given values, also after a restart', async () => {
      const store = await harness.open();
      const longPrompt = { above: 200_000, input: 2.5, output: 15, cacheRead: 0.25 };
      const settings = [
        setting('z:plain'),
        setting('m:nulls', { prices: null, contextWindow: null, maxOutputTokens: null }),
        setting('a:full@1', {
          enabled: false,
          custom: true,
          aliases: ['one', 'two'],
          fallbacks: ['z:plain'],
          prices: { input: 1.25, output: 10, cacheRead: 0.125, cacheWrite: 0, longPrompt },
          contextWindow: 1000,
          maxOutputTokens: 0,
          endpoints: [
            { route: 'unified', upstreamModel: 'full@1', enabled: true },
            { route: 'vertex-anthropic', upstreamModel: 'full@1', enabled: false },
          ],
        }),
      ];
      for (const each of settings) await store.put(each);
      expect(await (await harness.reopen()).list()).toStrictEqual(settings);
    });

    it('replaces by id and keeps the original order', async () => {
      const store = await harness.open();
      await store.put(setting('b', { prices: null }));
      await store.put(setting('a'));
      await store.put(setting('b', { enabled: false, aliases: ['x'] }));
      expect(await store.list()).toStrictEqual([setting('b', { enabled: false, aliases: ['x'] }), setting('a')]);
    });

    it('deletes', async () => {
      const store = await harness.open();
      await store.put(setting('a'));
      expect(await store.delete('a')).toBe(true);
      expect(await store.delete('a')).toBe(false);
      expect(await store.list()).toEqual([]);
    });

    it('handles concurrent puts', async () => {
      const store = await harness.open();
      await Promise.all(['a', 'b', 'c', 'd'].map((id) => store.put(setting(id))));
      expect((await store.list()).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    });
  });
}
