import type { PackedRecords } from '../../../ledger/packed-record.ts';

/** What SQLite binds; booleans and dates are the tables' business. */
export type SqlValue = string | number | bigint | null | Uint8Array;

export type SqlRow = Readonly<Record<string, SqlValue>>;

/** What the worker thread is started with. */
export interface WorkerOptions {
  readonly path: string;
  /** Nothing of the file is changed, not even its format. */
  readonly isReadOnly: boolean;
  /** How often to look for other programs' commits; milliseconds. */
  readonly watchInterval: number;
  /** How long the start may wait for a lock; milliseconds. */
  readonly lockTimeout: number;
  /** Reads through the file, then ends, in place of all the rest. */
  readonly verifyOnly?: boolean;
}

export type WorkerRequest = { readonly id: number } & (
  | {
      readonly kind: 'query';
      /** The reader sees what is committed, even while the writer has a transaction open or waits for a lock. */
      readonly connection: 'reader' | 'writer';
      readonly sql: string;
      readonly parameters: readonly SqlValue[];
    }
  | {
      readonly kind: 'append-usage';
      readonly records: PackedRecords;
      readonly minutesFrom: number;
    }
  /** Gives some free pages back to the file system; `changes` tells how many are left. */
  | { readonly kind: 'reclaim' }
  /** Looks for other programs' commits now; `changed` comes before the answer. */
  | { readonly kind: 'look' }
  | { readonly kind: 'close' }
);

export interface QueryAnswer {
  readonly rows: readonly SqlRow[];
  /** Rows that a statement without result rows changed. */
  readonly changes: number;
}

/** SQLite's (or, at the start, the file system's) own words. */
export interface WorkerError {
  readonly message: string;
  /** SQLite's primary result code: 5 busy, 13 full, 19 constraint, …; 0 = not SQLite's. */
  readonly code: number;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly error: WorkerError }
  | { readonly kind: 'changed' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: QueryAnswer }
  | { readonly kind: 'error'; readonly id: number; readonly error: WorkerError };
