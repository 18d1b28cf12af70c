/** The format of the answer that the request asked for. */
export interface MessagesAnswerOptions {
  /** `hidden`: the client did not ask for thinking and gets none. `omitted`: it gets only the proofs. */
  readonly thinking: 'shown' | 'omitted' | 'hidden';
  /** The stop sequences in the request. */
  readonly stopSequences: readonly string[];
}
