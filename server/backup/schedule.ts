import type { Clock } from '../lib/clock.ts';
import { createSerial } from '../lib/serial.ts';
import { type BackupMemory, readBackupMemory } from './backup-memory.ts';

/** How the admin wants it. */
export interface ScheduleSettings {
  readonly enabled: boolean;
  /** Of the server's clock, 0 to 23. */
  readonly hour: number;
  /** How many files are kept. */
  readonly keep: number;
  /** Empty: the gateway's own. */
  readonly folder: string;
}

/** What came of a backup. */
export interface BackupResult {
  /** When it ended; milliseconds since the epoch. */
  readonly at: number;
  readonly ok: boolean;
  /** The file's name, and its bytes; null when there is none. */
  readonly file: string | null;
  readonly bytes: number | null;
  /** Why there is none, in English; empty when all went well. */
  readonly message: string;
}

export interface ScheduleStore {
  /** Sealed as it is stored. */
  loadPassphrase(): Promise<string | undefined>;
  savePassphrase(passphrase: string): Promise<void>;
  /** JSON that only the schedule reads. */
  loadMemory(): Promise<unknown>;
  saveMemory(memory: BackupMemory): Promise<void>;
}

export interface ScheduleOptions {
  readonly store: ScheduleStore;
  readonly settings: () => ScheduleSettings;
  /** Writes one backup, and deletes all but the newest. @throws with a message of one line */
  readonly write: (
    settings: ScheduleSettings,
    passphrase: string,
    signal: AbortSignal,
  ) => Promise<{ readonly file: string; readonly bytes: number }>;
  /** Whether no other replica is at it. */
  readonly claimDuty: () => Promise<boolean>;
  readonly clock: Clock;
}

export interface ScheduleState {
  readonly isRunning: boolean;
  readonly hasPassphrase: boolean;
  readonly last: BackupResult | undefined;
  readonly lastSuccessAt: number | undefined;
  /** Undefined while none is due ever. */
  readonly nextAt: number | undefined;
}

/** Daily backups. */
export interface BackupSchedule {
  /** As known from the last look. */
  state(): ScheduleState;
  /** Makes one when it is due. Never throws for what goes wrong with the backup itself. */
  look(): Promise<void>;
  /** Makes one now. @throws PassphraseMissing */
  run(): Promise<BackupResult>;
  setPassphrase(passphrase: string): Promise<void>;
  /** Gives up one that is under way. */
  close(): Promise<void>;
}

export class PassphraseMissing extends Error {
  override readonly name = 'PassphraseMissing';
}

/** After one that failed; milliseconds. */
const retryDelay = 3_600_000;

export async function createBackupSchedule(options: ScheduleOptions): Promise<BackupSchedule> {
  const { store, settings, write, claimDuty, clock } = options;
  const inTurn = createSerial();
  const closing = new AbortController();
  let memory: BackupMemory = {};
  let passphrase: string | undefined;
  let isRunning = false;

  /** Another replica may have made one. */
  async function load(): Promise<void> {
    memory = readBackupMemory(await store.loadMemory());
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
      memory = { ...memory, last: result, ...(result.ok ? { lastSuccessAt: result.at } : {}) };
      if (!closing.signal.aborted) await store.saveMemory(memory);
      return result;
    } finally {
      isRunning = false;
    }
  }

  function isDue(now: number): boolean {
    const next = nextBackupAt(settings(), memory, now);
    return passphrase !== undefined && next !== undefined && next <= now;
  }

  await load();
  return {
    state: () => ({
      isRunning,
      hasPassphrase: passphrase !== undefined,
      last: memory.last,
      lastSuccessAt: memory.lastSuccessAt,
      nextAt: passphrase === undefined ? undefined : nextBackupAt(settings(), memory, clock()),
    }),
    look: () =>
      inTurn(async () => {
        await load();
        if (closing.signal.aborted || !isDue(clock()) || !(await claimDuty())) return;
        await make();
      }),
    run: () =>
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

/**
 * When the next backup is due: at the day's hour when the last one was before it, in the past where the hour was missed; an
 * hour after one that failed.
 *
 * @returns undefined while the schedule is off
 */
export function nextBackupAt(
  { enabled, hour }: Pick<ScheduleSettings, 'enabled' | 'hour'>,
  { last, lastSuccessAt }: BackupMemory,
  now: number,
): number | undefined {
  if (!enabled) return undefined;
  const [due, next] = hoursAround(now, hour);
  if (lastSuccessAt !== undefined && lastSuccessAt >= due) return next;
  // It failed since: another try soon, yet not at every look.
  return last !== undefined && !last.ok && last.at >= due ? last.at + retryDelay : due;
}

/** The last time that it was this hour, and the next one. */
function hoursAround(now: number, hour: number): [last: number, next: number] {
  const date = new Date(now);
  date.setHours(hour, 0, 0, 0);
  if (date.getTime() > now) date.setDate(date.getDate() - 1);
  const last = date.getTime();
  date.setDate(date.getDate() + 1);
  return [last, date.getTime()];
}
