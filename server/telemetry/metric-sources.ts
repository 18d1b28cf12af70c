import type { PoolCounts, RouteCounts } from '../pool/credential-view.ts';

/** The values that the metrics endpoint reads from the rest of the application. */
export interface MetricSources {
  readonly backups: () => {
    /** Milliseconds since the epoch. */
    readonly lastSuccessAt: number | undefined;
    readonly last: { readonly ok: boolean } | undefined;
  };
  readonly pool: () => PoolCounts;
  readonly routes: () => readonly RouteCounts[];
  readonly credits: () => { readonly total: number | null; readonly remaining: number | null };
  /** Records that are not stored yet, and the age of the oldest in milliseconds. */
  readonly ledger: () => { readonly pending: number; readonly dropped: number; readonly lagMs: number };
  /**
   * Replicas on the same database, the identity of this one, and whether it does not share its limit counters although
   * it should.
   */
  readonly replicas: () => {
    readonly count: number;
    readonly name: string;
    readonly version: string;
    readonly countsSeparately: boolean;
  };
  readonly running: () => number;
  /** Log lines that could not be written to standard output. */
  readonly droppedLogLines: () => number;
  /** The id of the model that a client's name means. Names that clients invent must not become labels. */
  readonly modelOf: (name: string) => string | undefined;
}
