import type * as contract from '../../contract/settings.ts';

/** Settings that the admin can change at run time. Times are in milliseconds unless the name says otherwise. */
export type Settings = { readonly [Section in keyof contract.Settings]: Readonly<contract.Settings[Section]> };

export type PoolSettings = Settings['pool'];
export type TimeoutSettings = Settings['timeouts'];
export type MemorySettings = Settings['memory'];

/** Stores sections of settings as JSON, as saved by the admin. */
export interface SettingStore {
  load(): Promise<Readonly<Record<string, unknown>>>;
  save(section: string, value: unknown): Promise<void>;
}
