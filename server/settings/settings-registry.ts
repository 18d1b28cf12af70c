import { z } from 'zod';
import { createSerial } from '../lib/serial.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { SettingStore, Settings, TimeoutSettings } from './settings.ts';

/** Fields that are absent stay as they are. */
export type SettingsChanges = {
  readonly [Section in keyof Settings]?:
    | { readonly [Field in keyof Settings[Section]]?: Settings[Section][Field] | undefined }
    | undefined;
};

/** The settings in force: what the admin saved, else the environment's, else the gateway's own. */
export interface SettingsRegistry {
  current(): Settings;
  /** @returns the settings then in force */
  edit(changes: SettingsChanges): Promise<Settings>;
  /** What the admin saved, without the defaults. */
  saved(): SettingsChanges;
  /** Reads the store again, after another process changed it. */
  reload(): Promise<void>;
}

const day = 86_400_000;
const milliseconds = z.number().int().min(0).max(day);
const days = z.number().int().min(1).max(3650);

/** What was saved, field by field: one that is not understood (of another version, say) counts as not saved. */
const field = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);
const savedSections = {
  pool: z.object({
    strategy: field(z.enum(['round-robin', 'least-busy', 'weighted'])),
    affinity: field(z.boolean()),
    credits: field(z.enum(['ignore', 'spread', 'drain-first'])),
    maxAttempts: field(z.number().int().min(1).max(20)),
    queueSize: field(z.number().int().min(0).max(100_000)),
    queueTimeout: field(milliseconds),
  }),
  timeouts: z.object({
    connect: field(milliseconds),
    firstByte: field(milliseconds),
    silence: field(milliseconds),
    total: field(milliseconds),
    heartbeat: field(milliseconds),
  }),
  retention: z.object({
    requestsDays: field(days),
    hoursDays: field(days),
    daysDays: field(days),
    contentDays: field(days),
    auditDays: field(days),
  }),
};

const saved = z.object({
  pool: savedSections.pool.catch({}).default({}),
  timeouts: savedSections.timeouts.catch({}).default({}),
  retention: savedSections.retention.catch({}).default({}),
});

/** @param timeouts the environment's */
export function defaultSettings(timeouts: Partial<TimeoutSettings> = {}): Settings {
  return {
    pool: {
      strategy: 'round-robin',
      affinity: true,
      credits: 'ignore',
      maxAttempts: 5,
      queueSize: 1000,
      queueTimeout: 30_000,
    },
    timeouts: {
      connect: 10_000,
      firstByte: 120_000,
      silence: 120_000,
      total: 1_800_000,
      heartbeat: 15_000,
      ...timeouts,
    },
    retention: { requestsDays: 30, hoursDays: 90, daysDays: 730, contentDays: 7, auditDays: 365 },
  };
}

export interface SettingsOptions {
  readonly store: SettingStore;
  /** The environment's. */
  readonly timeouts?: Partial<TimeoutSettings>;
}

/** Opens the settings over a store. */
export async function createSettings({ store, timeouts }: SettingsOptions): Promise<SettingsRegistry> {
  const defaults = defaultSettings(timeouts);
  const inTurn = createSerial();
  let ownChoice: z.output<typeof saved> = { pool: {}, timeouts: {}, retention: {} };
  let settings = defaults;

  function apply(choice: z.output<typeof saved>): void {
    ownChoice = choice;
    settings = {
      pool: { ...defaults.pool, ...withoutUndefined(choice.pool) },
      timeouts: { ...defaults.timeouts, ...withoutUndefined(choice.timeouts) },
      retention: { ...defaults.retention, ...withoutUndefined(choice.retention) },
    };
  }

  async function load(): Promise<void> {
    apply(saved.parse(await store.load()));
  }

  await load();
  return {
    current: () => settings,
    saved: () => ownChoice,
    edit: (changes) =>
      inTurn(async () => {
        // Another process may have saved other fields meanwhile.
        await load();
        const next = {
          pool: { ...ownChoice.pool, ...withoutUndefined(changes.pool ?? {}) },
          timeouts: { ...ownChoice.timeouts, ...withoutUndefined(changes.timeouts ?? {}) },
          retention: { ...ownChoice.retention, ...withoutUndefined(changes.retention ?? {}) },
        };
        for (const section of ['pool', 'timeouts', 'retention'] as const) {
          if (changes[section] !== undefined) await store.save(section, withoutUndefined(next[section]));
        }
        apply(next);
        return settings;
      }),
    reload: () => inTurn(load),
  };
}
