import { guessTextTokens, measureImage } from '../../conversation/measure-input.ts';
import { isRecord, readArray, readRecord, readString } from '../../lib/json.ts';
import type { WireMessage } from './encode-messages.ts';
import type { Block } from './encode-part.ts';

/** The parts of a body that may have breakpoints, in the order in which Claude reads them. */
export interface MarkedParts {
  readonly tools: readonly Block[];
  readonly system: readonly Block[];
  readonly messages: readonly WireMessage[];
}

/*
 * How Claude's cache works (https://platform.claude.com/docs/en/build-with-claude/prompt-caching): a request writes the
 * prefixes that end at its breakpoints. It reads the longest prefix written by an earlier request that ends at one of
 * its breakpoints or less than 20 blocks before one.
 */

/** How many blocks Claude searches for an earlier breakpoint, including the marked block. */
const lookback = 20;
/** Tokens of the prompt that tells Claude how to call tools. */
const toolUseTokens = 300;
/** Applied to the minimum, because token counts are estimates and a mark on a prefix that is too short does no harm. */
const minTolerance = 0.85;
/** Estimates for a page of a PDF. */
const pageTokens = 1500;
const bytesPerPage = 30_000;
/** Upper bound for all tokenizers. */
const maxCharactersPerToken = 16;
/** Types of blocks that clients send and that Claude accepts a mark on. */
const markable: ReadonlySet<unknown> = new Set(['text', 'image', 'document', 'search_result', 'tool_result']);

/**
 * Chooses breakpoints so that the next turn finds this turn's prefix in the cache:
 *
 * - the ends of the tools and of the system prompt, which other conversations share
 * - the ends of the last two user turns: the next request finds the last one, and the previous request wrote the one
 *   before it, however many blocks were added since
 * - with the remaining breakpoints, earlier user turns, for clients that add several turns at once
 *
 * Prefixes that are too short to be cached get no breakpoint.
 *
 * @param minCachedTokens the shortest prefix that the model caches
 * @param maximum the number of breakpoints, at least 4
 * @returns blocks of `parts`, in order
 */
export function automaticBreakpoints(parts: MarkedParts, minCachedTokens: number, maximum: number): Block[] {
  const { tools, system, messages } = parts;
  const blocks = [...tools, ...system, ...messages.flatMap(({ content }) => content)];
  const minimum = minCachedTokens * minTolerance - (tools.length === 0 ? 0 : toolUseTokens);
  const first = firstCacheable(blocks, minimum);
  const shared = [tools.length, tools.length + system.length].map((length) => length - 1);
  const ends = [...new Set(shared)].filter((end) => end >= first);
  const turns = turnEnds(messages, tools.length + system.length).filter((end) => end >= first);
  const chosen = [...ends, ...turns.slice(-2)];
  while (chosen.length < maximum) {
    const earliest = Math.min(...chosen.slice(ends.length));
    const further = turns.findLast((end) => end <= earliest - lookback);
    if (further === undefined) break;
    chosen.push(further);
  }
  const wanted = new Set(chosen);
  return blocks.filter((_, index) => wanted.has(index));
}

/** The index of the first block that makes the prefix long enough; the number of blocks if there is none. */
function firstCacheable(blocks: readonly Block[], minTokens: number): number {
  let tokens = 0;
  const found = blocks.findIndex((block) => {
    tokens += countBlock(block, minTokens - tokens);
    return tokens >= minTokens;
  });
  return found === -1 ? blocks.length : found;
}

/** The index of the last markable block in each user turn. */
function turnEnds(messages: MarkedParts['messages'], start: number): number[] {
  const ends: number[] = [];
  let index = start;
  for (const { role, content } of messages) {
    const last = role === 'user' ? content.findLastIndex(({ type }) => markable.has(type)) : -1;
    if (last !== -1) ends.push(index + last);
    index += content.length;
  }
  return ends;
}

/** Estimates the tokens of a block. Counting may stop once `enough` is reached. */
function countBlock(block: Block, enough: number): number {
  const { type, text, source, content } = block;
  if (type === 'image') return measureImage(readString(readRecord(source).data) ?? '');
  if (type === 'document') return countDocument(readRecord(source), enough);
  if (typeof text === 'string') return countText(text, enough);
  if (type === 'tool_result' && Array.isArray(content)) return countBlocks(content, enough);
  return countText(JSON.stringify(block), enough);
}

function countBlocks(blocks: readonly unknown[], enough: number): number {
  let tokens = 0;
  for (const block of blocks) {
    if (tokens >= enough) break;
    if (isRecord(block)) tokens += countBlock(block, enough - tokens);
  }
  return tokens;
}

function countDocument({ type, data, content }: Readonly<Record<string, unknown>>, enough: number): number {
  const text = readString(data) ?? '';
  if (type === 'base64') return Math.max(1, Math.ceil(text.length / bytesPerPage)) * pageTokens;
  return countText(text, enough) + countBlocks(readArray(content), enough);
}

function countText(text: string, enough: number): number {
  return guessTextTokens(text.slice(0, Math.ceil(enough) * maxCharactersPerToken));
}
