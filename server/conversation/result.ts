import type { ByteString } from '../lib/byte-string.ts';
import { type FinishReason, readLiterals } from './events.ts';
import type { ToolCall } from './request.ts';
import type { Usage } from './usage.ts';

/** A whole answer: what a stream of events adds up to. */
export interface ConversationResult {
  /** The model that the upstream says answered. */
  readonly upstreamModel?: string;
  /** Ordered by index. */
  readonly choices: readonly Choice[];
  /** Absent when the upstream named none. */
  readonly usage?: Usage;
}

export interface Choice {
  readonly index: number;
  readonly text: AnswerText;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  /** As OpenAI writes them; absent when the upstream sent none. */
  readonly logprobs?: { readonly content: readonly unknown[]; readonly refusal: readonly unknown[] };
}

/** In the form it came in: those who only pass it on need not decode it. */
export type AnswerText = string | TextLiteral;

/** Never empty. */
interface TextLiteral {
  /** As it stands between the quotes of a JSON string. */
  readonly literal: ByteString;
}

export function readAnswerText(text: AnswerText): string {
  return typeof text === 'string' ? text : readLiterals([text.literal]);
}
