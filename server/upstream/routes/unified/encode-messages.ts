import { arrangeHistory } from '../../../conversation/arrange-history.ts';
import type {
  AssistantMessage,
  ImagePart,
  Message,
  OpaquePart,
  TextPart,
  ToolCall,
} from '../../../conversation/request.ts';
import type { WarningCollector } from '../../../conversation/warnings.ts';
import type { VendorTraits } from './vendor.ts';

/** A message as the wire wants it: OpenAI's form. */
export type WireMessage = Readonly<Record<string, unknown>>;

/** What the messages of one request are encoded for. */
interface Target {
  readonly traits: VendorTraits;
  readonly warnings: WarningCollector;
}

export function encodeMessages(
  messages: readonly Message[],
  traits: VendorTraits,
  warnings: WarningCollector,
): WireMessage[] {
  const target = { traits, warnings };
  const last = messages.length - 1;
  // What the user said last stays whatever it is: without it, the model would go on with its own words.
  const kept = messages.filter(
    (message, index) =>
      !(traits.refusesEmptyText && saysNothing(message) && (message.role === 'assistant' || index < last)),
  );
  const arranged = kept.length === messages.length ? kept : arrangeHistory(kept);
  return arranged.map((message) => encodeMessage(message, target));
}

/** A message with nothing but blanks in it says nothing to a model, unless it is the result of a call. */
function saysNothing(message: Message): boolean {
  if (message.role === 'tool' || (message.role === 'assistant' && message.toolCalls.length > 0)) return false;
  return message.content.every((part) => part.type === 'reasoning' || ('text' in part && isBlank(part.text)));
}

/** True when the encoding of a message would be what OpenAI's form of it is anyway. */
export function isPlainMessage(message: Message, traits: VendorTraits): boolean {
  if (message.role === 'developer') return traits.developerRole;
  if (traits.refusesEmptyText && (saysNothing(message) || message.content.some(refusedAmong(message.content))))
    return false;
  if (message.role !== 'assistant') return true;
  if (message.toolCalls.some((call) => call.arguments.trim() === '')) return false;
  return message.content.every((part) => part.type === 'text' || (part.type === 'refusal' && traits.refusalField));
}

function encodeMessage(message: Message, target: Target): WireMessage {
  const name = message.name === undefined ? {} : { name: message.name };
  switch (message.role) {
    case 'system':
    case 'developer': {
      const role = target.traits.developerRole ? message.role : 'system';
      return { role, content: encodeContent(message.content, target), ...name };
    }
    case 'user':
      return { role: 'user', content: encodeContent(message.content, target), ...name };
    case 'tool':
      return {
        role: 'tool',
        tool_call_id: message.toolCallId,
        content: encodeContent(message.content, target),
        ...name,
      };
    case 'assistant':
      return { ...encodeAssistant(message, target), ...name };
  }
}

function encodeAssistant(message: AssistantMessage, target: Target): WireMessage {
  const parts: TextPart[] = [];
  let refusal = '';
  for (const part of message.content) {
    if (part.type === 'text') parts.push(part);
    else if (part.type === 'reasoning')
      target.warnings.add('reasoning_content', 'Earlier reasoning was not passed on.');
    else if (target.traits.refusalField) refusal += part.text;
    else parts.push({ type: 'text', text: part.text });
  }
  const calls = message.toolCalls;
  const told = withoutRefusedTexts(parts, target.traits);
  return {
    role: 'assistant',
    // OpenAI's form: null where a message consists of tool calls or a refusal only.
    content: told.length === 0 && (calls.length > 0 || refusal !== '') ? null : encodeContent(told, target),
    ...(refusal === '' ? {} : { refusal }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(encodeToolCall) }),
  };
}

function encodeToolCall(call: ToolCall): WireMessage {
  // Some clients write no arguments as no text; vendors want an object.
  const text = call.arguments.trim() === '' ? '{}' : call.arguments;
  return { id: call.id, type: 'function', function: { name: call.name, arguments: text } };
}

/** One plain text as a string, which every upstream takes; anything else as a list of parts. */
function encodeContent(parts: readonly (TextPart | ImagePart | OpaquePart)[], target: Target): unknown {
  if (parts.some((part) => part.type === 'text' && part.cacheBreakpoint === true)) {
    target.warnings.add('cache_control', 'This route has no cache breakpoints.');
  }
  const told = withoutRefusedTexts(parts, target.traits);
  const [only] = told;
  if (only === undefined) return '';
  if (told.length === 1 && only.type === 'text') return only.text;
  return told.map(encodePart);
}

type Part = Message['content'][number];

/** Tells the texts that Anthropic refuses: empty ones, and blank ones where no other text is beside them. */
function refusedAmong(parts: readonly Part[]): (part: Part) => boolean {
  const hasText = parts.some((part) => part.type === 'text' && !isBlank(part.text));
  return (part) => part.type === 'text' && (hasText ? part.text === '' : isBlank(part.text));
}

function withoutRefusedTexts<P extends Part>(parts: readonly P[], traits: VendorTraits): readonly P[] {
  if (!traits.refusesEmptyText) return parts;
  const isRefused = refusedAmong(parts);
  return parts.filter((part) => !isRefused(part));
}

/** Of undecoded texts, too: no byte of another character is one of these. */
function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

function encodePart(part: TextPart | ImagePart | OpaquePart): Readonly<Record<string, unknown>> {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return {
        type: 'image_url',
        image_url: { url: part.url, ...(part.detail === undefined ? {} : { detail: part.detail }) },
      };
    case 'opaque':
      return part.value;
  }
}
