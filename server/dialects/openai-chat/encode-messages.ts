import { arrangeHistory } from '../../conversation/arrange-history.ts';
import { moveGeneratedImages } from '../../conversation/generated-image.ts';
import { isVideo } from '../../conversation/media-type.ts';
import type { Message, Part, TextPart, ToolCallPart, ToolResultPart, VendorPart } from '../../conversation/message.ts';
import { placeOf } from '../../conversation/part-places.ts';
import { readTextDocument, titled, titledParts } from '../../conversation/text-document.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isBlank } from '../../lib/blank.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { readCustomInput } from '../openai/custom-input.ts';
import { audioFormatOf, filenameOf, imageUrlOf, refusedMedia, urlOf } from '../openai/encode-media.ts';
import { chatHistoryNames } from './history-names.ts';
import { chatName } from './name.ts';
import type { VendorTraits } from './vendor-traits.ts';

/** A message in wire format. */
export type WireMessage = Readonly<Record<string, unknown>>;

/** The target of one request's messages. */
interface Target {
  readonly traits: VendorTraits;
  readonly notes: TranslationLog;
  readonly customTools: ReadonlySet<string>;
}

/**
 * Encodes OpenAI's `messages`. Tool results become separate messages, directly after the message with the calls.
 *
 * @param customTools the names of the tools that are sent as custom ones
 */
export function encodeMessages(
  given: readonly Message[],
  traits: VendorTraits,
  notes: TranslationLog,
  customTools: ReadonlySet<string>,
): WireMessage[] {
  const target = { traits, notes, customTools };
  const messages = moveGeneratedImages(given, notes);
  const last = messages.length - 1;
  // The user's last message is always kept: without it, the model would continue its own last message.
  const kept = messages.filter((message, index) => {
    const isLeftOut = traits.rejectsEmptyText ? isEmptyMessage(message, traits) : isUnsent(message, traits);
    if (!isLeftOut || (message.role !== 'assistant' && index === last)) return true;
    for (const part of message.parts.filter(isVendor)) noteUnsupported(part, notes);
    return false;
  });
  const arranged = kept.length === messages.length ? kept : arrangeHistory(kept, chatHistoryNames(kept));
  return joinResults(arranged).flatMap((message) => encodeMessage(message, target));
}

/** Joins consecutive messages with tool results, so that other parts do not end up between the results. */
function joinResults(messages: readonly Message[]): readonly Message[] {
  const joined: Message[] = [];
  /** The parts of the last message, if they are all results. */
  let results: Part[] | undefined;
  for (const message of messages) {
    const hasOnlyResults = message.parts.every(isResult);
    const canJoin = joined.at(-1)?.role === 'user' && message.role === 'user' && message.parts.some(isResult);
    if (results !== undefined && canJoin) {
      for (const part of message.parts) results.push(part);
      joined[joined.length - 1] = { ...message, parts: results };
      if (!hasOnlyResults) results = undefined;
    } else {
      joined.push(message);
      results = hasOnlyResults ? [...message.parts] : undefined;
    }
  }
  return joined;
}

function isVendor(part: Part): boolean {
  return part.type === 'vendor';
}

function isResult(part: Part): boolean {
  return part.type === 'tool-result';
}

/** True if a message has no content for the model: only blank texts and parts that are not encoded. */
function isEmptyMessage(message: Message, traits: VendorTraits): boolean {
  return message.parts.every((part) => {
    if (part.type === 'text' || part.type === 'refusal') return isBlank(part.text);
    return isUnsentPart(part, traits);
  });
}

/** True if a message has parts, and none of them is encoded. */
function isUnsent({ parts }: Message, traits: VendorTraits): boolean {
  return parts.length > 0 && parts.every((part) => isUnsentPart(part, traits));
}

function isUnsentPart(part: Part, traits: VendorTraits): boolean {
  return (
    part.type === 'reasoning' || (part.type === 'vendor' && !isPassedOn(part, traits) && part.otherwise === undefined)
  );
}

function noteUnsupported(part: Part, notes: TranslationLog): void {
  notes.dropped(placeOf(part, part.type), 'This API does not support it here.');
}

/** True for a part in this API's format that is passed on as it is. */
function isPassedOn({ dialect }: VendorPart, { acceptsUnknownParts }: VendorTraits): boolean {
  return dialect === chatName && acceptsUnknownParts;
}

