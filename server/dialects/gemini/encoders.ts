import type { AnswerEncoders } from '../dialect.ts';
import type { GeminiAnswerOptions } from './answer-options.ts';
import { encodeAnswer } from './encode-answer.ts';
import { createStreamEncoder } from './encode-stream.ts';
import { createRelayStreamEncoder, encodeRelayedAnswer } from './relay.ts';
import { createStreamWriter, type StreamWriter } from './stream-writer.ts';

/**
 * @param writer of the request's stream: heartbeats may have begun it before it is known whether the answer is relayed
 */
export function createGeminiEncoders(
  options: GeminiAnswerOptions,
  writer: StreamWriter = createStreamWriter(options.form),
): AnswerEncoders {
  return {
    encodeAnswer: (answer, context) => encodeAnswer(answer, context, options),
    createStreamEncoder: (context) => createStreamEncoder(context, options, writer),
  };
}

/** @param writer as in `createGeminiEncoders` */
export function createRelayEncoders(
  { form }: GeminiAnswerOptions,
  writer: StreamWriter = createStreamWriter(form),
): AnswerEncoders {
  return {
    encodeAnswer: encodeRelayedAnswer,
    createStreamEncoder: (context) => createRelayStreamEncoder(context, writer),
  };
}
