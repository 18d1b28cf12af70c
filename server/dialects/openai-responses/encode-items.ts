import { attachProofs } from '../../conversation/attach-proofs.ts';
import { moveGeneratedImages } from '../../conversation/generated-image.ts';
import { isVideo } from '../../conversation/media-type.ts';
import type { Message, Part, ReasoningPart, ToolResultPart, VendorPart } from '../../conversation/message.ts';
import { placeOf } from '../../conversation/part-places.ts';
import { titled, titledParts } from '../../conversation/text-document.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { vendorMembersOf } from '../../conversation/vendor-data.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { readCustomInput } from '../openai/custom-input.ts';
import { filenameOf, imageUrlOf, refusedMedia, urlOf } from '../openai/encode-media.ts';
import { maxIdLength, toCallId } from './call-id.ts';
import { isOwnImage, ownImageItem } from './image-item.ts';
import { responsesName } from './name.ts';
import { ownItemOf } from './own-item.ts';

/**
 * Encodes messages as the items of OpenAI's `input`.
 *
 * @param customTools the names of the tools that are sent as custom ones
 */
export function encodeItems(
  messages: readonly Message[],
  notes: TranslationLog,
  customTools: ReadonlySet<string> = new Set(),
): JsonRecord[] {
  const items = moveGeneratedImages(messages, notes, isOwnImage).flatMap((message, index) => {
    if (message.name !== undefined) {
      notes.dropped(`messages[${index}].name`, 'The Responses API does not have names of participants.');
    }
    if (message.role === 'assistant') return encodeTurn(attachProofs(message.parts), notes);
    if (message.role === 'user') return encodeUser(message.parts, notes);
    return [{ type: 'message', role: message.role, content: encodeInput(message.parts, notes) }];
  });
  return customTools.size === 0 ? items : withCustomCalls(items, customTools);
}

/** Converts the calls of custom tools, and their results. */
function withCustomCalls(items: readonly JsonRecord[], customTools: ReadonlySet<string>): JsonRecord[] {
  const ids = new Set<unknown>();
  return items.map((item) => {
    if (item.type === 'function_call' && customTools.has(String(item.name))) {
      const { arguments: written, ...call } = item;
      ids.add(item.call_id);
      return { ...call, type: 'custom_tool_call', input: readCustomInput(String(written)) };
    }
    const isResult = item.type === 'function_call_output' && ids.has(item.call_id);
    return isResult ? { ...item, type: 'custom_tool_call_output' } : item;
  });
}

function encodeUser(parts: readonly Part[], notes: TranslationLog): JsonRecord[] {
  const items: JsonRecord[] = [];
  const content: Part[] = [];
  for (const part of parts) {
    if (part.type === 'tool-result') items.push(encodeResult(part, notes));
    else if (isOwnItem(part)) items.push(part.value);
    else content.push(part);
  }
  const input = encodeInput(content, notes);
  if (input.length > 0) items.push({ type: 'message', role: 'user', content: input });
  return items;
}

function isOwnItem(part: Part): part is VendorPart {
  return part.type === 'vendor' && part.dialect === responsesName;
}

function encodeResult(result: ToolResultPart, notes: TranslationLog): JsonRecord {
  const own = ownItemOf(result.vendor);
  if (own !== undefined) return own;
  const [only] = result.parts;
  const isText = result.parts.length === 1 && only?.type === 'text';
  const output = isText ? only.text : encodeInput(result.parts, notes);
  const empty = result.parts.length === 0;
  return {
    type: 'function_call_output',
    call_id: toCallId(result.callId),
    output: empty ? (result.failed === true ? 'The tool failed.' : '') : output,
  };
}

/** Encodes one assistant turn. Reasoning, texts and calls are separate items. */
function encodeTurn(parts: readonly Part[], notes: TranslationLog): JsonRecord[] {
  const items: JsonRecord[] = [];
  let texts: JsonRecord[] = [];
  let phase: unknown;
  const closeMessage = () => {
    if (texts.length === 0) return;
    items.push({ type: 'message', role: 'assistant', content: texts, ...withoutUndefined({ phase }) });
    texts = [];
    phase = undefined;
  };
  for (const part of parts) {
    if (part.type === 'text' || part.type === 'refusal') {
      const own = vendorMembersOf(part.vendor, responsesName).phase;
      if (own !== phase) closeMessage();
      phase = own;
      texts.push(
        part.type === 'text' ? { type: 'output_text', text: part.text } : { type: 'refusal', refusal: part.text },
      );
      continue;
    }
    closeMessage();
    items.push(...encodeTurnPart(part, notes));
  }
  closeMessage();
  return items;
}

/** Encodes a part that is an item of its own. */
function encodeTurnPart(part: Part, notes: TranslationLog): readonly JsonRecord[] {
  if (part.type === 'tool-call') {
    const own = ownItemOf(part.vendor);
    if (own !== undefined) return [own];
    const { name, arguments: written } = part;
    return [{ type: 'function_call', call_id: toCallId(part.id), name, arguments: written === '' ? '{}' : written }];
  }
  if (part.type === 'reasoning') return encodeReasoning(part, notes);
  if (isOwnItem(part)) return [part.value];
  if (part.type === 'image' && isOwnImage(part)) return [ownImageItem(part)];
  notes.dropped(placeOf(part, part.type), 'This API does not support it in an assistant turn.');
  return [];
}

/** Reasoning without the vendor's own proof is dropped, because the vendor rejects it. */
function encodeReasoning({ text, proof }: ReasoningPart, notes: TranslationLog): JsonRecord[] {
  if (proof?.dialect !== responsesName) {
    notes.dropped('reasoning', "Only the model's own earlier reasoning is forwarded.");
    return [];
  }
  const summary = text === '' ? [] : [{ type: 'summary_text', text }];
  const id = proof.itemId === undefined || proof.itemId.length > maxIdLength ? {} : { id: proof.itemId };
  return [{ type: 'reasoning', ...id, summary, encrypted_content: proof.value }];
}

function encodeInput(parts: readonly Part[], notes: TranslationLog): JsonRecord[] {
  return parts.flatMap((part) => encodePart(part, notes));
}

function encodePart(part: Part, notes: TranslationLog): JsonRecord[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return [{ type: 'input_text', text: part.text }];
    case 'image':
      return [{ type: 'input_image', image_url: imageUrlOf(part.source), detail: part.detail ?? 'auto' }];
    case 'document': {
      const { source, filename } = part;
      if (source.type === 'text') return [{ type: 'input_text', text: titled(source.text, filename) }];
      if (source.type === 'parts') return encodeInput(titledParts(source, filename), notes);
      if (isVideo(source)) throw refusedMedia('Videos are', part, 'input');
      if (source.type === 'url') return [{ type: 'input_file', file_url: requireWebAddress(source.url, part) }];
      return [{ type: 'input_file', filename: filenameOf(source, filename), file_data: urlOf(source) }];
    }
    case 'audio':
      throw refusedMedia('Audio is', part, 'input');
    case 'vendor':
      if (part.otherwise !== undefined) return encodePart(part.otherwise, notes);
      notes.dropped(placeOf(part, part.type), 'This API does not support it here.');
      return [];
    default:
      notes.dropped(placeOf(part, part.type), 'This API does not support it here.');
      return [];
  }
}

/** Only Google reads from its storage. */
function requireWebAddress(url: string, part: Part): string {
  if (/^https?:/i.test(url)) return url;
  throw refusedMedia('Files in a cloud storage are', part, 'input');
}
