import type { AnswerTransformMaker } from '../answer-transform.ts';
import type { ConversationEvent } from '../events.ts';

/** Runs a transform on an answer with one event per piece of text. @returns the transformed text */
export function transformText(createTransform: AnswerTransformMaker, pieces: readonly string[]): string {
  const transform = createTransform();
  const place = { choice: 0, block: 0 };
  const events: ConversationEvent[] = [
    { type: 'block-start', ...place, kind: 'text' },
    ...pieces.map((text): ConversationEvent => ({ type: 'block-delta', ...place, kind: 'text', text })),
    { type: 'block-end', ...place },
  ];
  return events
    .flatMap((event) => transform([event]))
    .map((event) => (event.type === 'block-delta' ? event.text : ''))
    .join('');
}
