import type { PromptCaching } from '../../conversation/prompt-caching.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, readArray, readRecord } from '../../lib/json.ts';
import { automaticBreakpoints, type MarkedParts } from './automatic-breakpoints.ts';
import { isSaid } from './encode-messages.ts';
import type { Block } from './encode-part.ts';

export interface BreakpointContext {
  readonly caching: PromptCaching;
  /** Tokens below which the model's cache keeps no prefix. */
  readonly leastCached: number;
  readonly notes: TranslationLog;
}

/** Claude takes no more. */
const mostBreakpoints = 4;

const mark = { type: 'ephemeral' } as const;

/**
 * Says up to where the prompt is to be cached. The client's breakpoints stay as they are, but that the mark of the whole
 * request, which the routes do not know, goes on the last block, and that what is too many goes: the first two serve other
 * conversations, the last two the next turn. Where the client set none, the gateway sets its own.
 *
 * @param whole the request's own `cache_control`
 */
export function placeBreakpoints(parts: MarkedParts, whole: unknown, context: BreakpointContext): void {
  const { caching, leastCached, notes } = context;
  const blocks = [...parts.tools, ...parts.system, ...parts.messages.flatMap((message) => message.content)];
  if (isRecord(whole)) {
    const last = blocks.findLast(isSaid);
    if (last !== undefined) last.cache_control ??= mark;
    notes.changed('cache_control', 'The mark for the cache was put on the last block.');
  }
  const marked = blocks.flatMap(withInner).filter((block) => block.cache_control !== undefined);
  if (caching === 'off') {
    for (const block of marked) delete block.cache_control;
    if (marked.length > 0) notes.dropped('cache_control', 'The prompt cache is switched off.');
  } else if (marked.length === 0) {
    if (caching !== 'automatic') return;
    for (const block of automaticBreakpoints(parts, leastCached, mostBreakpoints)) block.cache_control = mark;
  } else if (marked.length > mostBreakpoints) {
    notes.dropped('cache_control', `Claude takes ${mostBreakpoints} cache breakpoints at most.`);
    for (const block of marked.slice(2, -2)) delete block.cache_control;
  }
}

/** Claude counts the marks inside of results and documents, too. */
function withInner(block: Block): readonly Block[] {
  const inner = Array.isArray(block.content) ? block.content : readArray(readRecord(block.source).content);
  return [...inner.filter(isBlock), block];
}

function isBlock(value: unknown): value is Block {
  return isRecord(value);
}
