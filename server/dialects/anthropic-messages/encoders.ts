import type { AnswerEncoders } from '../dialect.ts';
import type { MessagesAnswerOptions } from './answer-options.ts';
import { encodeAnswer } from './encode-answer.ts';
import { createStreamEncoder } from './encode-stream.ts';
import { createRelayStreamEncoder, encodeRelayedAnswer } from './relay.ts';

/** For answers that have to be encoded. */
export function createMessagesEncoders(options: MessagesAnswerOptions): AnswerEncoders {
  return {
    encodeAnswer: (answer, context) => encodeAnswer(answer, context, options),
    createStreamEncoder: (context) => createStreamEncoder(context, options),
  };
}

/** For answers whose frames are already in this dialect. */
export function createRelayEncoders(options: MessagesAnswerOptions): AnswerEncoders {
  return {
    encodeAnswer: (answer, context) => encodeRelayedAnswer(answer, context, options),
    createStreamEncoder: (context) => createRelayStreamEncoder(context, options),
  };
}
