import type { AnswerTransformMaker } from '../answer-transform.ts';
import type { ConversationEvent } from '../events.ts';

/** What a transform leaves of an answer's text that comes in these pieces, each in an event of its own. */
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
