import type { AnswerReaderOptions } from '../../../dialects/dialect.ts';
import { brokenAnswer, readFailureValue } from '../../failure.ts';

/** As the decoders give them to a dialect's reader; made ids count up. */
export function createReaderOptions(): AnswerReaderOptions {
  let made = 0;
  return { newId: () => `made-${++made}`, readFailure: readFailureValue, brokenAnswer };
}
