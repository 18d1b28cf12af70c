import type { AnswerEncoders } from '../dialect.ts';
import { encodeAnswer } from './encode-answer.ts';
import { createStreamEncoder } from './encode-stream.ts';
import { createRelayStreamEncoder, encodeRelayedAnswer } from './relay.ts';

/** How the request wants its answer. */
export interface ChatAnswerOptions {
  /** The stream ends with a report of its usage. */
  readonly includeUsage: boolean;
  /** OpenAI's legacy `functions`: answer with `function_call` instead of `tool_calls`. */
  readonly legacyFunctions: boolean;
}

export function createChatEncoders(options: ChatAnswerOptions): AnswerEncoders {
  return {
    encodeAnswer: (answer, context) => encodeAnswer(answer, context, options),
    createStreamEncoder: (context) => createStreamEncoder(context, options),
  };
}

export function createRelayEncoders(options: ChatAnswerOptions): AnswerEncoders {
  return {
    encodeAnswer: encodeRelayedAnswer,
    createStreamEncoder: (context) => createRelayStreamEncoder(context, options),
  };
}
