import type { PromptCaching } from '../../conversation/prompt-caching.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, readArray, readRecord } from '../../lib/json.ts';
import { automaticBreakpoints, type MarkedParts } from './automatic-breakpoints.ts';
import { isNotThinking } from './encode-messages.ts';
import type { Block } from './encode-part.ts';

export interface BreakpointContext {
  readonly caching: PromptCaching;
  /** The shortest prefix that the model caches, in tokens. */
  readonly minCachedTokens: number;
  readonly notes: TranslationLog;
}

/** Claude's limit. */
const maxBreakpoints = 4;

const mark = { type: 'ephemeral' } as const;

/**
 * Places the cache breakpoints. The client's own breakpoints stay, with two exceptions: the mark of the whole request,
 * which the routes do not support, is moved to the last block, and only the first two and the last two of too many
 * marks are kept. (The first ones serve other conversations, the last ones the next turn.) If the client set none, the
 * gateway sets its own.
 *
 * @param requestMark the request's own `cache_control`
 */
export function placeBreakpoints(parts: MarkedParts, requestMark: unknown, context: BreakpointContext): void {
  const { caching, minCachedTokens, notes } = context;
  const blocks = [...parts.tools, ...parts.system, ...parts.messages.flatMap((message) => message.content)];
  if (isRecord(requestMark)) {
    const last = blocks.findLast(isNotThinking);
    if (last !== undefined) last.cache_control ??= mark;
    notes.changed('cache_control', 'The cache breakpoint was moved to the last block.');
  }
  const marked = blocks.flatMap(withInner).filter((block) => block.cache_control !== undefined);
  if (caching === 'off') {
    for (const block of marked) delete block.cache_control;
    if (marked.length > 0) notes.dropped('cache_control', 'The prompt cache is switched off.');
  } else if (marked.length === 0) {
    if (caching !== 'automatic') return;
    for (const block of automaticBreakpoints(parts, minCachedTokens, maxBreakpoints)) block.cache_control = mark;
  } else if (marked.length > maxBreakpoints) {
    notes.dropped('cache_control', `Claude supports at most ${maxBreakpoints} cache breakpoints.`);
    for (const block of marked.slice(2, -2)) delete block.cache_control;
  }
}

/** Claude also counts marks inside tool results and documents. */
function withInner(block: Block): readonly Block[] {
  const inner = Array.isArray(block.content) ? block.content : readArray(readRecord(block.source).content);
  return [...inner.filter(isBlock), block];
}

function isBlock(value: unknown): value is Block {
  return isRecord(value);
}
