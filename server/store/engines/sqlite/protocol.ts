import type { PackedRecords } from '../../../ledger/packed-record.ts';

/** Types that SQLite can bind. The tables convert booleans and dates. */
export type SqlValue = string | number | bigint | null | Uint8Array;

export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Options for starting the worker thread. */
export interface WorkerOptions {
  readonly path: string;
  /** Nothing in the file is changed, not even its format. */
  readonly isReadOnly: boolean;
  /** How often to check for other programs' commits; milliseconds. */
  readonly watchInterval: number;
  /** How long to wait for a lock at the start; milliseconds. */
  readonly lockTimeout: number;
  /** Only checks the file, then exits. */
  readonly verifyOnly?: boolean;
}

export type WorkerRequest = { readonly id: number } & (
  | {
      readonly kind: 'query';
      /** The reader sees committed data, even while the writer has an open transaction or waits for a lock. */
      readonly connection: 'reader' | 'writer';
      readonly sql: string;
      readonly parameters: readonly SqlValue[];
    }
  | {
      readonly kind: 'append-usage';
      readonly records: PackedRecords;
      readonly minutesFrom: number;
    }
  /** Returns some free pages to the file system. `changes` in the answer is the number of free pages left. */
  | { readonly kind: 'reclaim' }
  /** Checks for other programs' commits now. `changed` is sent before the answer. */
  | { readonly kind: 'check-changes' }
  | { readonly kind: 'close' }
);

export interface QueryAnswer {
  readonly rows: readonly SqlRow[];
  /** Number of rows changed, for statements without result rows. */
  readonly changes: number;
}

/** An error of SQLite or, at the start, of the file system. */
export interface WorkerError {
  readonly message: string;
  /** SQLite's primary result code: 5 busy, 13 full, 19 constraint, …; 0: not an SQLite error. */
  readonly code: number;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly error: WorkerError }
  | { readonly kind: 'changed' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: QueryAnswer }
  | { readonly kind: 'error'; readonly id: number; readonly error: WorkerError };
