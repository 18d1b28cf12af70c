import { type ByteString, fromByteString } from '../lib/byte-string.ts';
import type { Failure } from './failure.ts';
import type { MediaSource } from './message.ts';
import type { ReasoningProof } from './reasoning-proof.ts';
import type { Usage } from './usage.ts';
import type { VendorData } from './vendor-data.ts';

/**
 * Why a choice ended.
 *
 * - `stop`: the model finished. `stop-sequence`: the model wrote one of the client's stop sequences.
 * - `length`: the answer reached its token limit. `context-full`: the model's context window is full.
 * - `tool-calls`: the model waits for tool results.
 * - `content-filter`: the vendor's filter cut the answer. `refusal`: the model declined.
 * - `paused`: the vendor interrupted a long turn of its own tools; the client may continue it.
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
 * One event of an upstream's answer, streamed or not. `choice` counts from 0. A choice is a sequence of blocks, which
 * are the parts of its message. `block` counts them from 0; a block starts, gets deltas and ends before the next one
 * starts. A choice ends with exactly one `finish`. A `failure` ends the whole answer at any point. The deltas of a tool
 * call concatenate to the JSON text of its arguments as the model wrote it.
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

/** Sent at most once, before all other events except frames. */
export interface AnswerStart {
  readonly type: 'start';
  /** The model id that the upstream reports. */
  readonly upstreamModel?: string;
  /** The usage known at the start, which is that of the input. */
  readonly usage?: Usage;
}

/** The kinds of blocks that consist of text. */
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
      /** Never empty; unique within the answer. */
      readonly id: string;
      readonly name: string;
    }
  /** An image that the model generated. The start event contains all of it; it has no deltas. */
  | {
      readonly type: 'block-start';
      readonly choice: number;
      readonly block: number;
      readonly kind: 'image';
      readonly source: MediaSource;
    }
  /**
   * A block that the neutral language does not cover, in the format of its dialect. All its deltas are vendor deltas.
   */
  | {
      readonly type: 'block-start';
      readonly choice: number;
      readonly block: number;
      readonly kind: 'vendor';
      readonly dialect: string;
      readonly value: Readonly<Record<string, unknown>>;
      /** What clients of other APIs get in its place. Absent if nothing in the block is for readers. */
      readonly text?: string;
    };

export interface BlockDelta {
  readonly type: 'block-delta';
  readonly choice: number;
  readonly block: number;
  /** The kind of the block. */
  readonly kind: TextKind;
  readonly text: string;
}

/**
 * Several deltas of a text block as undecoded JSON literals. Code that only passes them on does not need to decode
 * them; `readLiterals` returns the text.
 */
export interface BlockLiterals {
  readonly type: 'block-literals';
  readonly choice: number;
  readonly block: number;
  /** At least one; none is empty. */
  readonly literals: readonly JsonLiteral[];
}

/** The bytes between the quotes of a JSON string: valid there, and not decoded yet. */
export type JsonLiteral = ByteString & { readonly [literalBrand]: true };
declare const literalBrand: unique symbol;

/** A delta that the neutral language does not cover (such as Anthropic's citations), in the format of its dialect. */
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
  /** Only reasoning, text, tool calls and images have one. */
  readonly proof?: ReasoningProof;
  readonly vendor?: VendorData;
}

/** Log probabilities of tokens in OpenAI's format (`{content, refusal}`), passed on without validation. */
export interface LogprobsDelta {
  readonly type: 'logprobs-delta';
  readonly choice: number;
  readonly logprobs: unknown;
}

/** The last report counts: upstreams repeat and correct it. */
export interface UsageReport {
  readonly type: 'usage';
  readonly usage: Usage;
}

export interface Finish {
  readonly type: 'finish';
  readonly choice: number;
  readonly reason: FinishReason;
  /** The vendor's own value. */
  readonly vendorReason?: string;
  /** The stop sequence that the model wrote, if the vendor reports it. */
  readonly stopSequence?: string;
  /** Members of the final event that the neutral language does not cover (such as Anthropic's `stop_details`). */
  readonly vendor?: VendorData;
}

export interface FailureEvent {
  readonly type: 'failure';
  readonly failure: Failure;
}

/**
 * One frame of a streamed answer as the upstream sent it, or the whole body of an answer that is not streamed. Sent
 * only if it may be relayed, before the events decoded from it.
 */
export interface Frame {
  readonly type: 'frame';
  /** JSON text. */
  readonly data: string;
}

/**
 * True for events that are sent to the client as content. After the first one, the request can no longer be retried.
 */
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

/** Decodes literals into one text. */
export function readLiterals(literals: readonly JsonLiteral[]): string {
  const text: unknown = JSON.parse(`"${fromByteString(literals.join('') as ByteString)}"`);
  return String(text);
}

/** The ids of the calls decoded from the frame at `index`. */
export function callIdsAfter(events: readonly ConversationEvent[], index: number): readonly string[] {
  const ids: string[] = [];
  for (let at = index + 1; at < events.length; at += 1) {
    const event = events[at];
    if (event?.type === 'frame') break;
    if (event?.type === 'block-start' && event.kind === 'tool-call') ids.push(event.id);
  }
  return ids;
}
