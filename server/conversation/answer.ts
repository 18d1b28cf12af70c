import { type FinishReason, type JsonLiteral, readLiterals } from './events.ts';
import type { Logprobs } from './logprobs.ts';
import type { ReasoningPart, RefusalPart, TextPart, ToolCallPart, VendorPart } from './message.ts';
import type { Usage } from './usage.ts';
import type { VendorData } from './vendor-data.ts';

/** A whole answer: what a stream of events adds up to. */
export interface ConversationAnswer {
  /** The model that the upstream says answered. */
  readonly upstreamModel?: string;
  /** Ordered by index; at least one. */
  readonly choices: readonly Choice[];
  /** Absent when the upstream named none. */
  readonly usage?: Usage;
  /** The answer's body as the upstream sent it, where it may be relayed: JSON text. */
  readonly frame?: string;
}

export interface Choice {
  readonly index: number;
  /** In the order in which the model said them. */
  readonly parts: readonly AnswerPart[];
  readonly finish: ChoiceFinish;
  /** As OpenAI writes them; absent when the upstream sent none. */
  readonly logprobs?: Logprobs;
}

export interface ChoiceFinish {
  readonly reason: FinishReason;
  readonly vendorReason?: string;
  readonly stopSequence?: string;
  readonly vendor?: VendorData;
}

export type AnswerPart = AnswerTextPart | ReasoningPart | RefusalPart | ToolCallPart | AnswerVendorPart;

/** A text in the form it came in: those who only pass it on need not decode it. */
export type AnswerTextPart = Omit<TextPart, 'text'> & { readonly text: AnswerText };

export type AnswerText = string | UndecodedText;

/** Never empty. */
export interface UndecodedText {
  readonly literal: JsonLiteral;
}

/** A block that the language has no word for, with what changed it, in the form of its dialect. */
export interface AnswerVendorPart extends VendorPart {
  readonly deltas: readonly Readonly<Record<string, unknown>>[];
}

export function readAnswerText(text: AnswerText): string {
  return typeof text === 'string' ? text : readLiterals([text.literal]);
}
