/** What the admin may change while the gateway runs. Times in milliseconds unless the name says days. */
export interface Settings {
  readonly pool: PoolSettings;
  readonly timeouts: TimeoutSettings;
  readonly retention: RetentionSettings;
  readonly memory: MemorySettings;
  readonly backup: BackupSettings;
}

export interface PoolSettings {
  readonly strategy: 'round-robin' | 'least-busy' | 'weighted';
  readonly affinity: boolean;
  readonly promptCaching: 'automatic' | 'client' | 'off';
  readonly credits: 'ignore' | 'spread' | 'drain-first';
  readonly maxAttempts: number;
  readonly queueSize: number;
  readonly queueTimeout: number;
}

export interface TimeoutSettings {
  readonly connect: number;
  /** Until the response's headers. */
  readonly firstByte: number;
  /** Between two chunks. */
  readonly silence: number;
  /** The whole request, waits and failovers included. */
  readonly total: number;
  /** How often a silent stream gets a comment. */
  readonly heartbeat: number;
}

export interface RetentionSettings {
  readonly requestsDays: number;
  readonly hoursDays: number;
  readonly daysDays: number;
  readonly contentDays: number;
  readonly auditDays: number;
}

/** What is kept of answers for clients that refer to them later. */
export interface MemorySettings {
  readonly enabled: boolean;
  /** Of all answers together. */
  readonly megabytes: number;
  /** Since an answer was last used. */
  readonly hours: number;
}

/** A backup of all that is kept, every day. */
export interface BackupSettings {
  readonly enabled: boolean;
  /** Of the server's clock. */
  readonly hour: number;
  /** How many files are kept. */
  readonly keep: number;
  /** Empty: `backups` in the data folder. */
  readonly folder: string;
}

/** Sections of settings as JSON, as the admin last saved them. */
export interface SettingStore {
  load(): Promise<Readonly<Record<string, unknown>>>;
  save(section: string, value: unknown): Promise<void>;
}
