import type { Readable, Writable } from 'node:stream';
import type { Admin } from '../admin/admin.ts';
import type { VerifiedBackup } from '../backup/read-backup.ts';
import type { WrittenBackup } from '../backup/write-backup.ts';
import type { Doctor, RoutePlan } from '../doctor/doctor.ts';
import type { ReadFile } from '../import/found.ts';
import type { KeyRegistry } from '../keys/key-registry.ts';
import type { Pool } from '../pool/pool.ts';

/** What the commands do their work with. */
export interface CommandLineServices {
  readonly version: string;
  /** Runs the gateway until it is told to stop. */
  serve(): Promise<void>;
  /** Runs a simulator and a gateway in front of it until told to stop; `busy` fills both with a day of traffic. */
  demo(options: { readonly busy: boolean }): Promise<void>;
  doctor(): Promise<DoctorSession>;
  /** Opens the data folder, whether or not a gateway runs on it. @throws with a message of one line */
  openData(): Promise<CommandLineData>;
  /**
   * Reads what other programs left in files and folders, or in a PostgreSQL database.
   *
   * @throws with a message of one line when there is nothing to read
   */
  readImport(source: { readonly paths: readonly string[]; readonly from: string | undefined }): Promise<ReadFile[]>;
  /**
   * Copies the data folder's database into an empty PostgreSQL database.
   *
   * @param to its URL; without it, `DATABASE_URL`
   * @returns the rows of each table, counted there
   * @throws with a message of one line; then nothing was copied
   */
  migrateDatabase(options: { readonly to: string | undefined } & LongWork): Promise<ReadonlyMap<string, number>>;
  /**
   * Writes all that is kept into a file, while a gateway runs or not.
   *
   * @param out the file, which is not there yet, or a folder for a file named by the time
   * @throws with a message of one line; then there is no file
   */
  backUp(
    options: { readonly out: string; readonly passphrase: string; readonly withUsage: boolean } & LongWork,
  ): Promise<WrittenBackup>;
  /** Reads all of a backup and writes nothing. @throws with a message of one line when it is not good */
  verifyBackup(options: BackupFile & LongWork): Promise<VerifiedBackup>;
  /**
   * Fills an empty data folder or database.
   *
   * @param onVerify told how much of the file was looked at, before anything is written
   * @throws with a message of one line; then nothing was restored
   */
  restore(options: BackupFile & LongWork & { readonly onVerify: OnProgress }): Promise<VerifiedBackup>;
}

export interface BackupFile {
  readonly file: string;
  readonly passphrase: string;
}

export type OnProgress = (done: number, total: number) => void;

/** Work that may take long, tells how far it is, and can be stopped: then it throws, and nothing was changed. */
export interface LongWork {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** An examination of the gateway of these settings. */
export interface DoctorSession {
  readonly doctor: Doctor;
  /**
   * Writes what the live service answers on the routes of a plan, without anything personal: each is asked twice, streamed
   * and not.
   *
   * @param file is not there yet
   * @param onExchange told of each route, and whether and how it answered
   * @throws with a message of one line; then nothing is written
   */
  capture(file: string, plan: RoutePlan, onExchange: (route: string, outcome: string) => void): Promise<void>;
  close(): Promise<void>;
}

/** One data folder, opened. */
export interface CommandLineData {
  readonly pool: Pick<Pool, 'list' | 'add' | 'addMany' | 'remove' | 'test'>;
  readonly keys: Pick<KeyRegistry, 'list' | 'generate' | 'adopt' | 'revoke'>;
  readonly admin: Pick<Admin, 'account' | 'resetPassword' | 'audit'>;
  close(): Promise<void>;
}

/** Where a program reads and writes; `process` is one. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** What a command is run with. */
export interface CommandContext {
  readonly services: CommandLineServices;
  readonly streams: Streams;
  /** Opens the data folder for one piece of work, and closes it whatever comes. */
  withData<Result>(work: (data: CommandLineData) => Promise<Result>): Promise<Result>;
  /** A line on standard output. */
  print(line: string): void;
}

/** A failure to be told in one line on standard error. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}
