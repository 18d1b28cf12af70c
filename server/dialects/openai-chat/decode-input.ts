import type { HistoryNames } from '../../conversation/arrange-history.ts';
import type { Message, Part } from '../../conversation/message.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { readMedia } from '../openai/media.ts';
import { invalidParameter, parseParameter } from '../openai/validation-failure.ts';
import {
  type InputContent,
  type InputItem,
  type InputMessage,
  inputItemSchema,
  inputRequestSchema,
} from './input-schema.ts';
import { jsonSchemaFormat, responseFormatSchema, type WireSharedRequest } from './schema.ts';

export interface InputRequest {
  /** The members that the Responses API shares with Chat Completions, its other names for them translated. */
  readonly wire: WireSharedRequest;
  readonly messages: readonly Message[];
  /** For errors about the messages: which item each of them was. */
  readonly names: HistoryNames;
}

/**
 * Reads a request in the Responses API's shape.
 *
 * @throws Failure naming the parameter; also for what rests on state that only OpenAI's own server has
 */
export function readInputRequest(json: JsonRecord, notes: TranslationLog): InputRequest {
  for (const name of statefulMembers) {
    if (json[name] === undefined || json[name] === null || json[name] === false) continue;
    throw invalidParameter(
      name,
      'unsupported-value',
      `'${name}' is not supported: send the whole conversation in 'input'.`,
    );
  }
  const parsed = parseParameter(inputRequestSchema, json, '');
  const { input, instructions, max_output_tokens, reasoning, text, ...shared } = parsed;
  for (const name of droppedMembers) {
    if (shared[name] === undefined) continue;
    if (shared[name] !== null) notes.dropped(name, 'This member of the Responses API is not sent on.');
    delete shared[name];
  }
  const messages: Message[] = [];
  const sources: number[] = [];
  if (instructions) {
    messages.push({ role: 'system', parts: [{ type: 'text', text: instructions }] });
    sources.push(-1);
  }
  const items: readonly unknown[] = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  for (const [index, item] of items.entries()) {
    const message = decodeItem(item, index, notes);
    if (message === undefined) continue;
    messages.push(message);
    sources.push(index);
  }
  if (messages.length === 0) throw invalidParameter('input', 'missing-parameter', "Invalid 'input': no message in it.");
  const wire = {
    ...shared,
    max_completion_tokens: shared.max_completion_tokens ?? max_output_tokens,
    reasoning_effort: shared.reasoning_effort ?? reasoning?.effort,
    verbosity: shared.verbosity ?? text?.verbosity,
    response_format: shared.response_format ?? (text?.format ? decodeTextFormat(text.format) : undefined),
  };
  return { wire, messages, names: inputNames(sources) };
}

function decodeItem(item: unknown, index: number, notes: TranslationLog): Message | undefined {
  const parameter = `input[${index}]`;
  const typed = isRecord(item) && item.type === undefined ? { ...item, type: 'message' } : item;
  const wire = parseParameter(inputItemSchema, typed, parameter);
  switch (wire.type) {
    case 'message':
      return decodeMessage(wire, parameter);
    case 'function_call':
      return decodeCall(wire);
    case 'function_call_output': {
      const parts = decodeContent(wire.output).filter((part) => part.type !== 'refusal');
      return { role: 'user', parts: [{ type: 'tool-result', callId: wire.call_id, parts }] };
    }
    case 'reasoning':
      notes.dropped(parameter, 'Reasoning items are not sent on.');
      return undefined;
  }
}

function decodeCall(wire: InputItem & { readonly type: 'function_call' }): Message {
  const written = wire.arguments.trim() === '' ? '{}' : wire.arguments;
  return {
    role: 'assistant',
    parts: [{ type: 'tool-call', id: wire.call_id, name: wire.name, arguments: written }],
  };
}

function decodeMessage(wire: InputMessage, parameter: string): Message {
  const parts = decodeContent(wire.content);
  const misplaced = parts.findIndex((part) => !allowedParts[wire.role].has(part.type));
  if (misplaced !== -1) {
    const name = `${parameter}.content[${misplaced}].type`;
    throw invalidParameter(
      name,
      'unsupported-value',
      `Invalid '${name}': not allowed in a message of role '${wire.role}'.`,
    );
  }
  return { role: wire.role, parts };
}

function decodeContent(content: InputContent): readonly Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.map((part) => {
    if (part.type === 'refusal') return { type: 'refusal', text: part.refusal };
    if (part.type !== 'input_image') return { type: 'text', text: part.text };
    return {
      type: 'image',
      source: readMedia(part.image_url),
      ...(typeof part.detail === 'string' && { detail: part.detail }),
    };
  });
}

/** `text.format` has the schema's members beside the type; Chat Completions has them one level down. */
function decodeTextFormat(format: JsonRecord): WireSharedRequest['response_format'] {
  if (format.type !== 'json_schema') return parseParameter(responseFormatSchema, format, 'text.format');
  const { type, ...members } = format;
  return { type, json_schema: parseParameter(jsonSchemaFormat, members, 'text.format') };
}

/** Results and calls are items of their own in the Responses API. */
function inputNames(sources: readonly number[]): HistoryNames {
  return {
    toolResult: (index) => `input[${sources[index]}].call_id`,
    toolCall: (index) => `input[${sources[index]}].call_id`,
  };
}

const allowedParts: Readonly<Record<InputMessage['role'], ReadonlySet<string>>> = {
  user: new Set(['text', 'image']),
  assistant: new Set(['text', 'refusal']),
  system: new Set(['text']),
  developer: new Set(['text']),
};
const statefulMembers = ['previous_response_id', 'conversation', 'background', 'prompt'];
const droppedMembers = ['include', 'truncation', 'max_tool_calls', 'context_management'];
