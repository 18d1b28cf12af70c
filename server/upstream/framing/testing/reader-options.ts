import type { AnswerReaderOptions } from '../../../dialects/dialect.ts';
import { brokenAnswer, readFailureValue } from '../../failure.ts';

/** The options that decoders pass to a dialect's reader, with sequential ids. */
export function createReaderOptions(): AnswerReaderOptions {
  let made = 0;
  return { newId: () => `made-${++made}`, readFailure: readFailureValue, brokenAnswer };
}
