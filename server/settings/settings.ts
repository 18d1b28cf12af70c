/** Settings that the admin can change at run time. Times are in milliseconds unless the name says otherwise. */
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
  /** Until the headers of the response. */
  readonly firstByte: number;
  /** Between two chunks. */
  readonly silence: number;
  /** The whole request, including waiting and failover. */
  readonly total: number;
  /** How often a comment is sent on a silent stream. */
  readonly heartbeat: number;
}

export interface RetentionSettings {
  readonly requestsDays: number;
  readonly hoursDays: number;
  readonly daysDays: number;
  readonly contentDays: number;
  readonly auditDays: number;
}

/** Stored answers that later requests can refer to. */
export interface MemorySettings {
  readonly enabled: boolean;
  /** Total size of all answers. */
  readonly megabytes: number;
  /** Since the last use of an answer. */
  readonly hours: number;
}

/** Daily backups of all data. */
export interface BackupSettings {
  readonly enabled: boolean;
  /** In the server's time zone. */
  readonly hour: number;
  /** Number of files to keep. */
  readonly keep: number;
  /** Empty: `backups` in the data folder. */
  readonly folder: string;
}

/** Stores sections of settings as JSON, as saved by the admin. */
export interface SettingStore {
  load(): Promise<Readonly<Record<string, unknown>>>;
  save(section: string, value: unknown): Promise<void>;
}
