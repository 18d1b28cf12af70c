import { attachProofs } from '../../conversation/attach-proofs.ts';
import { decodeProof } from '../../conversation/foreign-proof.ts';
import type {
  CacheBreakpoint,
  DocumentPart,
  ImagePart,
  MediaSource,
  Part,
  ReasoningPart,
} from '../../conversation/message.ts';
import { readFileData, readMedia } from '../../conversation/read-media.ts';
import { toVendorData, type VendorData } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, readString } from '../../lib/json.ts';
import { ownEntry } from '../../lib/own-entry.ts';
import { withoutNulls } from '../../lib/without-nulls.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { anthropicMessages } from './name.ts';
import { fromOpenaiPart } from './openai-blocks.ts';
import * as schema from './schema.ts';
import { invalidParameter, parseParameter, unexpectedTag } from './validation-failure.ts';

/** Decoders for the types of blocks that the neutral language covers. */
const decoders: Readonly<Record<string, (block: JsonRecord, path: string) => Part>> = {
  text: decodeText,
  image: decodeImage,
  document: decodeDocument,
  search_result: decodeSearchResult,
  thinking: decodeThinking,
  redacted_thinking: decodeRedactedThinking,
  tool_use: decodeToolUse,
  tool_result: decodeToolResult,
  compaction: decodeCompaction,
  tool_reference: decodeToolReference,
};
const knownTypes = [...Object.keys(decoders), ...schema.otherBlockTypes];
const typesInResults = ['text', 'image', 'document', 'search_result', 'tool_reference', 'browser_state'];

/**
 * Decodes a message's `content`: a text or blocks.
 *
 * @throws Failure `invalid-request` that names the block's member
 */
export function decodeContent(content: string | readonly unknown[], path: string): readonly Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return attachProofs(content.map((block, index) => decodeBlock(block, `${path}[${index}]`, knownTypes)));
}

function decodeBlock(given: unknown, path: string, types: readonly string[]): Part {
  const value = fromOpenaiPart(given);
  if (!isRecord(value)) throw invalidParameter(path, 'invalid-type', 'Input should be a valid dictionary');
  const { type } = value;
  if (type === undefined) throw invalidParameter(`${path}.type`, 'missing-parameter', 'Field required');
  if (type === 'container_upload') throw noFiles(path);
  if (typeof type !== 'string' || !types.includes(type)) throw unexpectedTag(path, type, types);
  return ownEntry(decoders, type)?.(value, path) ?? decodeOther(value, path);
}

/** Decodes a block of a type that the neutral language covers; undefined for other types. */
export function decodeKnownBlock(value: JsonRecord, path: string): Part | undefined {
  return ownEntry(decoders, readString(value.type) ?? '')?.(value, path);
}

function noFiles(path: string): Error {
  return invalidParameter(path, 'unsupported-feature', 'This gateway does not store files: send the content itself');
}

function decodeText(value: JsonRecord, path: string): Part {
  const { type: _type, text, cache_control, ...members } = parseParameter(schema.textBlock, value, path);
  return { type: 'text', text, ...marksOf(cache_control, members) };
}

function decodeImage(value: JsonRecord, path: string): ImagePart {
  const { type: _type, source, cache_control, ...members } = parseParameter(schema.imageBlock, value, path);
  if (source.type === 'file') throw noFiles(`${path}.source`);
  return { type: 'image', source: toMediaSource(source), ...marksOf(cache_control, members) };
}

function decodeDocument(value: JsonRecord, path: string): DocumentPart {
  const { type: _type, source, title, cache_control, ...members } = parseParameter(schema.documentBlock, value, path);
  return {
    type: 'document',
    source: toDocumentSource(source, `${path}.source`),
    ...(typeof title === 'string' && { filename: title }),
    ...marksOf(cache_control, members),
  };
}

type WireDocumentSource = ReturnType<typeof schema.documentBlock.parse>['source'];

function toDocumentSource(source: WireDocumentSource, path: string): DocumentPart['source'] {
  switch (source.type) {
    case 'text':
      return { type: 'text', text: source.data, mediaType: source.media_type ?? 'text/plain' };
    case 'content': {
      const { content } = source;
      if (typeof content === 'string') return { type: 'parts', parts: [{ type: 'text', text: content }] };
      const parts = content.map((block, index) => decodeBlock(block, `${path}.content[${index}]`, ['text', 'image']));
      return { type: 'parts', parts };
    }
    case 'file':
      throw noFiles(path);
    default:
      return toMediaSource(source);
  }
}

