import type {
  AssistantMessage,
  ImagePart,
  Message,
  OpaquePart,
  TextPart,
  ToolCall,
} from '../../../conversation/request.ts';
import type { VendorTraits } from './vendor.ts';

/** A message as the wire wants it: OpenAI's form. */
export type WireMessage = Readonly<Record<string, unknown>>;

/** Tells of something that had to be dropped; the same thing told twice is told once. */
export type Warn = (parameter: string, message: string) => void;

export function encodeMessages(messages: readonly Message[], traits: VendorTraits, warn: Warn): WireMessage[] {
  return messages.map((message, position) => encodeMessage(message, `messages[${position}]`, traits, warn));
}

function encodeMessage(message: Message, parameter: string, traits: VendorTraits, warn: Warn): WireMessage {
  const name = message.name === undefined ? {} : { name: message.name };
  switch (message.role) {
    case 'system':
    case 'developer': {
      const role = traits.developerRole ? message.role : 'system';
      return { role, content: encodeContent(message.content, warn), ...name };
    }
    case 'user':
      return { role: 'user', content: encodeContent(message.content, warn), ...name };
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: encodeContent(message.content, warn), ...name };
    case 'assistant':
      return { ...encodeAssistant(message, parameter, traits, warn), ...name };
  }
}

function encodeAssistant(message: AssistantMessage, parameter: string, traits: VendorTraits, warn: Warn): WireMessage {
  const parts: TextPart[] = [];
  let refusal = '';
  for (const part of message.content) {
    if (part.type === 'text') parts.push(part);
    else if (part.type === 'reasoning') warn(`${parameter}.reasoning_content`, 'earlier reasoning was not passed on');
    else if (traits.refusalField) refusal += part.text;
    else parts.push({ type: 'text', text: part.text });
  }
  const calls = message.toolCalls;
  return {
    role: 'assistant',
    // OpenAI's form: null where a message consists of tool calls only.
    content: parts.length === 0 && (calls.length > 0 || refusal !== '') ? null : encodeContent(parts, warn),
    ...(refusal === '' ? {} : { refusal }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(encodeToolCall) }),
  };
}

function encodeToolCall(call: ToolCall): WireMessage {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

/** One plain text as a string, which every upstream takes; anything else as a list of parts. */
function encodeContent(parts: readonly (TextPart | ImagePart | OpaquePart)[], warn: Warn): unknown {
  for (const part of parts) {
    if (part.type === 'text' && part.cacheBreakpoint === true) {
      warn('cache_control', 'this route has no cache breakpoints');
    }
  }
  const [only] = parts;
  if (only === undefined) return '';
  if (parts.length === 1 && only.type === 'text') return only.text;
  return parts.map(encodePart);
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
