import type { AnswerTransform } from './answer-transform.ts';
import { type ConversationEvent, readLiterals } from './events.ts';

/** Rewrites one text that comes piece by piece. */
export interface TextTransform {
  /** @returns what can already be said */
  take(piece: string): string;
  /** @returns what was held back; called once, after the last piece */
  end(): string;
}

/**
 * Rewrites each text block of an answer.
 *
 * @param createTransform called once for each text
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
    const say = (said: string): ConversationEvent[] =>
      said === '' ? [] : [{ type: 'block-delta', choice, block, kind: 'text', text: said }];
    if (event.type === 'block-delta') return say(text.take(event.text));
    if (event.type === 'block-literals') return say(text.take(readLiterals(event.literals)));
    texts.delete(keyOf(event));
    return [...say(text.end()), event];
  }

  return (events) => events.flatMap(transform);
}

function keyOf({ choice, block }: { readonly choice: number; readonly block: number }): string {
  return `${choice} ${block}`;
}
