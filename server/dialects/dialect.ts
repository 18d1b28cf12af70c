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
import type { Vault } from '../lib/secrets.ts';

/**
 * One public LLM API: all that the gateway knows of it. Everything in it is pure and synchronous; I/O is `http`'s and the
 * upstream client's. A folder that adds one also reads and writes its bodies in the upstream's direction, for the routes
 * that speak it; those functions are exported to the routes and are no part of this contract.
 */
export interface Dialect {
  readonly name: string;
  /** Its part of the route table. */
  readonly endpoints: readonly Endpoint[];
  /** Where a request is answered, with its query, below `/v1`, where every API answers: `/chat/completions`. */
  answerPath(request: AskedOf): string;
  /** True for a request that only this API's clients send: it decides whose words errors outside of endpoints have. */
  recognises(head: RequestHead): boolean;
  /** The API key, from where clients of this API put it; undefined when there is none. */
  readKey(head: RequestHead): string | undefined;
  /** A failure before anything was sent. */
  encodeFailure(failure: Failure, context: FailureContext): EncodedFailure;
  /** Headers that every answer and failure has, beside `x-request-id`. */
  encodeRequestId?(context: FailureContext): Readonly<Record<string, string>>;
  /** How the key's limits stand, as headers of an answer. */
  encodeLimits(limits: KeyLimitStates): Readonly<Record<string, string>>;
}

/**
 * Reads single shapes of a dialect where clients mix them into another's requests. Nothing that could as well be the other's
 * own is taken.
 */
export interface ShapeReader {
  /**
   * @returns undefined when the value has no shape of this dialect
   * @throws Failure `invalid-request` naming what is wrong in the shape
   */
  readPart(value: JsonRecord, path: string): Part | undefined;
  /** As `readPart`. */
  readTool(value: JsonRecord, path: string): Tool | undefined;
  /** Members of a request that only this dialect has, as far as the language has words for them. */
  readMembers(json: JsonRecord): ForeignMembers;
}

/** What a dialect's members in another's request say. */
export interface ForeignMembers {
  /** The members' names. */
  readonly names: readonly string[];
  /** What was said before all else. */
  readonly system: readonly Part[];
  readonly settings: Partial<Pick<ConversationRequest, 'stop' | 'reasoning'>>;
}

