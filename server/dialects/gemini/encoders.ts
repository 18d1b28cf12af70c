import type { AnswerEncoders } from '../dialect.ts';
import type { GeminiAnswerOptions } from './answer-options.ts';
import { encodeAnswer } from './encode-answer.ts';
import { createStreamEncoder } from './encode-stream.ts';
import { createRelayStreamEncoder, encodeRelayedAnswer } from './relay.ts';

export function createGeminiEncoders(options: GeminiAnswerOptions): AnswerEncoders {
  return {
    encodeAnswer: (answer, context) => encodeAnswer(answer, context, options),
    createStreamEncoder: (context) => createStreamEncoder(context, options),
  };
}

export function createRelayEncoders({ form }: GeminiAnswerOptions): AnswerEncoders {
  return {
    encodeAnswer: encodeRelayedAnswer,
    createStreamEncoder: (context) => createRelayStreamEncoder(context, form),
  };
}
