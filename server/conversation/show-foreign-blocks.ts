import type { AnswerTransformMaker } from './answer-transform.ts';
import type { BlockStart, ConversationEvent } from './events.ts';

/**
 * Creates a transform that replaces blocks which the client's API has no field for by the texts that describe them.
 * Blocks without such a text stay, and the client's encoder leaves them out.
 *
 * @param lossOf names what clients of the API do not get of an event
 */
export function showForeignBlocks(lossOf: (event: BlockStart) => string | undefined): AnswerTransformMaker {
  return () => {
    /** The replaced blocks that are open. */
    const replaced = new Set<string>();

    function replace(event: ConversationEvent): readonly ConversationEvent[] {
      if (event.type === 'block-start') {
        if (event.kind !== 'vendor' || event.text === undefined || lossOf(event) === undefined) return [event];
        const { choice, block, text } = event;
        replaced.add(keyOf(event));
        const kind = 'text';
        return [
          { type: 'block-start', choice, block, kind },
          { type: 'block-delta', choice, block, kind, text },
        ];
      }
      if (event.type === 'vendor-delta') return replaced.has(keyOf(event)) ? [] : [event];
      if (event.type !== 'block-end' || !replaced.delete(keyOf(event))) return [event];
      const { choice, block } = event;
      return [{ type: 'block-end', choice, block }];
    }

    return (events) =>
      events.some(isVendorEvent) || replaced.size > 0 ? events.flatMap((event) => replace(event)) : events;
  };
}

function isVendorEvent(event: ConversationEvent): boolean {
  return event.type === 'block-start' && event.kind === 'vendor';
}

function keyOf({ choice, block }: { readonly choice: number; readonly block: number }): string {
  return `${choice} ${block}`;
}