/** What of an HTTP request is known before its body is read. */
export interface RequestHead {
  readonly method: string;
  /** Percent-decoded, without the query: `/v1/models/anthropic:claude-sonnet-4@20250514`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** What of a request an API may have in the path that it is asked by. */
export interface AskedOf {
  /** The model's id as the client wrote it. */
  readonly model: string;
  readonly stream: boolean;
}

/**
 * A method and path, and what it does. In a path, `*` at the end stands for the rest of it, slashes included; the endpoint
 * reads it from the head. When several dialects have the same method and path, the first that `accepts` the head gets it.
 */
export type Endpoint = AnswerEndpoint | CountEndpoint | ListModelsEndpoint | ShowModelEndpoint | KeptAnswerEndpoint;

interface EndpointPlace {
  readonly path: string;
  /** Absent: every head. */
  accepts?(head: RequestHead): boolean;
}

/** Takes a request that may refer to answers which the gateway kept. */
interface ReferringEndpoint extends EndpointPlace {
  /** The names of kept answers, or of their items, that the request refers to. Absent: this API has no such thing. */
  readReferences?(body: Uint8Array): readonly string[];
}

/** What reading a request takes beside the request itself. */
export interface RequestContext {
  /** What is still kept of the answers that `readReferences` named. */
  readonly recalled: RecalledAnswers;
  /** Seals what a client carries and only this gateway may read again. */
  readonly vault: Vault;
}

/** Generates. */
export interface AnswerEndpoint extends ReferringEndpoint {
  readonly method: 'POST';
  readonly does: 'answer';
  /**
   * @param body the request's body as it came, decompressed, bounded by `MAX_BODY_BYTES`
   * @throws Failure `invalid-request` naming the parameter
   */
  decodeRequest(body: Uint8Array, head: RequestHead, context: RequestContext): DecodedRequest;
}

/** Counts a request's input tokens, by an estimate: the upstream has no such route. */
export interface CountEndpoint extends ReferringEndpoint {
  readonly method: 'POST';
  readonly does: 'count-tokens';
  /** @throws Failure `invalid-request` naming the parameter */
  decodeRequest(body: Uint8Array, head: RequestHead, context: RequestContext): ConversationRequest;
  encodeCount(inputTokens: number): ByteString;
}

export interface ListModelsEndpoint extends EndpointPlace {
  readonly method: 'GET';
  readonly does: 'list-models';
  /** @throws Failure `invalid-request` for a page that cannot be */
  encodeModels(models: readonly ListedModel[], head: RequestHead): ByteString;
}

export interface ShowModelEndpoint extends EndpointPlace {
  readonly method: 'GET';
  readonly does: 'show-model';
  /** The model's name as the client wrote it. */
  readName(head: RequestHead): string;
  encodeModel(model: ListedModel, head: RequestHead): ByteString;
}

/** Shows what is kept of an answer, or forgets it. */
export interface KeptAnswerEndpoint extends EndpointPlace {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly does: 'show-kept' | 'forget-kept';
  /** @returns the name of the answer */
  readName(head: RequestHead): string;
  /**
   * @param text as it was kept; undefined when nothing is kept by that name
   * @throws Failure when there is nothing to show, or it cannot be shown so
   */
  encodeKept(text: string | undefined, head: RequestHead): ByteString;
}

/** A model as clients see it. */
export interface ListedModel {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly ownedBy: string;
  /** For people. */
  readonly displayName: string;
  /** Tokens; null when not known. */
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly thinking: boolean;
}

/** A request, and how its answer is to be written: the encoders know what the request asked for. */
export interface DecodedRequest extends TranslatedRequest {
  readonly encoders: AnswerEncoders;
  /** For an answer whose frames are in this dialect already. Absent: this request's answers must be encoded again. */
  readonly relayEncoders?: AnswerEncoders;
}

export interface AnswerEncoders {
  /**
   * A whole answer as the response's JSON.
   *
   * @param answer its usage is present: estimated when the upstream named none
   */
  encodeAnswer(answer: ConversationAnswer & { readonly usage: Usage }, context: AnswerContext): ByteString;
  createStreamEncoder(context: AnswerContext): StreamEncoder;
}

export interface AnswerContext {
  /** Unique to the answer, without a dialect's prefix. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** The model's id as the client asked for it. */
  readonly model: string;
  /** About how many tokens the request has, for APIs that tell it before the upstream has said so; at least 1. */
  readonly estimateInputTokens: () => number;
  /** To be told an answer that is whole, if its client may refer to it later. Absent: nothing is kept. */
  readonly keep?: (answer: KeptAnswer) => void;
}

/**
 * Turns events into the client's stream. The first `push` opens it; the bytes of one `push` are written in one go. After
 * `end` or `fail`, nothing more is pushed.
 */
export interface StreamEncoder {
  readonly contentType: string;
  /** Events in order; an empty string when they are nothing to this dialect. */
  push(events: readonly ConversationEvent[]): ByteString;
  /** The stream's regular end. @param usage the exchange's final usage, estimated when the upstream named none */
  end(usage: Usage): ByteString;
  /** The stream's irregular end: an error in the client's format inside the stream. */
  fail(failure: Failure): ByteString;
  /**
   * What keeps proxies from cutting a silent stream, wherever the stream is: before its first event, too.
   */
  heartbeat(): ByteString;
}

export interface FailureContext {
  /** The request id, which is also in the header `x-request-id`. */
  readonly requestId: string;
}

export interface EncodedFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
}

/** How a key's limits stand; absent where there is no limit. */
export interface KeyLimitStates {
  readonly requests?: LimitState;
  readonly tokens?: LimitState;
}

/** A limit per minute. */
export interface LimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Until it restarts. */
  readonly resetMilliseconds: number;
}

/* The upstream's direction: what a dialect's folder exports to the routes that speak it. */

/** For whom a request is encoded. */
export interface EncodingTarget {
  /** The model's id as the route wants it. */
  readonly model: string;
  /** The most tokens that the model answers with; null when not known. */
  readonly maxOutputTokens: number | null;
  readonly notes: TranslationLog;
}

/** How a dialect reads an upstream's answer: what it needs of the route that reads with it. */
export interface AnswerReaderOptions {
  /** Makes an id for a tool call that has none of its own. */
  readonly newId: () => string;
  /** Reads an error that came inside an answer. @param value the parsed JSON, or text that is none */
  readonly readFailure: (value: unknown) => Failure;
  /** A failure for an answer that is no answer: broken, empty or cut. */
  readonly brokenAnswer: (message: string, evidence?: string) => Failure;
}

/**
 * Reads the parsed JSON of one answer, whole or in any number of increments, to events. It keeps what
 * `conversation/events` promises whatever the upstream sends. After a failure and after the end, nothing comes out.
 */
export interface AnswerReader {
  /** True once nothing more comes out, by the answer's own mark or a failure. */
  readonly over: boolean;
  /** @param value one parsed JSON value: the whole answer, or one frame of a stream */
  read(value: unknown, events: ConversationEvent[]): void;
  fail(failure: Failure, events: ConversationEvent[]): void;
  /** The body ended regularly: every choice that began gets its finish, or the answer one failure. */
  end(events: ConversationEvent[]): void;
}
