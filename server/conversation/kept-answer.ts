/** What is stored of an answer for a while, so that later requests with the same API key can refer to it. */
export interface KeptAnswer {
  /** The ids by which requests may refer to it: the answer's own id first, then those of its items. */
  readonly names: readonly [string, ...string[]];
  /** The id of the stored answer that it continues. */
  readonly previous?: string;
  /** JSON text, in the format of the dialect that stored it. */
  readonly text: string;
}

/** The same object for the same answer, even if several of its ids were requested. */
export interface RecalledAnswer {
  readonly text: string;
}

/**
 * Stored answers by the ids that were requested. If an answer was requested by its own id, the earlier answers of its
 * conversation are included under their ids, as far as they are still stored.
 */
export type RecalledAnswers = ReadonlyMap<string, RecalledAnswer>;
