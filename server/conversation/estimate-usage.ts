import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { siblingModule } from '../lib/sibling-module.ts';
import type { DocumentPart, Message, Part } from './message.ts';
import type { Tool } from './request.ts';
import type { Usage } from './usage.ts';

/** What an image costs, whatever its size: OpenAI's price of a square one in full and in low detail. */
export const imageTokens = 765;
const lowDetailImageTokens = 85;
/** What marks a message's begin, role and end, and what opens the answer, in OpenAI's chat format. */
const messageTokens = 4;
const answerTokens = 3;

/** The tokenizer's time grows with the square of an unbroken run of letters: it is given short pieces. */
const pieceLength = 500;
/** Of longer texts so many characters are counted, taken evenly, and the rest by their proportion. */
const mostCountedLength = 24_000;

/** What an estimate is made of; a part of every request. */
export interface EstimatedRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
}

/**
 * Counts an exchange's tokens for want of the upstream's own count, with the tokenizer of OpenAI's newer models: some
 * percent off for other vendors'. The time it takes is bounded whatever the lengths (below 5 ms for prose, 60 ms at
 * worst), and the tokenizer is loaded (150 ms, 70 MB) when the first estimate needs it.
 *
 * @param answer the answer's text: reasoning, tool calls and all
 */
export function estimateUsage(request: EstimatedRequest, answer: string): Usage {
  const texts: string[] = [];
  let inputTokens = answerTokens;
  for (const message of request.messages) inputTokens += messageTokens + addMessage(texts, message);
  for (const tool of request.tools) texts.push(JSON.stringify(tool));
  return {
    inputTokens: inputTokens + countTokens(texts),
    outputTokens: countTokens([answer]),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: true,
  };
}

/** @returns the tokens of what is not text */
function addMessage(texts: string[], message: Message): number {
  if (message.name !== undefined) texts.push(message.name);
  return addParts(texts, message.parts);
}

function addParts(texts: string[], parts: readonly Part[]): number {
  let tokens = 0;
  for (const part of parts) tokens += addPart(texts, part);
  return tokens;
}

function addPart(texts: string[], part: Part): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      texts.push(part.text);
      return 0;
    case 'tool-call':
      texts.push(part.name, part.arguments);
      return 0;
    case 'tool-result':
      return addParts(texts, part.parts);
    case 'image':
      return part.detail === 'low' ? lowDetailImageTokens : imageTokens;
    case 'document':
      return addDocument(texts, part.source);
    case 'audio':
    case 'vendor':
      return imageTokens;
  }
}

function addDocument(texts: string[], source: DocumentPart['source']): number {
  if (source.type === 'parts') return addParts(texts, source.parts);
  if (source.type !== 'text') return imageTokens;
  texts.push(source.text);
  return 0;
}

function countTokens(texts: readonly string[]): number {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length === 0) return 0;
  const count = tokenizer();
  const stride = Math.max(1, Math.ceil(length / mostCountedLength));
  let piece = 0;
  let counted = 0;
  let tokens = 0;
  for (const text of texts) {
    for (let start = 0; start < text.length; start += pieceLength) {
      if (piece % stride === 0) {
        const sample = text.slice(start, start + pieceLength);
        counted += sample.length;
        tokens += count(sample);
      }
      piece += 1;
    }
  }
  return Math.round((tokens * length) / counted);
}

type CountTokens = (text: string) => number;
let loaded: CountTokens | undefined;

/** Loaded at once rather than awaited: an answer's end, where estimates are made, has nothing to wait for. */
function tokenizer(): CountTokens {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  const encoding: typeof import('./token-encoding.ts') = require(
    fileURLToPath(siblingModule('token-encoding', import.meta.url)),
  );
  encoding.setMergeCacheSize(mergeCacheSize);
  // What looks like one of the model's special tokens is plain text here.
  const options = { disallowedSpecial: new Set<string>() };
  loaded = (text) => encoding.countTokens(text, options);
  return loaded;
}

/** Words; the library's own default would keep a hundred thousand. */
const mergeCacheSize = 5_000;
