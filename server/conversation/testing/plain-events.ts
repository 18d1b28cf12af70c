import { type ConversationEvent, readLiterals } from '../events.ts';

export type PlainEvent = Exclude<ConversationEvent, { readonly type: 'text-literals' }>;

/** The same events with a text delta for each literal. */
export function toPlainEvents(events: readonly ConversationEvent[]): PlainEvent[] {
  return events.flatMap((event) => {
    if (event.type !== 'text-literals') return [event];
    return event.literals.map((literal) => ({
      type: 'text-delta',
      choice: event.choice,
      text: readLiterals([literal]),
    }));
  });
}