/** True if the message of a client of this API can be relayed unchanged. */
export function isPlainMessage(message: Message, traits: VendorTraits): boolean {
  if (message.role === 'developer') return traits.supportsDeveloperRole;
  const { parts } = message;
  if (traits.rejectsEmptyText && (isEmptyMessage(message, traits) || hasRefusedTexts(parts))) return false;
  if (parts.some((part) => part.type === 'vendor' && !isPassedOn(part, traits))) return false;
  if (message.role !== 'assistant') return true;
  return parts.every((part) => {
    if (part.type === 'tool-call') return part.arguments.trim() !== '';
    return part.type === 'text' || (part.type === 'refusal' && traits.supportsRefusals);
  });
}

function encodeMessage(message: Message, target: Target): readonly WireMessage[] {
  const name = message.name === undefined ? {} : { name: message.name };
  switch (message.role) {
    case 'system':
    case 'developer':
      return encodeInstructions(message, name, target);
    case 'user':
      return encodeUser(message.parts, name, target);
    case 'assistant':
      return [{ ...encodeAssistant(message.parts, target), ...name }];
  }
}

/** Only users' messages may have media, so media of other messages follow in one. */
function encodeInstructions(message: Message, name: WireMessage, target: Target): readonly WireMessage[] {
  const role = target.traits.supportsDeveloperRole ? message.role : 'system';
  const media = message.parts.filter(isMedia);
  if (media.length === 0) return [{ role, content: encodeContent(message.parts, target), ...name }];
  target.notes.changed('messages', 'Media in instructions was moved to a user message.');
  const others = message.parts.filter((part) => !isMedia(part));
  const user = { role: 'user', content: encodeContent(media, target) };
  return others.length === 0 ? [user] : [{ role, content: encodeContent(others, target), ...name }, user];
}

function isMedia(part: Part): boolean {
  return part.type === 'image' || part.type === 'audio' || (part.type === 'document' && textsOf(part) === undefined);
}

/** Encodes tool results first. Media from the results and the message's other parts follow in a user message. */
function encodeUser(parts: readonly Part[], name: WireMessage, target: Target): readonly WireMessage[] {
  const results = parts.filter((part) => part.type === 'tool-result');
  if (results.length === 0) return [{ role: 'user', content: encodeContent(parts, target), ...name }];
  const media = results.flatMap((result) => mediaOf(result, target));
  const others = parts.filter((part) => part.type !== 'tool-result');
  const messages: WireMessage[] = results.map((result) => encodeResult(result, target));
  if (media.length > 0) target.notes.changed('tool results', 'Media in a tool result was moved to a user message.');
  const rest = [...media, ...others];
  if (rest.length > 0) messages.push({ role: 'user', content: encodeContent(rest, target), ...name });
  return messages;
}

/** The parts of a tool result that a tool message cannot hold, but another message can. */
function mediaOf({ parts }: ToolResultPart, target: Target): readonly Part[] {
  return parts.filter((part) => {
    if (textsOf(part) !== undefined) return false;
    if (part.type !== 'vendor' || isPassedOn(part, target.traits)) return true;
    target.notes.dropped('tool results', 'This API has no field for a part of a tool result.');
    return false;
  });
}

/** The texts of a part that consists only of text; undefined for any other part. */
function textsOf(part: Part): readonly Part[] | undefined {
  if (part.type === 'text' || part.type === 'refusal') return [part];
  if (part.type !== 'document') return undefined;
  const text = readTextDocument(part.source);
  if (text !== undefined) return [{ type: 'text', text: titled(text, part.filename) }];
  if (part.source.type !== 'parts') return undefined;
  const texts = titledParts(part.source, part.filename).map(textsOf);
  return texts.every((each) => each !== undefined) ? texts.flat() : undefined;
}

/** The API has no field for a failed call, so an empty result gets a text that says so. */
function encodeResult(result: ToolResultPart, target: Target): WireMessage {
  const texts = result.parts.flatMap((part) => textsOf(part) ?? []);
  const content = encodeContent(texts, target);
  const described = content === '' && mediaOf(result, target).length > 0 ? 'The result follows.' : content;
  return {
    role: 'tool',
    tool_call_id: result.callId,
    content: result.failed === true && described === '' ? 'The tool failed.' : described,
    ...withoutUndefined({ name: result.name }),
  };
}

