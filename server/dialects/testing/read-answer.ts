import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import type { AnswerReader, AnswerReaderOptions } from '../dialect.ts';

/** Options like those of a route. Ids are counted, and failures contain the value that they were read from. */
export function readerOptions(): AnswerReaderOptions {
  let made = 0;
  return {
    newId: () => `made-${++made}`,
    readFailure: (value) => new Failure('upstream-unavailable', JSON.stringify(value)),
    brokenAnswer: (message) => new Failure('upstream-unavailable', message),
  };
}

/** Decodes the values of one complete answer with a new reader. */
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
