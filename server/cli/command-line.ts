import type { Readable, Writable } from 'node:stream';
import type { Admin } from '../admin/admin.ts';
import type { VerifiedBackup } from '../backup/read-backup.ts';
import type { WrittenBackup } from '../backup/write-backup.ts';
import type { Doctor, RoutePlan } from '../doctor/doctor.ts';
import type { ReadFile } from '../import/found.ts';
import type { KeyRegistry } from '../keys/key-registry.ts';
import type { Pool } from '../pool/pool.ts';

/** The operations that the commands use. */
export interface CommandLineServices {
  readonly version: string;
  /** Runs the gateway until it is told to stop. */
  serve(): Promise<void>;
  /** Runs a simulator with a gateway in front of it until told to stop. `busy` fills both with a day of traffic. */
  demo(options: { readonly busy: boolean }): Promise<void>;
  doctor(): Promise<DoctorSession>;
  /** Opens the data folder, whether or not a gateway uses it. @throws Error with a one-line message */
  openData(): Promise<CommandLineData>;
  /**
   * Reads files and folders of other programs, or a PostgreSQL database.
   *
   * @throws Error with a one-line message if there is nothing to read
   */
  readImport(source: { readonly paths: readonly string[]; readonly from: string | undefined }): Promise<ReadFile[]>;
  /**
   * Copies the data folder's database into an empty PostgreSQL database.
   *
   * @param to its URL; default: `DATABASE_URL`
   * @returns the number of rows per table, counted in the new database
   * @throws Error with a one-line message; then nothing was copied
   */
  migrateDatabase(options: { readonly to: string | undefined } & LongWork): Promise<ReadonlyMap<string, number>>;
  /**
   * Writes all data into a file, whether or not a gateway is running.
   *
   * @param out a new file, or a folder for a file named after the time
   * @throws Error with a one-line message; then there is no file
   */
  backUp(
    options: { readonly out: string; readonly passphrase: string; readonly withUsage: boolean } & LongWork,
  ): Promise<WrittenBackup>;
  /** Reads a whole backup without writing anything. @throws Error with a one-line message if the backup is not valid */
  verifyBackup(options: BackupFile & LongWork): Promise<VerifiedBackup>;
  /**
   * Restores a backup into an empty data folder or database.
   *
   * @param onVerify progress of the check before anything is written
   * @throws Error with a one-line message; then nothing was restored
   */
  restore(options: BackupFile & LongWork & { readonly onVerify: OnProgress }): Promise<VerifiedBackup>;
}

export interface BackupFile {
  readonly file: string;
  readonly passphrase: string;
}

export type OnProgress = (done: number, total: number) => void;

/** A long operation that reports progress and can be aborted. When aborted it throws, and nothing was changed. */
export interface LongWork {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** A doctor for a gateway with these settings. */
export interface DoctorSession {
  readonly doctor: Doctor;
  /**
   * Records how the live service responds on the routes of a plan, without personal data. Each route is called twice,
   * streamed and not streamed.
   *
   * @param file a new file
   * @param onExchange called for each route with the outcome
   * @throws Error with a one-line message; then nothing is written
   */
  capture(file: string, plan: RoutePlan, onExchange: (route: string, outcome: string) => void): Promise<void>;
  close(): Promise<void>;
}

/** An opened data folder. */
export interface CommandLineData {
  readonly pool: Pick<Pool, 'list' | 'add' | 'addMany' | 'remove' | 'test'>;
  readonly keys: Pick<KeyRegistry, 'list' | 'generate' | 'adopt' | 'revoke'>;
  readonly admin: Pick<Admin, 'account' | 'resetPassword' | 'audit'>;
  close(): Promise<void>;
}

/** The standard streams of a process, such as `process`. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** The environment in which a command runs. */
export interface CommandContext {
  readonly services: CommandLineServices;
  readonly streams: Streams;
  /** Opens the data folder, runs `work`, and closes the folder in any case. */
  withData<Result>(work: (data: CommandLineData) => Promise<Result>): Promise<Result>;
  /** Prints a line on standard output. */
  print(line: string): void;
}

/** A failure with a one-line message for standard error. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}