function toMediaSource(
  source:
    | { readonly type: 'base64'; readonly media_type: string; readonly data: string }
    | { readonly type: 'url'; readonly url: string },
): MediaSource {
  return source.type === 'url' ? readMedia(source.url) : readFileData(source.data, source.media_type);
}

/** Decodes a search result as a document of texts. Its other members are vendor data, for this API only. */
function decodeSearchResult(value: JsonRecord, path: string): DocumentPart {
  const { title, content, cache_control, ...members } = parseParameter(schema.searchResultBlock, value, path);
  const parts = content.map((block, index) => decodeText(block, `${path}.content[${index}]`));
  return {
    type: 'document',
    source: { type: 'parts', parts },
    filename: title,
    ...marksOf(cache_control, members),
  };
}

function decodeThinking(value: JsonRecord, path: string): ReasoningPart {
  const parsed = parseParameter(schema.thinkingBlock, value, path);
  const { type: _type, thinking, signature, cache_control, ...members } = parsed;
  return {
    type: 'reasoning',
    text: thinking,
    ...(signature && { proof: decodeProof(signature, anthropicMessages) }),
    ...marksOf(cache_control, members),
  };
}

function decodeRedactedThinking(value: JsonRecord, path: string): ReasoningPart {
  const { data, cache_control } = parseParameter(schema.redactedThinkingBlock, value, path);
  const proof = decodeProof(data, anthropicMessages);
  return {
    type: 'reasoning',
    text: '',
    proof: proof.dialect === anthropicMessages ? { ...proof, redacted: true } : proof,
    ...breakpointOf(cache_control),
  };
}

function decodeToolUse(value: JsonRecord, path: string): Part {
  const { type: _type, id, name, input, cache_control, ...members } = parseParameter(schema.toolUseBlock, value, path);
  return { type: 'tool-call', id, name, arguments: inputText(input), ...marksOf(cache_control, members) };
}

function inputText(input: unknown): string {
  if (typeof input === 'string') return input.trim() === '' ? '{}' : input;
  return JSON.stringify(input ?? {});
}

function decodeToolResult(value: JsonRecord, path: string): Part {
  const parsed = parseParameter(schema.toolResultBlock, value, path);
  const { type: _type, tool_use_id: callId, content, is_error: failed, cache_control, ...members } = parsed;
  return {
    type: 'tool-result',
    callId,
    parts: decodeResultContent(content, `${path}.content`),
    ...(typeof failed === 'boolean' && { failed }),
    ...marksOf(cache_control, members),
  };
}

function decodeResultContent(content: string | readonly unknown[] | null | undefined, path: string): readonly Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return (content ?? []).map((block, index) => decodeBlock(block, `${path}[${index}]`, typesInResults));
}

/** Decodes a compaction as a text with its summary. The whole block is vendor data, for this API only. */
function decodeCompaction(value: JsonRecord, path: string): Part {
  const { cache_control, ...members } = parseParameter(schema.compactionBlock, value, path);
  return { type: 'text', text: members.content ?? '', ...marksOf(cache_control, members) };
}

/**
 * Decodes the result of a tool search as a text for other APIs, where all tools are declared up front. The whole block
 * is vendor data, for this API only.
 */
function decodeToolReference(value: JsonRecord, path: string): Part {
  const { cache_control, ...members } = parseParameter(schema.toolReferenceBlock, value, path);
  return { type: 'text', text: `The tool ${members.tool_name} can be called.`, ...marksOf(cache_control, members) };
}

function decodeOther(value: JsonRecord, path: string): Part {
  const { cache_control, ...members } = parseParameter(schema.otherBlock, value, path);
  return { type: 'vendor', dialect: anthropicMessages, value: members, ...breakpointOf(cache_control) };
}

function marksOf(
  cacheControl: { readonly ttl?: string | null | undefined } | null | undefined,
  members: JsonRecord,
): { readonly cacheBreakpoint?: CacheBreakpoint; readonly vendor?: VendorData } {
  const vendor = toVendorData(anthropicMessages, withoutNulls(members));
  return { ...breakpointOf(cacheControl), ...withoutUndefined({ vendor }) };
}

const lifetimes: Readonly<Record<string, number>> = { '5m': 300, '1h': 3600 };

export function breakpointOf(cacheControl: { readonly ttl?: string | null | undefined } | null | undefined): {
  readonly cacheBreakpoint?: CacheBreakpoint;
} {
  if (cacheControl === null || cacheControl === undefined) return {};
  const ttl = ownEntry(lifetimes, cacheControl.ttl ?? '');
  return { cacheBreakpoint: ttl === undefined ? {} : { ttl } };
}
