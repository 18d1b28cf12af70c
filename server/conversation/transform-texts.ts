import type { AnswerTransform } from './answer-transform.ts';
import { type ConversationEvent, readLiterals } from './events.ts';

/** Rewrites one streamed text. */
export interface TextTransform {
  /** @returns the text that can already be emitted */
  transformPiece(piece: string): string;
  /** Called once, after the last piece. @returns the buffered rest */
  end(): string;
}

/**
 * Rewrites each text block of an answer.
 *
 * @param createTransform called once for each text block
 */
export function createTextsTransform(createTransform: () => TextTransform): AnswerTransform {
  const texts = new Map<string, TextTransform>();

  function transform(event: ConversationEvent): ConversationEvent[] {
    if (event.type === 'block-start') {
      if (event.kind === 'text') texts.set(keyOf(event), createTransform());
      return [event];
    }
    if (event.type !== 'block-delta' && event.type !== 'block-literals' && event.type !== 'block-end') return [event];
    const text = texts.get(keyOf(event));
    if (text === undefined) return [event];
    const { choice, block } = event;
    const toDeltas = (rewritten: string): ConversationEvent[] =>
      rewritten === '' ? [] : [{ type: 'block-delta', choice, block, kind: 'text', text: rewritten }];
    if (event.type === 'block-delta') return toDeltas(text.transformPiece(event.text));
    if (event.type === 'block-literals') return toDeltas(text.transformPiece(readLiterals(event.literals)));
    texts.delete(keyOf(event));
    return [...toDeltas(text.end()), event];
  }

  return (events) => events.flatMap(transform);
}

function keyOf({ choice, block }: { readonly choice: number; readonly block: number }): string {
  return `${choice} ${block}`;
}
