import { arrangeHistory } from '../../conversation/arrange-history.ts';
import { Failure } from '../../conversation/failure.ts';
import type {
  MediaSource,
  Message,
  Part,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  VendorPart,
} from '../../conversation/message.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isBlank } from '../../lib/blank.ts';
import { chatHistoryNames } from './history-names.ts';
import { chatName } from './name.ts';
import type { VendorTraits } from './vendor-traits.ts';

/** A message as the wire wants it. */
export type WireMessage = Readonly<Record<string, unknown>>;

/** What the messages of one request are encoded for. */
interface Target {
  readonly traits: VendorTraits;
  readonly notes: TranslationLog;
}

/** OpenAI's `messages`: results of calls as messages of their own, right behind the message with the calls. */
export function encodeMessages(
  messages: readonly Message[],
  traits: VendorTraits,
  notes: TranslationLog,
): WireMessage[] {
  const target = { traits, notes };
  const last = messages.length - 1;
  // What the user said last stays whatever it is: without it, the model would go on with its own words.
  const kept = messages.filter(
    (message, index) =>
      !(traits.refusesEmptyText && saysNothing(message, traits) && (message.role === 'assistant' || index < last)),
  );
  const arranged = kept.length === messages.length ? kept : arrangeHistory(kept, chatHistoryNames(kept));
  return joinResults(arranged).flatMap((message) => encodeMessage(message, target));
}

/** Results that stand in messages of their own in one message: what follows all of them must stand between none. */
function joinResults(messages: readonly Message[]): readonly Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    const goesOn = last?.role === 'user' && message.role === 'user' && message.parts.some(isResult);
    if (goesOn && last.parts.every(isResult)) {
      joined[joined.length - 1] = { ...message, parts: [...last.parts, ...message.parts] };
    } else joined.push(message);
  }
  return joined;
}

function isResult(part: Part): boolean {
  return part.type === 'tool-result';
}

/** A message with nothing but blanks in it, and what has no place here, says nothing to a model. */
function saysNothing(message: Message, traits: VendorTraits): boolean {
  return message.parts.every((part) => {
    if (part.type === 'text' || part.type === 'refusal') return isBlank(part.text);
    return part.type === 'reasoning' || (part.type === 'vendor' && !passes(part, traits));
  });
}

/** What is only passed on, being in this API's form. */
function passes({ dialect }: VendorPart, { takesUnknownParts }: VendorTraits): boolean {
  return dialect === chatName && takesUnknownParts;
}

/** True when the encoding of a message would be what OpenAI's form of it is anyway. */
export function isPlainMessage(message: Message, traits: VendorTraits): boolean {
  if (message.role === 'developer') return traits.developerRole;
  const { parts } = message;
  if (traits.refusesEmptyText && (saysNothing(message, traits) || hasRefusedTexts(parts))) return false;
  if (parts.some((part) => part.type === 'vendor' && !passes(part, traits))) return false;
  if (message.role !== 'assistant') return true;
  return parts.every((part) => {
    if (part.type === 'tool-call') return part.arguments.trim() !== '';
    return part.type === 'text' || (part.type === 'refusal' && traits.refusalField);
  });
}

function encodeMessage(message: Message, target: Target): readonly WireMessage[] {
  const name = message.name === undefined ? {} : { name: message.name };
  switch (message.role) {
    case 'system':
    case 'developer': {
      const role = target.traits.developerRole ? message.role : 'system';
      return [{ role, content: encodeContent(message.parts, target), ...name }];
    }
    case 'user':
      return encodeUser(message.parts, name, target);
    case 'assistant':
      return [{ ...encodeAssistant(message.parts, target), ...name }];
  }
}

/** Results first; what they show besides text, and what was said beside them, in a message behind all of them. */
function encodeUser(parts: readonly Part[], name: WireMessage, target: Target): readonly WireMessage[] {
  const results = parts.filter((part) => part.type === 'tool-result');
  if (results.length === 0) return [{ role: 'user', content: encodeContent(parts, target), ...name }];
  const shown = results.flatMap((result) => mediaOf(result, target));
  const said = parts.filter((part) => part.type !== 'tool-result');
  const messages: WireMessage[] = results.map((result) => encodeResult(result, target));
  if (shown.length > 0) target.notes.changed('tool results', 'Media in a tool result was put into a user message.');
  const beside = [...shown, ...said];
  if (beside.length > 0) messages.push({ role: 'user', content: encodeContent(beside, target), ...name });
  return messages;
}

/** What of a result a tool message has no place for, but another message has. */
function mediaOf({ parts }: ToolResultPart, target: Target): readonly Part[] {
  return parts.filter((part) => {
    if (textsOf(part) !== undefined) return false;
    if (part.type !== 'vendor' || passes(part, target.traits)) return true;
    target.notes.dropped('tool results', 'This API has no place for a part of a tool result.');
    return false;
  });
}

/** The texts that a part consists of; undefined when it is anything else. */
function textsOf(part: Part): readonly Part[] | undefined {
  if (part.type === 'text' || part.type === 'refusal') return [part];
  if (part.type !== 'document') return undefined;
  if (part.source.type === 'text') return [{ type: 'text', text: part.source.text }];
  if (part.source.type !== 'parts') return undefined;
  const texts = part.source.parts.map(textsOf);
  return texts.every((each) => each !== undefined) ? texts.flat() : undefined;
}

