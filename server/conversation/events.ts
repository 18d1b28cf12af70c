import { type ByteString, fromByteString } from '../lib/byte-string.ts';
import type { Failure } from './failure.ts';
import type { Usage } from './usage.ts';

/** Why a choice ended. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter';

/**
 * What an upstream's answer consists of, streamed or not. For each choice a route's decoder emits any number of deltas
 * and then exactly one `finish`; or one `failure` that ends the whole answer. `choice` counts from 0; `index` counts the
 * tool calls of one choice from 0. Every started tool call is ended before the finish, and its argument deltas then join
 * to one valid JSON text.
 */
export type ConversationEvent =
  | AnswerStart
  | TextDelta
  | TextLiterals
  | ReasoningDelta
  | RefusalDelta
  | ToolCallStart
  | ToolCallDelta
  | ToolCallEnd
  | LogprobsDelta
  | UsageReport
  | Finish
  | FailureEvent;

/** At most once, first: what the upstream says of itself. */
interface AnswerStart {
  readonly type: 'start';
  /** The model that the upstream says answered. */
  readonly upstreamModel?: string;
}
interface TextDelta {
  readonly type: 'text-delta';
  readonly choice: number;
  readonly text: string;
}
/**
 * Says what as many text deltas would, in the form it came in: for those who only pass it on, or do not need it yet.
 * `readLiterals` gives the text.
 */
interface TextLiterals {
  readonly type: 'text-literals';
  readonly choice: number;
  /** Of each delta what stands between the quotes of its JSON string: valid there, and never empty. At least one. */
  readonly literals: readonly ByteString[];
}
interface ReasoningDelta {
  readonly type: 'reasoning-delta';
  readonly choice: number;
  readonly text: string;
}
interface RefusalDelta {
  readonly type: 'refusal-delta';
  readonly choice: number;
  readonly text: string;
}
interface ToolCallStart {
  readonly type: 'tool-call-start';
  readonly choice: number;
  readonly index: number;
  /** Never empty; distinct within the answer. */
  readonly id: string;
  readonly name: string;
}
interface ToolCallDelta {
  readonly type: 'tool-call-delta';
  readonly choice: number;
  readonly index: number;
  /** A piece of the arguments' JSON text. */
  readonly arguments: string;
}
interface ToolCallEnd {
  readonly type: 'tool-call-end';
  readonly choice: number;
  readonly index: number;
}
/** Log probabilities of tokens as OpenAI writes them (`{content, refusal}`), passed on unread. */
interface LogprobsDelta {
  readonly type: 'logprobs-delta';
  readonly choice: number;
  readonly logprobs: unknown;
}
/** The latest one counts: upstreams repeat and correct it. */
interface UsageReport {
  readonly type: 'usage';
  readonly usage: Usage;
}
interface Finish {
  readonly type: 'finish';
  readonly choice: number;
  readonly reason: FinishReason;
}
interface FailureEvent {
  readonly type: 'failure';
  readonly failure: Failure;
}

/** True for the events after which an answer can no longer be taken back: something of it reached the client. */
export function isContent(event: ConversationEvent): boolean {
  return event.type !== 'start' && event.type !== 'usage' && event.type !== 'failure';
}

/** The text that literals stand for, joined. */
export function readLiterals(literals: readonly ByteString[]): string {
  const text: unknown = JSON.parse(`"${fromByteString(literals.join(''))}"`);
  return String(text);
}
