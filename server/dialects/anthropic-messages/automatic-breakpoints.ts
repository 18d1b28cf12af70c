import { measureImage, measureText } from '../../conversation/measure-input.ts';
import { isRecord, readArray, readRecord, readString } from '../../lib/json.ts';
import type { WireMessage } from './encode-messages.ts';
import type { Block } from './encode-part.ts';

/** What may hold breakpoints, in the order in which Claude reads it. */
export interface MarkedParts {
  readonly tools: readonly Block[];
  readonly system: readonly Block[];
  readonly messages: readonly WireMessage[];
}

/*
 * How Claude's cache works (https://platform.claude.com/docs/en/build-with-claude/prompt-caching): a request writes the
 * prefixes that end in its breakpoints, and reads the longest prefix that an earlier request wrote, if that ends in one of
 * its breakpoints or less than 20 blocks before one.
 */

/** Blocks in which an earlier breakpoint is found, the one with the mark included. */
const lookback = 20;
/** Tokens of the words in which Claude is told how to call tools. */
const toolUseTokens = 300;
/** The count is rough, and a mark on a prefix that is too short after all does no harm. */
const share = 0.85;
/** A page of a PDF, and how many bytes of one there may be to a page. */
const pageTokens = 1500;
const bytesPerPage = 30_000;
/** No tokenizer makes more of a text than so many characters to a token. */
const mostCharactersPerToken = 16;
/** What clients put into messages and Claude takes a mark on. */
const markable: ReadonlySet<unknown> = new Set(['text', 'image', 'document', 'search_result', 'tool_result']);

/**
 * Where to put breakpoints so that the next turn finds this one's prefix: the end of the tools and of the system, which
 * other conversations share, and the ends of the last two turns of the user. The last one is what the next turn finds; the
 * one before it is what the previous request wrote, however many blocks have come since. What is left of the breakpoints
 * looks further back, for a client that adds several turns at once. Only where the prefix is long enough to be cached.
 *
 * @param leastCached tokens
 * @param most how many, at least 4
 * @returns blocks of `parts`, in order
 */
export function automaticBreakpoints(parts: MarkedParts, leastCached: number, most: number): Block[] {
  const { tools, system, messages } = parts;
  const blocks = [...tools, ...system, ...messages.flatMap(({ content }) => content)];
  const first = firstCacheable(blocks, leastCached * share - (tools.length === 0 ? 0 : toolUseTokens));
  const shared = [tools.length, tools.length + system.length].map((length) => length - 1);
  const ends = [...new Set(shared)].filter((end) => end >= first);
  const turns = turnEnds(messages, tools.length + system.length).filter((end) => end >= first);
  const chosen = [...ends, ...turns.slice(-2)];
  while (chosen.length < most) {
    const earliest = Math.min(...chosen.slice(ends.length));
    const further = turns.findLast((end) => end <= earliest - lookback);
    if (further === undefined) break;
    chosen.push(further);
  }
  const wanted = new Set(chosen);
  return blocks.filter((_, index) => wanted.has(index));
}

/** The index of the block with which the prefix is long enough; the number of blocks when it never is. */
function firstCacheable(blocks: readonly Block[], leastTokens: number): number {
  let tokens = 0;
  const found = blocks.findIndex((block) => {
    tokens += countBlock(block, leastTokens - tokens);
    return tokens >= leastTokens;
  });
  return found === -1 ? blocks.length : found;
}

/** The index of the last block of each of the user's turns that takes a mark. */
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

/** About how many tokens a block has; only counted as far as `enough`. */
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
  const written = readString(data) ?? '';
  if (type === 'base64') return Math.max(1, Math.ceil(written.length / bytesPerPage)) * pageTokens;
  return countText(written, enough) + countBlocks(readArray(content), enough);
}

function countText(text: string, enough: number): number {
  return measureText(text.slice(0, Math.ceil(enough) * mostCharactersPerToken));
}
