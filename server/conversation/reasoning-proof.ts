/**
 * An opaque value by which a vendor verifies that reasoning is its own: Anthropic's signature and redacted data,
 * OpenAI's encrypted content, Gemini's thought signature. Vendors reject a request with an altered value.
 */
export interface ReasoningProof {
  /** The dialect of the vendor that created it. */
  readonly dialect: string;
  readonly value: string;
  /** The upstream's id of the model that created it, if known. */
  readonly model?: string;
  /** Anthropic's `redacted_thinking`: the value is the reasoning itself, encrypted, and there is no text. */
  readonly redacted?: boolean;
  /** The id of the item that contained it, if the vendor requires that as well (OpenAI's `rs_…`). */
  readonly itemId?: string;
  /**
   * Set if the proof belongs to the text, tool call or image after or before the reasoning part, because the client's dialect
   * has no field for proofs there. `attachProofs` moves it back.
   */
  readonly of?: 'next' | 'previous';
}
