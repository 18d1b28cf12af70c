import type { AnswerTransformMaker } from '../../conversation/answer-transform.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { PromptCaching } from '../../conversation/prompt-caching.ts';
import type { ConversationRequest, OriginalBody } from '../../conversation/request.ts';
import type { TranslationNote } from '../../conversation/translation.ts';

/**
 * One route of the Atlassian AI Gateway: the path, envelope, edits, framing and workarounds around a dialect. Routes
 * are pure and synchronous; the upstream client does the I/O.
 */
export interface UpstreamRoute {
  readonly name: string;
  /** The dialect of the route's bodies. */
  readonly dialect: string;
  /**
   * True when clients of the dialect can read the route's frames, so answers can be relayed. Such a route is preferred
   * for those clients. False for routes that wrap or imitate the dialect.
   */
  readonly relaysAnswers?: boolean;
  /** The route requires `X-Atlassian-EncodedToken` in addition to the authorization (protocol notes, section 1). */
  readonly encodedToken?: boolean;
  /** Serves the models of all vendors; used when none of a model's own routes is available. */
  readonly lastResort?: true;
  /** True for a model that sometimes stops without any content, and answers when the request is repeated. */
  mayStopEmpty?(upstreamModel: string): boolean;
  /** True for an id in the format of this route's models. A model's endpoints are derived from this. */
  servesModel(upstreamModel: string): boolean;
  /** True when another route to the same model suits the request better; this one is then tried after it. */
  servesPoorly?(request: ConversationRequest, upstreamModel: string): boolean;
  /**
   * @param request with `choiceCount` 1, because the exchange sends one request per choice, and with a limit on output
   * tokens within the model's (`encodeForRoute` lowers it)
   * @throws Failure `invalid-request` naming the parameter that this route cannot carry
   */
  encodeRequest(request: ConversationRequest, target: RouteTarget): EncodedRequest;
  /**
   * The client's own bytes with the route's edits, when the result is equivalent to `encodeRequest`.
   *
   * @param original in the route's dialect
   * @returns undefined when this route or the model needs another form
   */
  relayRequest?(original: OriginalBody, target: RouteTarget): EncodedRequest | undefined;
  /** `relayRequest` lowers a limit on output tokens above the model's. Without this, it gets no body with such a limit. */
  readonly relayLowersLimit?: true;
  /** Finds the part of a parsed body that the paths in `refusedMembers` start from; absent for the body itself. */
  payloadOf?(body: unknown): unknown;
  /** A decoder for the body of one 200 response, in whatever format it arrives. */
  createDecoder(options: DecoderOptions): AnswerDecoder;
}

/** The model that a request is encoded for. */
export interface RouteTarget {
  /** The model's id on this route. */
  readonly model: string;
  /** The model's maximum output tokens; null when unknown. */
  readonly maxOutputTokens: number | null;
  /**
   * Paths of members (`tools[].strict`), and of items of a type (`tools[].type=web_search_20250305`), that this model
   * refuses on this route. They are left out.
   */
  readonly refusedMembers: ReadonlySet<string>;
  /** Default: `client`. */
  readonly promptCaching?: PromptCaching;
}

export interface EncodedRequest {
  /** Path and query after the origin, with a leading slash. */
  readonly path: string;
  /** UTF-8 JSON in one or more pieces, sent in order. */
  readonly body: readonly Uint8Array[];
  /** What the translation changed or dropped. */
  readonly notes: readonly TranslationNote[];
  /** True when the answer's frames can be passed on unchanged to a client of the same dialect. */
  readonly answerIsRelayable?: boolean;
  /**
   * Makes the transform that reverts the request's changes in the answer's events: rewritten names and ids, a response
   * format requested as a tool. Called once per answer; undefined when there is nothing to revert.
   */
  readonly createAnswerTransform?: AnswerTransformMaker | undefined;
}

export interface DecoderOptions {
  /** The account's secrets, redacted from failure messages. */
  readonly secrets: readonly string[];
  /** The response's content type, if any. Only `application/vnd.amazon.eventstream` is relied on. */
  readonly contentType: string | undefined;
  /**
   * The answer is relayed if it arrives in this form: each frame is then reported as an event, before the events read
   * from it. `stream`: frame by frame; `whole`: the body as one frame; undefined: no frames are reported.
   */
  readonly frames: 'stream' | 'whole' | undefined;
}

/**
 * Decodes the bytes of one 200 response, split anywhere. It emits nothing after a `failure` event or after `end`.
 */
export interface AnswerDecoder {
  /** True once the answer ended by its own marker or a failure: the rest of the response does not matter. */
  readonly complete: boolean;
  /**
   * True once every choice has its finish reason, after which only usage and an end marker follow: a connection that
   * breaks then cost nothing.
   */
  readonly finished?: boolean;
  decode(bytes: Uint8Array): ConversationEvent[];
  /** Call when the body has ended normally. Every started choice gets its finish, or the answer gets one failure. */
  end(): ConversationEvent[];
}
