import { type BlockLiterals, type ConversationEvent, readLiterals } from '../events.ts';

export type PlainEvent = Exclude<ConversationEvent, BlockLiterals>;

/** The same events with a text delta for each literal. */
export function toPlainEvents(events: readonly ConversationEvent[]): PlainEvent[] {
  return events.flatMap((event): PlainEvent[] => {
    if (event.type !== 'block-literals') return [event];
    const { choice, block } = event;
    return event.literals.map((literal) => ({
      type: 'block-delta',
      choice,
      block,
      kind: 'text',
      text: readLiterals([literal]),
    }));
  });
}
