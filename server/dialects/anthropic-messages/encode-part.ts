import type { CallIds } from '../../conversation/call-ids.ts';
import { Failure, type FailureReason } from '../../conversation/failure.ts';
import { imageTypeOf } from '../../conversation/media-type.ts';
import type {
  DocumentPart,
  ImagePart,
  MediaSource,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  VendorPart,
} from '../../conversation/message.ts';
import { placeOf } from '../../conversation/part-places.ts';
import { readTextDocument } from '../../conversation/text-document.ts';
import type { ToolNames } from '../../conversation/tool-names.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import type { EmbeddedJson } from '../../lib/embedded-json.ts';
import { readString } from '../../lib/json.ts';
import { toClaudeInput } from './claude-rules.ts';
import { anthropicMessages } from './name.ts';

/** A content block in wire format. Mutable, because cache marks are added and removed later. */
export type Block = Record<string, unknown>;

/** Shared by all parts of one request. */
export interface PartContext {
  readonly notes: TranslationLog;
  readonly callIds: CallIds;
  readonly names: ToolNames;
  readonly embedded: EmbeddedJson;
  /** Types of blocks that the route rejects, in addition to `unsupportedBlocks`. */
  readonly refusedTypes: ReadonlySet<unknown>;
}

/** The types of blocks that the routes accept in a tool result. */
const resultBlocks: ReadonlySet<unknown> = new Set(['text', 'image', 'document', 'search_result']);

/**
 * Types of blocks that need a beta header, which the routes do not forward. All tools are declared up front instead.
 */
const unsupportedBlocks: ReadonlySet<unknown> = new Set([
  'tool_reference',
  'tool_addition',
  'tool_removal',
  'browser_state',
]);

/** True if the route does not support the type of a block that only this API has. */
export function isRefusedType(type: unknown, { refusedTypes }: Pick<PartContext, 'refusedTypes'>): boolean {
  return unsupportedBlocks.has(type) || refusedTypes.has(type);
}

/**
 * @param given the part's path, for notes and failures, if it is not known how the client names it
 * @returns undefined if Claude does not support the part; a note is added
 * @throws Failure `invalid-request` for media that cannot be sent
 */
export function encodePart(part: Part, given: string, context: PartContext): Block | undefined {
  const path = placeOf(part, given);
  switch (part.type) {
    case 'text':
      return encodeText(part, path, context);
    case 'refusal':
      return { type: 'text', text: part.text, ...cacheMarkOf(part) };
    case 'image':
      return encodeImage(part, path, context.notes);
    case 'document':
      return encodeDocument(part, path, context);
    case 'audio':
      throw unsendable(path, 'this model does not support audio.', 'unsupported-value');
    case 'reasoning':
      return encodeReasoning(part, path, context.notes);
    case 'tool-call':
      return encodeToolCall(part, path, context);
    case 'tool-result':
      return encodeToolResult(part, path, context);
    case 'vendor':
      return encodeVendorPart(part, path, context);
  }
}

function encodeVendorPart(part: VendorPart, path: string, context: PartContext): Block | undefined {
  const { notes } = context;
  if (part.dialect !== anthropicMessages) {
    if (part.otherwise !== undefined) return encodePart(part.otherwise, path, context);
    notes.dropped(path, 'Claude does not support it.');
  } else if (isRefusedType(part.value.type, context)) {
    noteRefusedType(part, path, notes);
  } else {
    return { ...part.value, ...cacheMarkOf(part) };
  }
  return undefined;
}

export function noteRefusedType({ value }: VendorPart, path: string, notes: TranslationLog): void {
  notes.dropped(path, `The route to this model does not support ${readString(value.type) ?? 'this content'}.`);
}

function marksOf(part: Exclude<Part, { readonly type: 'vendor' }>): Block {
  return { ...vendorMembersOf(part.vendor, anthropicMessages), ...cacheMarkOf(part) };
}

/** Omits the TTL, which these routes do not support. */
export function cacheMarkOf({ cacheBreakpoint }: Pick<Part, 'cacheBreakpoint'>): Block {
  return cacheBreakpoint === undefined ? {} : { cache_control: { type: 'ephemeral' } };
}

/**
 * For this API, the summary of a compaction is restored to the original block. A block that the routes reject is sent
 * as text.
 */
function encodeText(part: TextPart, path: string, context: PartContext): Block {
  const marks = marksOf(part);
  if (marks.type === undefined) return { type: 'text', text: part.text, ...marks };
  if (!isRefusedType(marks.type, context)) return marks;
  context.notes.changed(
    path,
    `The route to this model does not support ${readString(marks.type) ?? 'this content'}; it was sent as text.`,
  );
  return { type: 'text', text: part.text, ...cacheMarkOf(part) };
}

const imageTypes: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

