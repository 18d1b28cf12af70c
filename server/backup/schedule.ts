import type { Clock } from '../lib/clock.ts';
import { createSerial } from '../lib/serial.ts';
import { type BackupMemory, type BackupMemoryStore, StoredMemory } from './backup-memory.ts';

/** The admin's settings. */
export interface ScheduleSettings {
  readonly enabled: boolean;
  /** In the server's time zone, 0 to 23. */
  readonly hour: number;
  /** Number of files to keep. */
  readonly keep: number;
  /** Empty: the default folder. */
  readonly folder: string;
}

/** The result of a backup. */
export interface BackupResult {
  /** End time; milliseconds since the epoch. */
  readonly at: number;
  readonly ok: boolean;
  /** Name and size in bytes of the file; null if there is none. */
  readonly file: string | null;
  readonly bytes: number | null;
  /** Why the backup failed, in English. Empty on success. */
  readonly message: string;
}

export interface ScheduleStore extends BackupMemoryStore {
  /** Stored encrypted. */
  loadPassphrase(): Promise<string | undefined>;
  savePassphrase(passphrase: string): Promise<void>;
}

export interface ScheduleOptions {
  readonly store: ScheduleStore;
  readonly settings: () => ScheduleSettings;
  /** Writes a backup and deletes all but the newest ones. @throws Error with a one-line message */
  readonly write: (
    settings: ScheduleSettings,
    passphrase: string,
    signal: AbortSignal,
  ) => Promise<{ readonly file: string; readonly bytes: number }>;
  /** Whether this replica makes the backups. */
  readonly claimDuty: () => Promise<boolean>;
  readonly clock: Clock;
}

export interface ScheduleState {
  readonly isRunning: boolean;
  readonly hasPassphrase: boolean;
  readonly last: BackupResult | undefined;
  readonly lastSuccessAt: number | undefined;
  /** undefined if no backup is scheduled. */
  readonly nextAt: number | undefined;
}

/** Makes daily backups. */
export interface BackupSchedule {
  /** As of the last check. */
  state(): ScheduleState;
  /** Makes a backup if one is due. Never throws if the backup itself fails. */
  runIfDue(): Promise<void>;
  /** Makes a backup now. @throws PassphraseMissing */
  backUpNow(): Promise<BackupResult>;
  setPassphrase(passphrase: string): Promise<void>;
  /** Aborts a running backup. */
  close(): Promise<void>;
}

export class PassphraseMissing extends Error {
  override readonly name = 'PassphraseMissing';
}

/** Delay after a failed backup; milliseconds. */
const retryDelay = 3_600_000;

export async function createBackupSchedule(options: ScheduleOptions): Promise<BackupSchedule> {
  const { store, settings, write, claimDuty, clock } = options;
  const inTurn = createSerial();
  const closing = new AbortController();
  const memory = new StoredMemory(store);
  let passphrase: string | undefined;
  let isRunning = false;

  async function load(): Promise<void> {
    await memory.load();
    passphrase = await store.loadPassphrase();
  }

  async function make(): Promise<BackupResult> {
    if (passphrase === undefined) throw new PassphraseMissing('Set a passphrase for the backups first.');
    isRunning = true;
    try {
      const result = await write(settings(), passphrase, closing.signal).then(
        ({ file, bytes }): BackupResult => ({ at: clock(), ok: true, file, bytes, message: '' }),
        (error: unknown): BackupResult => {
          const message = error instanceof Error ? error.message : String(error);
          return { at: clock(), ok: false, file: null, bytes: null, message };
        },
      );
      memory.add({ last: result, ...(result.ok && { lastSuccessAt: result.at }) });
      if (!closing.signal.aborted) await memory.save();
      return result;
    } finally {
      isRunning = false;
    }
  }

  function isDue(now: number): boolean {
    const next = nextBackupAt(settings(), memory.current, now);
    return passphrase !== undefined && next !== undefined && next <= now;
  }

  await load();
  return {
    state: () => ({
      isRunning,
      hasPassphrase: passphrase !== undefined,
      last: memory.current.last,
      lastSuccessAt: memory.current.lastSuccessAt,
      nextAt: passphrase === undefined ? undefined : nextBackupAt(settings(), memory.current, clock()),
    }),
    runIfDue: () =>
      inTurn(async () => {
        await load();
        if (closing.signal.aborted || !isDue(clock()) || !(await claimDuty())) return;
        await make();
      }),
    backUpNow: () =>
      inTurn(async () => {
        await load();
        return make();
      }),
    setPassphrase: (given) =>
      inTurn(async () => {
        await store.savePassphrase(given);
        passphrase = given;
      }),
    async close() {
      closing.abort(new Error('The gateway stopped.'));
      await inTurn(async () => undefined);
    },
  };
}

/** Replicas' clocks differ by less; milliseconds. */
const clockTolerance = 3_600_000;

/**
 * When the next backup is due: at the configured hour if the last one was before it (in the past if it was missed), or
 * an hour after a failed one. Results from the future, from when the clock was wrong, do not count.
 *
 * @returns undefined if backups are disabled
 */
export function nextBackupAt(
  { enabled, hour }: Pick<ScheduleSettings, 'enabled' | 'hour'>,
  { last, lastSuccessAt }: BackupMemory,
  now: number,
): number | undefined {
  if (!enabled) return undefined;
  const [due, next] = hoursAround(now, hour);
  const isSince = (time: number | undefined) => time !== undefined && time >= due && time <= now + clockTolerance;
  if (isSince(lastSuccessAt)) return next;
  // It has failed since: retry after a delay, not at every check.
  return last !== undefined && !last.ok && isSince(last.at) ? last.at + retryDelay : due;
}

/** The last and the next time of day with this hour. */
function hoursAround(now: number, hour: number): [last: number, next: number] {
  const date = new Date(now);
  date.setHours(hour, 0, 0, 0);
  if (date.getTime() > now) date.setDate(date.getDate() - 1);
  const last = date.getTime();
  date.setDate(date.getDate() + 1);
  return [last, date.getTime()];
}