function encodeAssistant(parts: readonly Part[], target: Target): WireMessage {
  const texts: TextPart[] = [];
  const calls: ToolCallPart[] = [];
  let refusal = '';
  for (const part of parts) {
    if (part.type === 'text') texts.push(part);
    else if (part.type === 'tool-call') calls.push(part);
    else if (part.type === 'refusal' && target.traits.supportsRefusals) refusal += part.text;
    else if (part.type === 'refusal') texts.push({ type: 'text', text: part.text });
    else if (part.type === 'reasoning') target.notes.dropped('reasoning', 'Earlier reasoning is not forwarded.');
    else noteUnsupported(part, target.notes);
  }
  const kept = withoutRefusedTexts(texts, target.traits);
  return {
    role: 'assistant',
    // Like OpenAI: null if a message consists only of tool calls or a refusal.
    content: kept.length === 0 && (calls.length > 0 || refusal !== '') ? null : encodeContent(kept, target),
    ...(refusal !== '' && { refusal }),
    ...(calls.length !== 0 && { tool_calls: calls.map((call) => encodeToolCall(call, target)) }),
  };
}

function encodeToolCall(call: ToolCallPart, { customTools }: Target): WireMessage {
  if (customTools.has(call.name)) {
    return { id: call.id, type: 'custom', custom: { name: call.name, input: readCustomInput(call.arguments) } };
  }
  // Some clients send an empty text for no arguments; vendors require an object.
  const text = call.arguments.trim() === '' ? '{}' : call.arguments;
  return { id: call.id, type: 'function', function: { name: call.name, arguments: text } };
}

/** Encodes a single text as a string, which every upstream accepts, and anything else as a list of parts. */
function encodeContent(parts: readonly Part[], target: Target): unknown {
  if (parts.some((part) => part.cacheBreakpoint !== undefined)) {
    target.notes.dropped('cache_control', 'This route does not support cache breakpoints.');
  }
  const kept = withoutRefusedTexts(parts, target.traits);
  const encoded = kept.flatMap((part) => encodePart(part, target));
  const [only] = kept;
  if (encoded.length === 0) return '';
  return kept.length === 1 && only?.type === 'text' ? only.text : encoded;
}

/** Returns a predicate for texts that Anthropic rejects: empty ones, and blank ones if there is no other text. */
function refusedTextIn(parts: readonly Part[]): (part: Part) => boolean {
  const hasText = parts.some((part) => part.type === 'text' && !isBlank(part.text));
  return (part) => part.type === 'text' && (hasText ? part.text === '' : isBlank(part.text));
}

function hasRefusedTexts(parts: readonly Part[]): boolean {
  return (
    parts.some(refusedTextIn(parts)) || parts.some((part) => part.type === 'tool-result' && hasRefusedTexts(part.parts))
  );
}

function withoutRefusedTexts<P extends Part>(parts: readonly P[], traits: VendorTraits): readonly P[] {
  if (!traits.rejectsEmptyText) return parts;
  const isRefused = refusedTextIn(parts);
  return parts.filter((part) => !isRefused(part));
}

function encodePart(part: Part, target: Target): readonly WireMessage[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return [{ type: 'text', text: part.text }];
    case 'image': {
      const detail = part.detail === undefined ? {} : { detail: part.detail };
      return [{ type: 'image_url', image_url: { url: imageUrlOf(part.source), ...detail } }];
    }
    case 'document':
      return encodeDocument(part, target);
    case 'audio':
      if (!target.traits.acceptsFiles) throw refusedMedia('Audio is', part, 'messages');
      if (part.source.type === 'base64') {
        const format = audioFormatOf(part.source.mediaType);
        return [{ type: 'input_audio', input_audio: { data: part.source.data, format } }];
      }
      break;
    case 'vendor':
      if (isPassedOn(part, target.traits)) return [part.value];
      if (part.otherwise !== undefined) return encodePart(part.otherwise, target);
      break;
  }
  noteUnsupported(part, target.notes);
  return [];
}

function encodeDocument(part: Extract<Part, { readonly type: 'document' }>, target: Target): readonly WireMessage[] {
  const { source, filename } = part;
  const text = readTextDocument(source);
  if (text !== undefined || source.type === 'text') return [{ type: 'text', text: titled(text ?? '', filename) }];
  if (source.type === 'parts') return titledParts(source, filename).flatMap((inner) => encodePart(inner, target));
  if (!target.traits.acceptsFiles) throw refusedMedia('Documents are', part, 'messages');
  if (source.type === 'url') throw refusedMedia('Documents by URL are', part, 'messages');
  if (isVideo(source)) throw refusedMedia('Videos are', part, 'messages');
  return [{ type: 'file', file: { filename: filenameOf(source, filename), file_data: urlOf(source) } }];
}