function encodeImage(part: ImagePart, path: string, notes: TranslationLog): Block {
  const source = encodeBase64(part.source, path, 'unreadable-image');
  if (part.source.type !== 'base64') return { type: 'image', source, ...marksOf(part) };
  const mediaType = imageTypeOf(part.source);
  if (!imageTypes.has(mediaType)) {
    throw unsendable(path, 'this model supports images as JPEG, PNG, GIF or WebP.', 'unreadable-image');
  }
  if (mediaType !== part.source.mediaType) notes.changed(path, `The media type was corrected to ${mediaType}.`);
  return { type: 'image', source: { ...source, media_type: mediaType }, ...marksOf(part) };
}

function encodeBase64(source: MediaSource, path: string, reason: FailureReason): Block {
  if (source.type === 'base64') return { type: 'base64', media_type: source.mediaType, data: source.data };
  const message = 'neither the gateway nor the route to this model fetches URLs. Send the data as base64.';
  throw unsendable(path, message, reason);
}

function encodeDocument(part: DocumentPart, path: string, context: PartContext): Block {
  const title = part.filename === undefined ? {} : { title: part.filename };
  const marks = marksOf(part);
  const source = encodeDocumentSource(part.source, path, context);
  // For this API, a search result is restored to the original block.
  if (marks.type === 'search_result') return { ...title, content: source.content, ...marks };
  return { type: 'document', source, ...title, ...marks };
}

function encodeDocumentSource(source: DocumentPart['source'], path: string, context: PartContext): Block {
  switch (source.type) {
    case 'text':
      return toTextSource(source.text);
    case 'parts': {
      const blocks = source.parts.map((part, index) => encodePart(part, `${path}.source.content[${index}]`, context));
      return { type: 'content', content: blocks.filter((block) => block !== undefined) };
    }
    case 'url':
      return encodeBase64(source, path, 'unreadable-document');
    case 'base64': {
      if (source.mediaType === 'application/pdf') return encodeBase64(source, path, 'unreadable-document');
      const text = readTextDocument(source);
      if (text !== undefined) return toTextSource(text);
      throw unsendable(path, 'this model supports documents as PDF or plain text.', 'unreadable-document');
    }
  }
}

function toTextSource(text: string): Block {
  return { type: 'text', media_type: 'text/plain', data: text };
}

/** Sends only reasoning with Claude's own proof. Claude rejects unsigned reasoning and that of other vendors. */
function encodeReasoning(
  { text, proof, vendor }: ReasoningPart,
  path: string,
  notes: TranslationLog,
): Block | undefined {
  if (proof?.dialect !== anthropicMessages || proof.value === '') {
    notes.dropped(path, 'Earlier reasoning that Claude did not sign is not forwarded.');
    return undefined;
  }
  if (proof.redacted === true) return { type: 'redacted_thinking', data: proof.value };
  const members = vendorMembersOf(vendor, anthropicMessages);
  return { type: 'thinking', thinking: text, signature: proof.value, ...members };
}

function encodeToolCall(part: ToolCallPart, path: string, { notes, callIds, names, embedded }: PartContext): Block {
  return {
    type: 'tool_use',
    id: callIds.ofCall(part.id),
    name: names.toVendor(part.name),
    input: toClaudeInput(part.arguments, path, notes, embedded).input,
    ...marksOf(part),
  };
}

function encodeToolResult(part: ToolResultPart, path: string, context: PartContext): Block {
  const content: Block[] = [];
  for (const [index, inner] of part.parts.entries()) {
    const block = encodeResultPart(inner, `${path}.content[${index}]`, context);
    if (block !== undefined) content.push(block);
  }
  return {
    type: 'tool_result',
    tool_use_id: context.callIds.ofResult(part.callId),
    ...(part.failed === true ? encodeFailed(content, path, context.notes) : content.length > 0 && { content }),
    ...(part.failed === false && { is_error: false }),
    ...marksOf(part),
  };
}

/** Claude accepts only texts in a failed result, and at least one. The content matters more than the flag. */
function encodeFailed(content: readonly Block[], path: string, notes: TranslationLog): Block {
  if (content.length === 0) return { content: [{ type: 'text', text: 'The tool failed.' }], is_error: true };
  if (content.every(({ type }) => type === 'text')) return { content, is_error: true };
  notes.dropped(`${path}.is_error`, 'Claude supports only texts in a failed result.');
  return { content };
}

function encodeResultPart(part: Part, path: string, context: PartContext): Block | undefined {
  if (part.type === 'text' && part.text === '') return undefined;
  const block = part.type === 'audio' ? { type: 'audio' } : encodePart(part, path, context);
  if (block === undefined || resultBlocks.has(block.type)) return block;
  context.notes.dropped(path, 'Claude does not support it in a tool result.');
  return undefined;
}

function unsendable(parameter: string, message: string, reason: FailureReason): Failure {
  return new Failure('invalid-request', `Invalid '${parameter}': ${message}`, { reason, parameter, fault: 'request' });
}
