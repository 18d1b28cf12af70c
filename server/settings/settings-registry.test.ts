import { describe, expect, it, vi } from 'vitest';
import type { SettingStore } from './settings.ts';
import { createSettings, defaultSettings } from './settings-registry.ts';

function createStore(initial: Record<string, unknown> = {}): SettingStore & { readonly rows: Record<string, unknown> } {
  const rows: Record<string, unknown> = { ...initial };
  return {
    rows,
    load: async () => ({ ...rows }),
    async save(section, value) {
      rows[section] = value;
    },
  };
}

describe('the settings', () => {
  it('are the defaults until something else is set', async () => {
    const settings = await createSettings({ store: createStore() });
    expect(settings.current()).toEqual({
      pool: {
        strategy: 'round-robin',
        affinity: true,
        promptCaching: 'automatic',
        credits: 'ignore',
        maxAttempts: 5,
        queueSize: 1000,
        queueTimeout: 30_000,
      },
      timeouts: {
        connect: 10_000,
        firstByte: 120_000,
        wholeAnswer: 600_000,
        silence: 300_000,
        total: 1_800_000,
        heartbeat: 15_000,
      },
      retention: { requestsDays: 30, hoursDays: 90, daysDays: 730, contentDays: 7, auditDays: 365 },
      memory: { enabled: true, megabytes: 64, hours: 4 },
      backup: { enabled: false, hour: 4, keep: 7, folder: '' },
    });
  });

  it('take the environment over the defaults, and the admin over the environment', async () => {
    const store = createStore();
    const settings = await createSettings({ store, timeouts: { connect: 1000, silence: 2000 } });
    expect(settings.current().timeouts).toMatchObject({ connect: 1000, silence: 2000, total: 1_800_000 });
    await settings.edit({ timeouts: { connect: 5000 } });
    expect(settings.current().timeouts).toMatchObject({ connect: 5000, silence: 2000 });
    // Only the admin's changes are saved. For all other settings, later changes of the environment still take effect.
    expect(store.rows).toEqual({ timeouts: { connect: 5000 } });
    const restarted = await createSettings({ store, timeouts: { connect: 1, silence: 3000 } });
    expect(restarted.current().timeouts).toMatchObject({ connect: 5000, silence: 3000 });
  });

  it('keep the fields that an edit omits', async () => {
    const settings = await createSettings({ store: createStore() });
    await settings.edit({ pool: { strategy: 'weighted' } });
    await settings.edit({ pool: { affinity: false, strategy: undefined }, retention: { auditDays: 1 } });
    expect(settings.current().pool).toMatchObject({ strategy: 'weighted', affinity: false, maxAttempts: 5 });
    expect(settings.saved()).toEqual({
      pool: { strategy: 'weighted', affinity: false },
      timeouts: {},
      retention: { auditDays: 1 },
      memory: {},
      backup: {},
    });
  });

  it('adopt what the admin has not chosen', async () => {
    const settings = await createSettings({ store: createStore() });
    await settings.edit({ pool: { maxAttempts: 2 } });
    const others = { pool: { maxAttempts: 9, strategy: 'weighted' }, backup: { hour: 5 } } as const;
    expect(await settings.adopt(others)).toBe(true);
    expect(settings.current()).toMatchObject({ pool: { maxAttempts: 2, strategy: 'weighted' }, backup: { hour: 5 } });
    expect(await settings.adopt(others)).toBe(false);
  });

  it('ignore invalid saved values', async () => {
    const store = createStore({ pool: { strategy: 'newest', maxAttempts: 7, more: 1 }, timeouts: 'broken', other: {} });
    const warn = vi.fn();
    const settings = await createSettings({ store, warn });
    expect(settings.current().pool).toEqual({ ...defaultSettings().pool, maxAttempts: 7 });
    expect(settings.current().timeouts).toEqual(defaultSettings().timeouts);
    await settings.reload();
    expect(warn.mock.calls.flat()).toEqual([
      'The saved setting pool.strategy is invalid in this version and is ignored.',
      'The saved setting timeouts is invalid in this version and is ignored.',
    ]);
  });

  it('see what another process saved, and do not undo it', async () => {
    const store = createStore();
    const [one, other] = [await createSettings({ store }), await createSettings({ store })];
    await other.edit({ pool: { maxAttempts: 9 } });
    expect(one.current().pool.maxAttempts).toBe(5);
    await one.reload();
    expect(one.current().pool.maxAttempts).toBe(9);
    await other.edit({ pool: { queueSize: 3 } });
    await one.edit({ pool: { affinity: false } });
    expect(one.current().pool).toMatchObject({ maxAttempts: 9, queueSize: 3, affinity: false });
  });
});
