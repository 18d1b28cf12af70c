/**
 * What a vendor wants back to believe that reasoning is its own: Anthropic's signature and redacted data, OpenAI's encrypted
 * content, Gemini's thought signature. Opaque; whoever gets it back altered refuses the request.
 */
export interface ReasoningProof {
  /** The name of the dialect whose vendor made it. */
  readonly dialect: string;
  readonly value: string;
  /** The upstream's id of the model that made it, where known. */
  readonly model?: string;
  /** Anthropic's `redacted_thinking`: the value is the reasoning itself, encrypted, and there is no text. */
  readonly redacted?: boolean;
  /** The id of the item that it came in, where the vendor wants that back as well (OpenAI's `rs_…`). */
  readonly itemId?: string;
  /**
   * The proof is that of a text or a tool call, which has no place for it in the dialect that it came through: it belongs to
   * the part behind it or before it. `attachProofs` gives it back.
   */
  readonly of?: 'next' | 'previous';
}
