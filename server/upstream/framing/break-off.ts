import type { ConversationEvent } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { AnswerReader } from '../../dialects/dialect.ts';

/**
 * Ends an answer at something unreadable. After a finished answer, it is ignored: billing data, other end markers than
 * `[DONE]`, a truncated frame.
 */
export function breakOff(reader: AnswerReader, failure: Failure, events: ConversationEvent[]): void {
  if (reader.finished === true) reader.end(events, true);
  else reader.fail(failure, events);
}
