import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import type { AnswerReader, AnswerReaderOptions } from '../dialect.ts';

/** As a route gives them: ids that count up, and failures that say what they were read of. */
export function readerOptions(): AnswerReaderOptions {
  let made = 0;
  return {
    newId: () => `made-${++made}`,
    readFailure: (value) => new Failure('upstream-unavailable', JSON.stringify(value)),
    brokenAnswer: (message) => new Failure('upstream-unavailable', message),
  };
}

/** All that a new reader tells of the values of one answer, to its regular end. */
export function readAnswer(
  createReader: (options: AnswerReaderOptions) => AnswerReader,
  values: readonly unknown[],
): ConversationEvent[] {
  const reader = createReader(readerOptions());
  const events: ConversationEvent[] = [];
  for (const value of values) reader.read(value, events);
  reader.end(events);
  return events;
}
