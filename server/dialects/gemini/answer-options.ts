import type { AnswerPartOptions } from './answer-parts.ts';
import type { StreamForm } from './stream-writer.ts';

/** The format of the answer that the request asked for. */
export interface GeminiAnswerOptions extends AnswerPartOptions {
  readonly form: StreamForm;
}
