/** How the request wants its answer. */
export interface MessagesAnswerOptions {
  /** `hidden`: the client did not ask for thinking, and gets none. `omitted`: it gets the proofs alone. */
  readonly thinking: 'shown' | 'omitted' | 'hidden';
  /** The request's own. */
  readonly stopSequences: readonly string[];
}
