import type { IncomingHttpHeaders } from 'node:http';
import type { ConversationAnswer } from '../conversation/answer.ts';
import type { ConversationEvent } from '../conversation/events.ts';
import type { Failure } from '../conversation/failure.ts';
import type { KeptAnswer, RecalledAnswers } from '../conversation/kept-answer.ts';
import type { Part } from '../conversation/message.ts';
import type { ConversationRequest, Tool, TranslatedRequest } from '../conversation/request.ts';
import type { TranslationLog } from '../conversation/translation.ts';
import type { Usage } from '../conversation/usage.ts';
import type { ByteString } from '../lib/byte-string.ts';
import type { JsonRecord } from '../lib/json.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { Vault } from '../lib/secrets.ts';

/**
 * Everything that the gateway knows about one public LLM API. All functions are pure and synchronous; `http` and the
 * upstream client do the I/O. A dialect's folder also exports functions that encode requests and decode answers for the
 * upstream routes that use the dialect; they are not part of this interface.
 */
export interface Dialect {
  readonly name: string;
  /** The endpoints that the API adds to the route table. */
  readonly endpoints: readonly Endpoint[];
  /** The path and query below `/v1` of the endpoint that answers a request, such as `/chat/completions`. */
  answerPath(request: PathParameters): string;
  /** True for a request that only clients of this API send. Determines the format of errors outside of endpoints. */
  recognises(head: RequestHead): boolean;
  /**
   * Reads the API key from where clients of this API put it. There may be several, the most likely one first: Claude Code
   * also sends the vendor's key that it finds in its environment.
   */
  readKeys(head: RequestHead): readonly string[];
  /** Names the part of an event of an answer that clients of this API do not get; undefined if they get all of it. */
  lossOf(event: ConversationEvent): string | undefined;
  /** Encodes a failure as a whole response, before anything was sent. */
  encodeFailure(failure: Failure, context: FailureContext): EncodedFailure;
  /** Headers of every answer and failure, in addition to `x-request-id`. */
  encodeRequestId?(context: FailureContext): Readonly<Record<string, string>>;
  /** Encodes the state of the key's limits as response headers. */
  encodeLimits(limits: KeyLimitStates): Readonly<Record<string, string>>;
}

/**
 * Reads parts of a dialect's requests that clients mix into requests of another dialect. It ignores everything that
 * could also belong to the other dialect.
 */
export interface ShapeReader {
  /**
   * @returns undefined if the value is not in this dialect's format
   * @throws Failure `invalid-request` that names the invalid member
   */
  readPart(value: JsonRecord, path: string): Part | undefined;
  /** As `readPart`. */
  readTool(value: JsonRecord, path: string): Tool | undefined;
  /** Reads the members of a request that only this dialect has and that the neutral language covers. */
  readMembers(json: JsonRecord): ForeignMembers;
}

/** The members of a dialect that were found in another dialect's request. */
export interface ForeignMembers {
  /** The members' names. */
  readonly names: readonly string[];
  /** The system prompt, which comes before all messages. */
  readonly system: readonly Part[];
  readonly settings: Partial<Pick<ConversationRequest, 'stop' | 'reasoning'>>;
}

