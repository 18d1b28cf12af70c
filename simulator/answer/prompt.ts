import { withoutUndefined } from '../../server/lib/without-undefined.ts';
import type { Conversation } from '../cache/conversation.ts';
import type { CacheTerms } from '../cache/terms.ts';
import type { ErrorFamily } from '../refusal/error-families.ts';
import type { PromptBlock } from '../tokens/prompt-block.ts';

/** A function that the model may call. */
export type PromptTool = {
  readonly name: string;
  readonly schema: unknown;
  /** Set on tools that take any text instead of arguments by a schema. */
  readonly isCustom?: boolean;
  /** Name of the namespace that the tool belongs to. */
  readonly namespace?: string;
};

/**
 * Whether the model is to think, and what of it the answer shows: its text (`shown`), a block without text (`omitted`),
 * or nothing but proofs and counts (`hidden`).
 */
export type ReasoningDisplay = 'none' | 'shown' | 'omitted' | 'hidden';

/** How a request's input is counted and cached. */
export type PromptInput = {
  /** Default counting: by length, or block by block. */
  readonly counting: 'naive' | 'vendor';
  readonly blocks: () => readonly PromptBlock[];
  /** Null when the route caches nothing. */
  readonly terms: CacheTerms | null;
  readonly identify: () => Conversation;
};

/** The input of an answer, read from any wire format. */
export type Prompt = {
  /** Model id without the knobs written after it. */
  readonly model: string;
  readonly stream: boolean;
  readonly lastRole: 'user' | 'assistant' | 'tool' | 'other';
  readonly userText: string;
  /** Texts of the tool results after the last other message. */
  readonly toolResults: readonly string[];
  /** Tool results in the whole conversation. */
  readonly resultCount: number;
  readonly imageCount: number;
  /** Length of all message texts in UTF-16 units. */
  readonly textLength: number;
  readonly input: PromptInput;
  readonly tools: readonly PromptTool[];
  readonly toolChoice: 'auto' | 'none' | 'required' | { readonly name: string };
  /** Null when the answer may be any text; the schema is undefined for "any JSON object". */
  readonly responseFormat: { readonly schema: unknown } | null;
  readonly reasoning: ReasoningDisplay;
  readonly maxTokens: number | null;
  readonly stop: readonly string[];
};

/** Why a request cannot be served; each wire writes it in its own error format. */
export type Refusal = {
  readonly status: number;
  readonly message: string;
  /** The vendor's name for the kind of error, such as `invalid_request_error`. */
  readonly type?: string;
  readonly parameter?: string;
  readonly code?: string;
  /** The shape of the error body, if it differs from the route's own. */
  readonly family?: ErrorFamily;
};

/** A refusal with status 400 and the vendor's message. */
export function invalidRequest(message: string, parameter?: string, code?: string): Refusal {
  return {
    status: 400,
    message,
    type: 'invalid_request_error',
    ...withoutUndefined({ parameter, code }),
  };
}
