/** A row of a table: values by column name. */
export type KeptRow = Readonly<Record<string, string | number | null>>;

/** A non-empty batch of rows from one table, all with the same columns. */
export interface KeptBatch {
  readonly table: string;
  readonly rows: readonly KeptRow[];
}

/** Number of rows per table. */
export type KeptCounts = ReadonlyMap<string, number>;

/** The source of a backup: a snapshot of all data, independent of the engine and of the secret key. */
export interface BackupSource {
  /** The applied migrations, in order. */
  readonly schema: readonly string[];
  /** The expected number of rows, before reading them. */
  count(): Promise<KeptCounts>;
  batches(): AsyncIterable<KeptBatch>;
  close(): Promise<void>;
}

/** The destination of a restore. */
export interface BackupTarget {
  /**
   * Inserts all rows or none.
   *
   * @param schema the migrations of the rows' schema
   * @param onProgress called with the number of rows inserted so far
   * @returns the number of rows per table, counted in the destination
   * @throws Error with a one-line message if it is not empty or the schema is newer; any error that the batches throw
   */
  fill(
    schema: readonly string[],
    batches: AsyncIterable<KeptBatch>,
    onProgress: (rows: number) => void,
  ): Promise<KeptCounts>;
}

export function sumOf(counts: KeptCounts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** Yields the batches until the signal is aborted, then throws. */
export async function* untilAborted<Batch>(
  batches: AsyncIterable<Batch>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    signal?.throwIfAborted();
    yield batch;
  }
}
