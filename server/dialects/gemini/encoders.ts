import type { AnswerEncoders } from '../dialect.ts';
import type { AnswerPartOptions } from './answer-parts.ts';
import { encodeAnswer } from './encode-answer.ts';
import { createStreamEncoder } from './encode-stream.ts';
import { createRelayStreamEncoder, encodeRelayedAnswer } from './relay.ts';
import type { StreamForm } from './stream-writer.ts';

/** The format of the answer that the request asked for. */
export interface GeminiAnswerOptions extends AnswerPartOptions {
  readonly form: StreamForm;
}

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
