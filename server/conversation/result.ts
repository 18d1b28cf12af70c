import type { ByteString } from '../lib/byte-string.ts';
import type { FinishReason } from './events.ts';
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
  readonly text: string;
  /** The text in the form it came in, as it stands between the quotes of a JSON string: for those who only pass it on. */
  readonly textLiteral?: ByteString;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  /** As OpenAI writes them; absent when the upstream sent none. */
  readonly logprobs?: { readonly content: readonly unknown[]; readonly refusal: readonly unknown[] };
}
