import type { AnswerEncoders } from '../dialect.ts';
import type { ChatAnswerOptions } from './answer-options.ts';
import { encodeAnswer } from './encode-answer.ts';
import { createStreamEncoder } from './encode-stream.ts';
import { createRelayStreamEncoder, encodeRelayedAnswer } from './relay.ts';

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
