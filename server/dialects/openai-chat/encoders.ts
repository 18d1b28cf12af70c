import type { AnswerEncoders } from '../dialect.ts';
import { encodeAnswer } from './encode-answer.ts';
import { createStreamEncoder } from './encode-stream.ts';
import { createRelayStreamEncoder, encodeRelayedAnswer } from './relay.ts';

/** The format of the answer that the request asked for. */
export interface ChatAnswerOptions {
  /** True if the stream ends with its usage. */
  readonly includeUsage: boolean;
  /** True for OpenAI's legacy `functions`: the answer has a `function_call` instead of `tool_calls`. */
  readonly legacyFunctions: boolean;
  /** The names of the request's custom tools, whose calls have free text instead of arguments. */
  readonly customTools?: ReadonlySet<string>;
}

export function createChatEncoders(options: ChatAnswerOptions): AnswerEncoders {
  return {
    encodeAnswer: (answer, context) => encodeAnswer(answer, context, options),
    createStreamEncoder: (context) => createStreamEncoder(context, options),
  };
}

export function createRelayEncoders(options: ChatAnswerOptions): AnswerEncoders {
  return {
    encodeAnswer: (answer, context) => encodeRelayedAnswer(answer, context, options),
    createStreamEncoder: (context) => createRelayStreamEncoder(context, options),
  };
}