/** The parts of an HTTP request that are known before its body is read. */
export interface RequestHead {
  readonly method: string;
  /** Percent-decoded, without the query: `/v1/models/anthropic:claude-sonnet-4@20250514`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** The fields of a request that an API may have in its path instead of its body. */
export interface PathParameters {
  /** The model's id as the client wrote it. */
  readonly model: string;
  readonly stream: boolean;
}

/**
 * A method and path, and what it does. A `*` at the end of a path matches the rest, including slashes; the endpoint
 * reads it from the head. If several dialects have the same method and path, the first one that `accepts` the head is
 * used.
 */
export type Endpoint = AnswerEndpoint | CountEndpoint | ListModelsEndpoint | ShowModelEndpoint | KeptAnswerEndpoint;

interface EndpointPlace {
  readonly path: string;
  /** Absent if the endpoint accepts every head. */
  accepts?(head: RequestHead): boolean;
}

/** An endpoint whose requests may refer to answers that the gateway stored. */
interface ReferringEndpoint extends EndpointPlace {
  /**
   * The ids of stored answers, or of their items, that the request refers to. Absent if the API has no such references.
   */
  readReferences?(body: Uint8Array): readonly string[];
}

/** What decoding a request needs in addition to the request. */
export interface RequestContext {
  /** The answers found for the ids from `readReferences`. */
  readonly recalled: RecalledAnswers;
  /** Seals data that the client sends back later and only this gateway may read. */
  readonly vault: Vault;
}

/** Generates an answer. */
export interface AnswerEndpoint extends ReferringEndpoint {
  readonly method: 'POST';
  readonly does: 'answer';
  /**
   * @param body the decompressed body, at most `MAX_BODY_BYTES` long
   * @throws Failure `invalid-request` that names the parameter
   */
  decodeRequest(body: JsonBody, head: RequestHead, context: RequestContext): DecodedRequest;
}

/** Counts a request's input tokens. The count is an estimate, since the upstream has no route for it. */
export interface CountEndpoint extends ReferringEndpoint {
  readonly method: 'POST';
  readonly does: 'count-tokens';
  /** @throws Failure `invalid-request` that names the parameter */
  decodeRequest(body: JsonBody, head: RequestHead, context: RequestContext): ConversationRequest;
  encodeCount(inputTokens: number): ByteString;
}

export interface ListModelsEndpoint extends EndpointPlace {
  readonly method: 'GET';
  readonly does: 'list-models';
  /** @throws Failure `invalid-request` for invalid pagination parameters */
  encodeModels(models: readonly ListedModel[], head: RequestHead): ByteString;
}

export interface ShowModelEndpoint extends EndpointPlace {
  readonly method: 'GET';
  readonly does: 'show-model';
  /** The model's name as the client wrote it. */
  readName(head: RequestHead): string;
  encodeModel(model: ListedModel, head: RequestHead): ByteString;
}

/** Returns or deletes a stored answer. */
export interface KeptAnswerEndpoint extends EndpointPlace {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly does: 'show-kept' | 'forget-kept';
  /** @returns the id of the answer */
  readName(head: RequestHead): string;
  /**
   * @param text the stored answer; undefined if nothing is stored under that id
   * @throws Failure if there is no such answer, or if the requested format is not supported
   */
  encodeKept(text: string | undefined, head: RequestHead): ByteString;
}

/** A model in the list that clients get. */
export interface ListedModel {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly ownedBy: string;
  /** A human-readable name. */
  readonly displayName: string;
  /** In tokens; null if unknown. */
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly thinking: boolean;
}

/** A decoded request, with encoders for its answer, which depend on what the request asked for. */
export interface DecodedRequest extends TranslatedRequest {
  readonly encoders: AnswerEncoders;
  /** For answers whose frames are already in this dialect. Absent if this request's answers cannot be relayed. */
  readonly relayEncoders?: AnswerEncoders;
  /** True if the encoders read the body again when the answer ends, to store it. */
  readonly rereadsBody?: boolean;
}

export interface AnswerEncoders {
  /**
   * Encodes a complete answer as the JSON of the response.
   *
   * @param answer always has a usage: an estimate if the upstream did not report one
   */
  encodeAnswer(answer: ConversationAnswer & { readonly usage: Usage }, context: AnswerContext): ByteString;
  createStreamEncoder(context: AnswerContext): StreamEncoder;
}

export interface AnswerContext {
  /** Unique for the answer, without a dialect's prefix. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** The model's id as the client wrote it. */
  readonly model: string;
  /** Estimates the request's tokens, for APIs that report them before the upstream does; at least 1. */
  readonly estimateInputTokens: () => number;
  /** Stores an answer that its client may refer to later. Absent if nothing is stored. */
  readonly keep?: (answer: KeptAnswer) => void;
}

/**
 * Encodes events as the client's stream. The first `encode` starts the stream. The bytes of one `encode` are written at
 * once. `encode` is not called after `end` or `fail`.
 */
export interface StreamEncoder {
  readonly contentType: string;
  /** @returns an empty string if this dialect has no output for the events */
  encode(events: readonly ConversationEvent[]): ByteString;
  /** Ends the stream. @param usage the final usage of the exchange: an estimate if the upstream did not report one */
  end(usage: Usage): ByteString;
  /** Ends the stream with an error in the client's format. */
  fail(failure: Failure): ByteString;
  /** Bytes that keep proxies from closing an idle stream. They are valid at any point, even before the first event. */
  heartbeat(): ByteString;
}

export interface FailureContext {
  /** Also sent in the header `x-request-id`. */
  readonly requestId: string;
}

export interface EncodedFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
}

/** The state of a key's limits; absent for those without a limit. */
export interface KeyLimitStates {
  readonly requests?: LimitState;
  readonly tokens?: LimitState;
}

/** The state of a limit per minute. */
export interface LimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Time until the next window begins. */
  readonly resetMilliseconds: number;
}

/* Toward the upstream: what a dialect's folder exports to the routes that use it. */

/** The model that a request is encoded for. */
export interface EncodingTarget {
  /** The model's id on the route. */
  readonly model: string;
  readonly notes: TranslationLog;
}

/** What a route provides for decoding an upstream's answer. */
export interface AnswerReaderOptions {
  /** Creates an id for a tool call that has none. */
  readonly newId: () => string;
  /** Decodes an error inside an answer. @param value the parsed JSON, or text that is not JSON */
  readonly readFailure: (value: unknown) => Failure;
  /** Creates the failure for a malformed, empty or truncated answer. */
  readonly brokenAnswer: (message: string, evidence?: string) => Failure;
}

/**
 * Decodes the parsed JSON of one answer, complete or streamed, into events. The events follow the rules of
 * `conversation/events` whatever the upstream sends. There are no events after a failure or after the end.
 */
export interface AnswerReader {
  /** True when no more events follow, because of the answer's end marker or a failure. */
  readonly over: boolean;
  /** True once every choice has its finish reason, after which only usage and an end marker follow. */
  readonly finished?: boolean;
  /** @param value one parsed JSON value: the complete answer, or one frame of a stream */
  read(value: unknown, events: ConversationEvent[]): void;
  fail(failure: Failure, events: ConversationEvent[]): void;
  /**
   * Call at the regular end of the body. Every choice that started is finished, or the answer gets a failure.
   *
   * @param isComplete true if the body cannot be truncated: it was one JSON value, or had an end marker
   */
  end(events: ConversationEvent[], isComplete?: boolean): void;
}
