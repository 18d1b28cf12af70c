import { Unavailable } from '../lib/unavailable.ts';

/**
 * - `not-writable`: the data folder or the database cannot be created, read or written.
 * - `unreachable`: the database server does not respond, or rejects the connection.
 * - `locked`: another program held a lock for too long.
 * - `in-use`: another server uses the database.
 * - `not-empty`: the target already contains data.
 * - `full`: no space is left.
 * - `corrupt`: not a database, or a damaged one.
 * - `foreign`: another program's database.
 * - `newer`: written by a newer version of the gateway.
 * - `older`: written by an older version, and opened read-only.
 * - `wrong-key`: the secrets were encrypted with a different secret key.
 * - `closed`: used after it was closed.
 * - `interrupted`: the thread or connection ended meanwhile. A single write may or may not have happened; a transaction
 * was not committed.
 * - `constraint`: the schema rejects a value.
 * - `other`: any other error of the engine.
 */
export type StoreFailureKind =
  | 'not-writable'
  | 'unreachable'
  | 'locked'
  | 'in-use'
  | 'not-empty'
  | 'full'
  | 'corrupt'
  | 'foreign'
  | 'newer'
  | 'older'
  | 'wrong-key'
  | 'closed'
  | 'interrupted'
  | 'constraint'
  | 'other';

/** A database failure with a one-line message, for the log or for the end of a failed start. */
export class StoreFailure extends Unavailable {
  override readonly name = 'StoreFailure';
  readonly kind: StoreFailureKind;

  constructor(kind: StoreFailureKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }

  override get isUnavailable(): boolean {
    return this.kind !== 'constraint';
  }
}

export function wrongKey(cause: unknown): StoreFailure {
  return new StoreFailure(
    'wrong-key',
    'The secret key does not match the database: restore secret.key in the data folder, or set SECRET_KEY to its previous value.',
    { cause },
  );
}
