/** A row of a table: values by column name. */
export type BackupRow = Readonly<Record<string, string | number | null>>;

/** A non-empty batch of rows from one table, all with the same columns. */
export interface BackupBatch {
  readonly table: string;
  readonly rows: readonly BackupRow[];
}

/** Number of rows per table. */
export type BackupRowCounts = ReadonlyMap<string, number>;

/** The source of a backup: a snapshot of all data, independent of the engine and of the secret key. */
export interface BackupSource {
  /** The applied migrations, in order. */
  readonly schema: readonly string[];
  /** The expected number of rows, before reading them. */
  count(): Promise<BackupRowCounts>;
  batches(): AsyncIterable<BackupBatch>;
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
    batches: AsyncIterable<BackupBatch>,
    onProgress: (rows: number) => void,
  ): Promise<BackupRowCounts>;
}

export function sumOf(counts: BackupRowCounts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** Yields the batches until the signal is aborted, then throws. */
export async function* throwWhenAborted<Batch>(
  batches: AsyncIterable<Batch>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    signal?.throwIfAborted();
    yield batch;
  }
}
