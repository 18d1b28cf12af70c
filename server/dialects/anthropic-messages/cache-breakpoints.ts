import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, readArray, readRecord } from '../../lib/json.ts';
import { isSaid, type WireMessage } from './encode-messages.ts';
import type { Block } from './encode-part.ts';

/** What may hold breakpoints, in the order in which Claude reads it. */
export interface MarkedParts {
  readonly tools: readonly Block[];
  readonly system: readonly Block[];
  readonly messages: readonly WireMessage[];
}

/** Claude takes no more. */
const mostBreakpoints = 4;

/**
 * Puts the mark of the whole request, which the routes do not know, on the last block, and takes off what is too many: the
 * first two serve other conversations, the last two the next turn.
 *
 * @param whole the request's own `cache_control`
 */
export function placeBreakpoints(parts: MarkedParts, whole: unknown, notes: TranslationLog): void {
  const blocks = [...parts.tools, ...parts.system, ...parts.messages.flatMap((message) => message.content)];
  if (isRecord(whole)) {
    const last = blocks.findLast(isSaid);
    if (last !== undefined) last.cache_control ??= { type: 'ephemeral' };
    notes.changed('cache_control', 'The mark for the cache was put on the last block.');
  }
  const marked = blocks.flatMap(withInner).filter((block) => block.cache_control !== undefined);
  if (marked.length <= mostBreakpoints) return;
  notes.dropped('cache_control', `Claude takes ${mostBreakpoints} cache breakpoints at most.`);
  for (const block of marked.slice(2, -2)) delete block.cache_control;
}

/** Claude counts the marks inside of results and documents, too. */
function withInner(block: Block): readonly Block[] {
  const inner = Array.isArray(block.content) ? block.content : readArray(readRecord(block.source).content);
  return [...inner.filter(isBlock), block];
}

function isBlock(value: unknown): value is Block {
  return isRecord(value);
}
