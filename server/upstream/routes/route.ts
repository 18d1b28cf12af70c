import type { AnswerTransformMaker } from '../../conversation/answer-transform.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { PromptCaching } from '../../conversation/prompt-caching.ts';
import type { ConversationRequest, OriginalBody } from '../../conversation/request.ts';
import type { TranslationNote } from '../../conversation/translation.ts';

/**
 * One route of the Atlassian AI Gateway: path, envelope, edits, framing and leniencies around a dialect. Everything in it is
 * pure and synchronous; I/O is the upstream client's.
 */
export interface UpstreamRoute {
  readonly name: string;
  /** The name of the dialect that its bodies are written in. */
  readonly dialect: string;
  /**
   * True when its frames are what clients of the dialect expect, so that answers may be relayed: such a route is preferred
   * for them. Not for a wrapping or an imitation of the dialect.
   */
  readonly relaysAnswers?: boolean;
  /** Wants `X-Atlassian-EncodedToken` beside the authorization (protocol notes, section 1). */
  readonly encodedToken?: boolean;
  /** Serves models of all vendors, and is taken when none of a model's own routes can be. */
  readonly lastResort?: true;
  /** True for an id of the form that this route's models have: what a model's endpoints are derived from. */
  servesModel(upstreamModel: string): boolean;
  /** True when another route to the same model would serve the request better: it is then tried behind that. */
  servesPoorly?(request: ConversationRequest, upstreamModel: string): boolean;
  /**
   * @param request with `choiceCount` 1: the exchange asks once per choice
   * @throws Failure `invalid-request` naming the parameter that this route cannot carry
   */
  encodeRequest(request: ConversationRequest, target: RouteTarget): EncodedRequest;
  /**
   * The client's own bytes with the route's edits, when they mean what `encodeRequest` would say.
   *
   * @param original in the route's dialect
   * @returns undefined when this route or the model needs another form
   */
  relayRequest?(original: OriginalBody, target: RouteTarget): EncodedRequest | undefined;
  /** Where in a parsed body the members lie that `refusedMembers` counts from; absent for the body itself. */
  payloadOf?(body: unknown): unknown;
  /** A decoder for the body of one 200 answer, whatever form the body turns out to have. */
  createDecoder(options: DecoderOptions): AnswerDecoder;
}

/** For which model a route encodes a request. */
export interface RouteTarget {
  /** The model's id as this route wants it. */
  readonly model: string;
  /** The most tokens that the model answers with; null when not known. */
  readonly maxOutputTokens: number | null;
  /** Members that this model was found to refuse on this route, by path (`tools[].strict`): they are left out. */
  readonly refusedMembers: ReadonlySet<string>;
  /** Absent: `client`. */
  readonly promptCaching?: PromptCaching;
}

export interface EncodedRequest {
  /** Behind the origin, with its leading slash. */
  readonly path: string;
  /** UTF-8 JSON in one or more pieces, to be sent in order. */
  readonly body: readonly Uint8Array[];
  /** What the translation did. */
  readonly notes: readonly TranslationNote[];
  /** True when the answer's frames are what the client's dialect has, so that they may be passed on as they come. */
  readonly answerIsRelayable?: boolean;
  /**
   * Makes what undoes in the answer's events what was done to the request: names and ids that were rewritten, a format that
   * was asked for as a tool. Called once for each answer; absent when there is nothing to undo.
   */
  readonly createAnswerTransform?: AnswerTransformMaker;
}

export interface DecoderOptions {
  /** Of the account: they must not come out in a failure's words. */
  readonly secrets: readonly string[];
  /** The answer's content type, when it has one: only `application/vnd.amazon.eventstream` is believed. */
  readonly contentType: string | undefined;
  /**
   * The answer is relayed if it comes in this form: each frame is then told as an event, before what was read of it.
   * `stream`: frame by frame; `whole`: the body as one frame. Absent: no frames are told.
   */
  readonly frames: 'stream' | 'whole' | undefined;
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
