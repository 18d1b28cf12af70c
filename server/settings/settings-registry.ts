import { z } from 'zod';
import { readKnownFields } from '../lib/read-known-fields.ts';
import { createSerial } from '../lib/serial.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { SettingStore, Settings, TimeoutSettings } from './settings.ts';

/** Omitted fields are unchanged. */
export type SettingsChanges = {
  readonly [Section in keyof Settings]?:
    | { readonly [Field in keyof Settings[Section]]?: Settings[Section][Field] | undefined }
    | undefined;
};

/** The current settings: as saved by the admin, else from the environment, else the default. */
export interface SettingsRegistry {
  current(): Settings;
  /** @returns the resulting settings */
  edit(changes: SettingsChanges): Promise<Settings>;
  /** The settings that the admin has saved, without defaults. */
  saved(): SettingsChanges;
  /** Reads the store again after another process changed it. */
  reload(): Promise<void>;
}

const day = 86_400_000;
const milliseconds = z.number().int().min(0).max(day);
const days = z.number().int().min(1).max(3650);

/** The schema of saved settings by section. */
const savedSections = {
  pool: z.object({
    strategy: z.enum(['round-robin', 'least-busy', 'weighted']),
    affinity: z.boolean(),
    promptCaching: z.enum(['automatic', 'client', 'off']),
    credits: z.enum(['ignore', 'spread', 'drain-first']),
    maxAttempts: z.number().int().min(1).max(20),
    queueSize: z.number().int().min(0).max(100_000),
    queueTimeout: milliseconds,
  }),
  timeouts: z.object({
    connect: milliseconds,
    firstByte: milliseconds,
    silence: milliseconds,
    total: milliseconds,
    heartbeat: milliseconds,
  }),
  retention: z.object({
    requestsDays: days,
    hoursDays: days,
    daysDays: days,
    contentDays: days,
    auditDays: days,
  }),
  memory: z.object({
    enabled: z.boolean(),
    megabytes: z.number().int().min(1).max(4096),
    hours: z.number().int().min(1).max(168),
  }),
  backup: z.object({
    enabled: z.boolean(),
    hour: z.number().int().min(0).max(23),
    keep: z.number().int().min(1).max(365),
    folder: z.string().max(500),
  }),
};

type Saved = { [Section in keyof typeof savedSections]: Partial<z.output<(typeof savedSections)[Section]>> };

/** Parses saved settings. Invalid fields, such as those of another version, count as not saved. */
function readSaved(stored: Readonly<Record<string, unknown>>, onDropped: (name: string) => void): Saved {
  const read = <Shape extends z.core.$ZodShape>(section: keyof Saved, schema: z.ZodObject<Shape>) =>
    readKnownFields(schema, stored[section], (field) => onDropped(field === '' ? section : `${section}.${field}`));
  return {
    pool: read('pool', savedSections.pool),
    timeouts: read('timeouts', savedSections.timeouts),
    retention: read('retention', savedSections.retention),
    memory: read('memory', savedSections.memory),
    backup: read('backup', savedSections.backup),
  };
}

/** @param timeouts from the environment */
export function defaultSettings(timeouts: Partial<TimeoutSettings> = {}): Settings {
  return {
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
      silence: 120_000,
      total: 1_800_000,
      heartbeat: 15_000,
      ...timeouts,
    },
    retention: { requestsDays: 30, hoursDays: 90, daysDays: 730, contentDays: 7, auditDays: 365 },
    memory: { enabled: true, megabytes: 64, hours: 4 },
    backup: { enabled: false, hour: 4, keep: 7, folder: '' },
  };
}

export interface SettingsOptions {
  readonly store: SettingStore;
  /** From the environment. */
  readonly timeouts?: Partial<TimeoutSettings>;
  /** Logs a one-line warning. */
  readonly warn?: (message: string) => void;
}

/** Opens the settings. */
export async function createSettings({ store, timeouts, warn }: SettingsOptions): Promise<SettingsRegistry> {
  const defaults = defaultSettings(timeouts);
  const inTurn = createSerial();
  let ownChoice: Saved = { pool: {}, timeouts: {}, retention: {}, memory: {}, backup: {} };
  let settings = defaults;

  function apply(choice: Saved): void {
    ownChoice = choice;
    settings = {
      pool: { ...defaults.pool, ...withoutUndefined(choice.pool) },
      timeouts: { ...defaults.timeouts, ...withoutUndefined(choice.timeouts) },
      retention: { ...defaults.retention, ...withoutUndefined(choice.retention) },
      memory: { ...defaults.memory, ...withoutUndefined(choice.memory) },
      backup: { ...defaults.backup, ...withoutUndefined(choice.backup) },
    };
  }

  const warned = new Set<string>();
  /** Every load finds the same invalid settings. */
  function warnOnce(name: string): void {
    if (warned.has(name)) return;
    warned.add(name);
    warn?.(`The saved setting ${name} is invalid in this version and is ignored.`);
  }

  async function load(): Promise<void> {
    apply(readSaved(await store.load(), warnOnce));
  }

  await load();
  return {
    current: () => settings,
    saved: () => ownChoice,
    edit: (changes) =>
      inTurn(async () => {
        // Another process may have saved other fields in the meantime.
        await load();
        const next = {
          pool: { ...ownChoice.pool, ...withoutUndefined(changes.pool ?? {}) },
          timeouts: { ...ownChoice.timeouts, ...withoutUndefined(changes.timeouts ?? {}) },
          retention: { ...ownChoice.retention, ...withoutUndefined(changes.retention ?? {}) },
          memory: { ...ownChoice.memory, ...withoutUndefined(changes.memory ?? {}) },
          backup: { ...ownChoice.backup, ...withoutUndefined(changes.backup ?? {}) },
        };
        for (const section of ['pool', 'timeouts', 'retention', 'memory', 'backup'] as const) {
          if (changes[section] !== undefined) await store.save(section, withoutUndefined(next[section]));
        }
        apply(next);
        return settings;
      }),
    reload: () => inTurn(load),
  };
}