/** The API has no word for a failed call: the text says it. */
function encodeResult(result: ToolResultPart, target: Target): WireMessage {
  const texts = result.parts.flatMap((part) => textsOf(part) ?? []);
  const content = encodeContent(texts, target);
  const silent = content === '' && mediaOf(result, target).length > 0 ? 'The result follows.' : content;
  return {
    role: 'tool',
    tool_call_id: result.callId,
    content: result.failed === true && silent === '' ? 'The tool failed.' : silent,
    ...(result.name !== undefined && { name: result.name }),
  };
}

function encodeAssistant(parts: readonly Part[], target: Target): WireMessage {
  const texts: TextPart[] = [];
  const calls: ToolCallPart[] = [];
  let refusal = '';
  for (const part of parts) {
    if (part.type === 'text') texts.push(part);
    else if (part.type === 'tool-call') calls.push(part);
    else if (part.type === 'refusal' && target.traits.refusalField) refusal += part.text;
    else if (part.type === 'refusal') texts.push({ type: 'text', text: part.text });
    else if (part.type === 'reasoning') target.notes.dropped('reasoning', 'Earlier reasoning was not passed on.');
    else target.notes.dropped(part.type, 'This API has no place for it in an assistant message.');
  }
  const told = withoutRefusedTexts(texts, target.traits);
  return {
    role: 'assistant',
    // OpenAI's form: null where a message consists of tool calls or a refusal only.
    content: told.length === 0 && (calls.length > 0 || refusal !== '') ? null : encodeContent(told, target),
    ...(refusal === '' ? {} : { refusal }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(encodeToolCall) }),
  };
}

function encodeToolCall(call: ToolCallPart): WireMessage {
  // Some clients write no arguments as no text; vendors want an object.
  const text = call.arguments.trim() === '' ? '{}' : call.arguments;
  return { id: call.id, type: 'function', function: { name: call.name, arguments: text } };
}

/** One plain text as a string, which every upstream takes; anything else as a list of parts. */
function encodeContent(parts: readonly Part[], target: Target): unknown {
  if (parts.some((part) => part.cacheBreakpoint !== undefined)) {
    target.notes.dropped('cache_control', 'This route has no cache breakpoints.');
  }
  const told = withoutRefusedTexts(parts, target.traits);
  const encoded = told.flatMap((part) => encodePart(part, target));
  const [only] = told;
  if (encoded.length === 0) return '';
  return told.length === 1 && only?.type === 'text' ? only.text : encoded;
}

/** Tells the texts that Anthropic refuses: empty ones, and blank ones where no other text is beside them. */
function refusedAmong(parts: readonly Part[]): (part: Part) => boolean {
  const hasText = parts.some((part) => part.type === 'text' && !isBlank(part.text));
  return (part) => part.type === 'text' && (hasText ? part.text === '' : isBlank(part.text));
}

function hasRefusedTexts(parts: readonly Part[]): boolean {
  return (
    parts.some(refusedAmong(parts)) || parts.some((part) => part.type === 'tool-result' && hasRefusedTexts(part.parts))
  );
}

function withoutRefusedTexts<P extends Part>(parts: readonly P[], traits: VendorTraits): readonly P[] {
  if (!traits.refusesEmptyText) return parts;
  const isRefused = refusedAmong(parts);
  return parts.filter((part) => !isRefused(part));
}

function encodePart(part: Part, target: Target): readonly WireMessage[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return [{ type: 'text', text: part.text }];
    case 'image': {
      const detail = part.detail === undefined ? {} : { detail: part.detail };
      return [{ type: 'image_url', image_url: { url: urlOf(part.source), ...detail } }];
    }
    case 'document':
      return encodeDocument(part, target);
    case 'audio':
      if (!target.traits.takesFiles) throw refusedMedia('Audio');
      if (part.source.type === 'base64') {
        const format = part.source.mediaType.replace(/^audio\/(?:x-)?/, '');
        return [{ type: 'input_audio', input_audio: { data: part.source.data, format } }];
      }
      break;
    case 'vendor':
      if (passes(part, target.traits)) return [part.value];
      break;
  }
  target.notes.dropped(part.type, 'This API has no place for it here.');
  return [];
}

function encodeDocument(part: Extract<Part, { readonly type: 'document' }>, target: Target): readonly WireMessage[] {
  const { source, filename } = part;
  if (source.type === 'text') return [{ type: 'text', text: source.text }];
  if (source.type === 'parts') return source.parts.flatMap((inner) => encodePart(inner, target));
  if (!target.traits.takesFiles) throw refusedMedia('Documents');
  return [{ type: 'file', file: { filename: filename ?? 'document.pdf', file_data: urlOf(source) } }];
}

function urlOf(source: MediaSource): string {
  return source.type === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
}

function refusedMedia(what: string): Failure {
  const message = `${what} are not supported on the only route to this model that is open.`;
  return new Failure('invalid-request', message, {
    reason: 'unsupported-value',
    parameter: 'messages',
    fault: 'request',
  });
}
