import { Unavailable } from '../lib/unavailable.ts';

/**
 * - `not-writable`: the data folder or the database cannot be created, read or written.
 * - `unreachable`: the database server does not answer, or refuses us.
 * - `locked`: another program kept the database locked for too long.
 * - `in-use`: another server works on it.
 * - `not-empty`: what is to be filled holds something already.
 * - `full`: no space is left.
 * - `corrupt`: not a database, or a broken one.
 * - `foreign`: another program's database.
 * - `newer`: written by a newer version of the gateway.
 * - `older`: written by an older version, where nothing may be changed.
 * - `wrong-key`: the secret key is not the one its secrets were sealed under.
 * - `closed`: used after it was closed.
 * - `interrupted`: its thread, or the connection to it, ended meanwhile. Whether a write was done is not known; a transaction was not.
 * - `constraint`: a value that the schema refuses.
 * - `other`: anything else the engine said.
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

/** What went wrong with the database, in one line fit for a log or the end of a start. */
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
    'The secret key does not fit the database: restore secret.key in the data folder, or set SECRET_KEY as it was.',
    { cause },
  );
}
