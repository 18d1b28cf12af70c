import type { ConversationEvent } from '../../conversation/events.ts';
import type { ConversationRequest, OriginalBody, Warning } from '../../conversation/request.ts';

/** One wire of the Atlassian AI Gateway. Everything in it is pure and synchronous; I/O is the upstream client's. */
export interface UpstreamRoute {
  readonly name: string;
  /**
   * @param request with `choiceCount` 1: the exchange asks once per choice
   * @param upstreamModel the model's id as this route wants it
   * @throws Failure `invalid-request` naming the parameter that this wire cannot carry
   */
  encodeRequest(request: ConversationRequest, upstreamModel: string): EncodedRequest;
  /**
   * The client's own bytes, when they say what `encodeRequest` would. It warns of nothing.
   *
   * @returns undefined when this wire or the model's vendor needs another form
   */
  relayRequest?(original: OriginalBody, upstreamModel: string): EncodedRequest | undefined;
  /**
   * A decoder for the body of one 200 answer, whatever form the body turns out to have.
   *
   * @param secrets of the account: they must not come out in a failure's words
   */
  createDecoder(secrets?: readonly string[]): AnswerDecoder;
}

export interface EncodedRequest {
  /** Behind the origin, with its leading slash. */
  readonly path: string;
  /** UTF-8 JSON in one or more pieces, to be sent in order. */
  readonly body: readonly Uint8Array[];
  /** What the wire could not carry. */
  readonly warnings: readonly Warning[];
}

/**
 * Reads the bytes of one 200 answer, cut anywhere. After a `failure` event, and after `end`, nothing more comes out.
 */
export interface AnswerDecoder {
  /** True once nothing more comes out, by the answer's own mark or a failure: the connection does not matter any more. */
  readonly complete: boolean;
  push(bytes: Uint8Array): ConversationEvent[];
  /** The body ended regularly: every choice that began gets its finish, or the answer one failure. */
  end(): ConversationEvent[];
}
