/** What is kept of an answer for a while, so that later requests of the same API key may refer to it. */
export interface KeptAnswer {
  /** What a request may call it by: its own name first, then those of its items. */
  readonly names: readonly [string, ...string[]];
  /** The name of the kept answer that it goes on from. */
  readonly previous?: string;
  /** JSON text, in the form of the dialect that keeps it. */
  readonly text: string;
}

/** One object for one answer, however many of its names were asked for. */
export interface RecalledAnswer {
  readonly text: string;
}

/**
 * Kept answers by the names that were asked for. Where an answer was asked for by its own name, those that it goes on from
 * are there by theirs, as far as they are still kept.
 */
export type RecalledAnswers = ReadonlyMap<string, RecalledAnswer>;
