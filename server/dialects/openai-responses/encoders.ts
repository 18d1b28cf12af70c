import type { AnswerEncoders } from '../dialect.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import { encodeAnswer } from './encode-answer.ts';
import { createStreamEncoder } from './encode-stream.ts';
import { createRelayStreamEncoder, encodeRelayedAnswer } from './relay.ts';

export function createResponsesEncoders(options: ResponsesAnswerOptions): AnswerEncoders {
  return {
    encodeAnswer: (answer, context) => encodeAnswer(answer, context, options),
    createStreamEncoder: (context) => createStreamEncoder(context, options),
  };
}

export function createRelayEncoders(options: ResponsesAnswerOptions): AnswerEncoders {
  return {
    encodeAnswer: (answer, context) => encodeRelayedAnswer(answer, context, options),
    createStreamEncoder: (context) => createRelayStreamEncoder(context, options),
  };
}
