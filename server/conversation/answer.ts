import { type FinishReason, type JsonLiteral, readLiterals } from './events.ts';
import type { Logprobs } from './logprobs.ts';
import type { ImagePart, ReasoningPart, RefusalPart, TextPart, ToolCallPart, VendorPart } from './message.ts';
import type { Usage } from './usage.ts';
import type { VendorData } from './vendor-data.ts';

/** A complete answer, collected from a stream of events. */
export interface ConversationAnswer {
  /** The model id that the upstream reports. */
  readonly upstreamModel?: string;
  /** At least one, sorted by index. */
  readonly choices: readonly Choice[];
  /** Absent when the upstream reported none. */
  readonly usage?: Usage;
  /** The answer's body as the upstream sent it (JSON text). Present only if it may be relayed. */
  readonly frame?: string;
}

export interface Choice {
  readonly index: number;
  /** In the order in which the model wrote them. */
  readonly parts: readonly AnswerPart[];
  readonly finish: ChoiceFinish;
  /** In OpenAI's format; absent when the upstream sent none. */
  readonly logprobs?: Logprobs;
}

export interface ChoiceFinish {
  readonly reason: FinishReason;
  readonly vendorReason?: string;
  readonly stopSequence?: string;
  readonly vendor?: VendorData;
}

export type AnswerPart = AnswerTextPart | ImagePart | ReasoningPart | RefusalPart | ToolCallPart | AnswerVendorPart;

/** A text, decoded only if it arrived decoded: code that only passes it on does not need to decode it. */
export type AnswerTextPart = Omit<TextPart, 'text'> & { readonly text: AnswerText };

export type AnswerText = string | UndecodedText;

/** A text of at least one character, still as a JSON string literal. */
export interface UndecodedText {
  readonly literal: JsonLiteral;
}

/** A block that the neutral language does not cover, and its deltas, in the format of its dialect. */
export interface AnswerVendorPart extends VendorPart {
  readonly deltas: readonly Readonly<Record<string, unknown>>[];
}

export function readAnswerText(text: AnswerText): string {
  return typeof text === 'string' ? text : readLiterals([text.literal]);
}
