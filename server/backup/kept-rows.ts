/** A row of a table: each column's value by its name. */
export type KeptRow = Readonly<Record<string, string | number | null>>;

/** Some rows of a table, which all have the same columns; never none. */
export interface KeptBatch {
  readonly table: string;
  readonly rows: readonly KeptRow[];
}

/** Rows of each table. */
export type KeptCounts = ReadonlyMap<string, number>;

/** Where backups come from: all that is kept, as it was at one moment, free of the engine and of the secret key. */
export interface BackupSource {
  /** The steps that made the schema, in their order. */
  readonly schema: readonly string[];
  /** What is to be expected, before it is read. */
  count(): Promise<KeptCounts>;
  batches(): AsyncIterable<KeptBatch>;
  close(): Promise<void>;
}

/** Where backups go to. */
export interface BackupTarget {
  /**
   * Takes all rows, or none.
   *
   * @param schema the steps that the rows' schema was made by
   * @param onProgress told how many rows are in by then
   * @returns the rows of each table, as counted there
   * @throws with a message of one line when it is not empty, or the schema is of a newer version; whatever the batches throw
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

/** The same batches, until the signal is aborted: then it throws. */
export async function* untilAborted<Batch>(
  batches: AsyncIterable<Batch>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    signal?.throwIfAborted();
    yield batch;
  }
}
