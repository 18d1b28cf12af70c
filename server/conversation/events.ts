import { type ByteString, fromByteString } from '../lib/byte-string.ts';
import type { Failure } from './failure.ts';
import type { ReasoningProof } from './reasoning-proof.ts';
import type { Usage } from './usage.ts';
import type { VendorData } from './vendor-data.ts';

/**
 * Why a choice ended.
 *
 * - `stop`: the model was done. `stop-sequence`: one of the client's stop sequences came.
 * - `length`: the bound on the answer's tokens. `context-full`: the model's context window.
 * - `tool-calls`: the model waits for results.
 * - `content-filter`: the vendor's filter. `refusal`: the model declined.
 * - `paused`: the vendor stopped a long turn of its own tools; the client may go on with it.
 */
export type FinishReason =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'context-full'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'
  | 'paused';

/**
 * What an upstream's answer consists of, streamed or not. `choice` counts from 0. A choice is a sequence of blocks, which
 * are the parts of its message: `block` counts them from 0, each is started, grows by deltas and is ended before the next
 * one starts. Then comes exactly one `finish`; or one `failure` that ends the whole answer at any point. Block deltas of a
 * tool call join to the arguments' JSON text as the model wrote it.
 */
export type ConversationEvent =
  | AnswerStart
  | BlockStart
  | BlockDelta
  | BlockLiterals
  | VendorDelta
  | BlockEnd
  | LogprobsDelta
  | UsageReport
  | Finish
  | FailureEvent
  | Frame;

/** At most once, before everything but frames: what the upstream says of itself. */
export interface AnswerStart {
  readonly type: 'start';
  /** The model that the upstream says answered. */
  readonly upstreamModel?: string;
  /** What is known of the usage before the answer: the input. */
  readonly usage?: Usage;
}

/** The kinds of blocks that grow by text. */
export type TextKind = 'text' | 'reasoning' | 'refusal' | 'tool-call';

export type BlockStart =
  | {
      readonly type: 'block-start';
      readonly choice: number;
      readonly block: number;
      readonly kind: 'text' | 'reasoning' | 'refusal';
    }
  | {
      readonly type: 'block-start';
      readonly choice: number;
      readonly block: number;
      readonly kind: 'tool-call';
      /** Never empty; distinct within the answer. */
      readonly id: string;
      readonly name: string;
    }
  /** A block that the language has no word for, in the form of its dialect. It has vendor deltas only. */
  | {
      readonly type: 'block-start';
      readonly choice: number;
      readonly block: number;
      readonly kind: 'vendor';
      readonly dialect: string;
      readonly value: Readonly<Record<string, unknown>>;
    };

export interface BlockDelta {
  readonly type: 'block-delta';
  readonly choice: number;
  readonly block: number;
  /** The block's. */
  readonly kind: TextKind;
  readonly text: string;
}

/**
 * Says what as many deltas of a text block would, in the form it came in: for those who only pass it on, or do not need it
 * yet. `readLiterals` gives the text.
 */
export interface BlockLiterals {
  readonly type: 'block-literals';
  readonly choice: number;
  readonly block: number;
  /** At least one, and none of them empty. */
  readonly literals: readonly JsonLiteral[];
}

/** What stands between the quotes of a JSON string, as bytes: valid there, not decoded yet. */
export type JsonLiteral = ByteString & { readonly [literalBrand]: true };
declare const literalBrand: unique symbol;

/** A change of a block that the language has no word for (Anthropic's citations), in the form of its dialect. */
export interface VendorDelta {
  readonly type: 'vendor-delta';
  readonly choice: number;
  readonly block: number;
  readonly dialect: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface BlockEnd {
  readonly type: 'block-end';
  readonly choice: number;
  readonly block: number;
  /** Of reasoning, texts and tool calls. */
  readonly proof?: ReasoningProof;
  readonly vendor?: VendorData;
}

/** Log probabilities of tokens as OpenAI writes them (`{content, refusal}`), passed on unread. */
export interface LogprobsDelta {
  readonly type: 'logprobs-delta';
  readonly choice: number;
  readonly logprobs: unknown;
}

/** The latest one counts: upstreams repeat and correct it. */
export interface UsageReport {
  readonly type: 'usage';
  readonly usage: Usage;
}

export interface Finish {
  readonly type: 'finish';
  readonly choice: number;
  readonly reason: FinishReason;
  /** The vendor's own word for it. */
  readonly vendorReason?: string;
  /** The one that came, where the vendor names it. */
  readonly stopSequence?: string;
  /** Members of the end that the language has no word for (Anthropic's `stop_details`). */
  readonly vendor?: VendorData;
}

export interface FailureEvent {
  readonly type: 'failure';
  readonly failure: Failure;
}

/**
 * One frame of an answer as the upstream sent it (the whole body of one that is not streamed): only where it may be relayed,
 * and before the events that were read of it.
 */
export interface Frame {
  readonly type: 'frame';
  /** JSON text. */
  readonly data: string;
}

/** True for the events after which an answer can no longer be taken back: something of it reached the client. */
export function isContent(event: ConversationEvent): boolean {
  switch (event.type) {
    case 'start':
    case 'usage':
    case 'failure':
    case 'frame':
      return false;
    default:
      return true;
  }
}

/** The text that literals stand for, joined. */
export function readLiterals(literals: readonly JsonLiteral[]): string {
  const text: unknown = JSON.parse(`"${fromByteString(literals.join('') as ByteString)}"`);
  return String(text);
}
