import type { z } from 'zod';
import { settings as schema } from '../../contract/settings.ts';
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
  /** Saves the values of fields that the admin has not saved. @returns whether this changed any setting */
  adopt(changes: SettingsChanges): Promise<boolean>;
  /** The settings that the admin has saved, without defaults. */
  saved(): SettingsChanges;
  /** Reads the store again after another process changed it. */
  reload(): Promise<void>;
}

const { shape } = schema;
const sections = schema.keyof().options;

/** The fields of each section that the admin has saved. */
type Saved = { readonly [Section in keyof Settings]: Partial<Settings[Section]> };

const nothing: Saved = { pool: {}, timeouts: {}, retention: {}, memory: {}, backup: {} };

/** Parses saved settings. Invalid fields, such as those of another version, count as not saved. */
function readSaved(stored: Readonly<Record<string, unknown>>, onDropped: (name: string) => void): Saved {
  const read = <Shape extends z.core.$ZodShape>(section: keyof Saved, fields: z.ZodObject<Shape>) =>
    readKnownFields(fields, stored[section], (field) => onDropped(field === '' ? section : `${section}.${field}`));
  return {
    pool: read('pool', shape.pool),
    timeouts: read('timeouts', shape.timeouts),
    retention: read('retention', shape.retention),
    memory: read('memory', shape.memory),
    backup: read('backup', shape.backup),
  };
}

/** @returns the changes, and the base's values for all other fields */
function merge(base: Settings, changes: SettingsChanges): Settings;
function merge(base: Saved, changes: SettingsChanges): Saved;
function merge(base: Saved, changes: SettingsChanges): Saved {
  return {
    pool: { ...base.pool, ...withoutUndefined(changes.pool ?? {}) },
    timeouts: { ...base.timeouts, ...withoutUndefined(changes.timeouts ?? {}) },
    retention: { ...base.retention, ...withoutUndefined(changes.retention ?? {}) },
    memory: { ...base.memory, ...withoutUndefined(changes.memory ?? {}) },
    backup: { ...base.backup, ...withoutUndefined(changes.backup ?? {}) },
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
      wholeAnswer: 600_000,
      silence: 300_000,
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
  let ownChoice = nothing;
  let settings = defaults;

  function apply(choice: Saved): void {
    ownChoice = choice;
    settings = merge(defaults, choice);
  }

  async function save(changes: SettingsChanges, next: Saved): Promise<Settings> {
    for (const section of sections) {
      if (changes[section] !== undefined) await store.save(section, withoutUndefined(next[section]));
    }
    apply(next);
    return settings;
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
        return save(changes, merge(ownChoice, changes));
      }),
    adopt: (changes) =>
      inTurn(async () => {
        await load();
        const before = JSON.stringify(settings);
        return JSON.stringify(await save(changes, merge(merge(nothing, changes), ownChoice))) !== before;
      }),
    reload: () => inTurn(load),
  };
}
