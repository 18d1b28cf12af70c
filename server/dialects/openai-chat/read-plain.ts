import type { ImagePart, Message, TextPart, ToolCallPart } from '../../conversation/message.ts';
import { isPlainImageUrl, readMedia } from '../../conversation/read-media.ts';
import type { FunctionTool } from '../../conversation/request.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

/*
 * The fast path for the forms that nearly every client sends: exactly these members, with nothing to clean and no
 * warnings. For anything else, these functions return undefined and the schemas decode it. Both give the same result
 * for plain forms.
 */

/** @returns undefined if the message cannot be sent to the upstream unchanged */
export function readPlainMessage(value: unknown): Message | undefined {
  if (!isRecord(value)) return undefined;
  switch (value.role) {
    case 'system':
    case 'developer': {
      const parts = readText(value.content);
      const name = readName(value, 2);
      return parts && name && { role: value.role, parts, ...name };
    }
    case 'user': {
      const parts = readTextAndImages(value.content);
      const name = readName(value, 2);
      return parts && name && { role: 'user', parts, ...name };
    }
    case 'assistant':
      return readPlainAssistant(value);
    case 'tool': {
      const parts = readText(value.content);
      const callId = value.tool_call_id;
      if (parts === undefined || !isFilled(callId) || countMembers(value) !== 3) return undefined;
      return { role: 'user', parts: [{ type: 'tool-result', callId, parts }] };
    }
    default:
      return undefined;
  }
}

function readPlainAssistant(value: JsonRecord): Message | undefined {
  if (value.tool_calls === undefined) {
    const parts = readText(value.content);
    const name = readName(value, 2);
    if (parts === undefined || name === undefined || parts.some(isEmpty)) return undefined;
    return { role: 'assistant', parts, ...name };
  }
  const texts = value.content === null ? [] : readText(value.content);
  const name = readName(value, 3);
  if (texts === undefined || name === undefined || texts.some(isEmpty)) return undefined;
  const calls = readAll(value.tool_calls, readPlainToolCall);
  return calls && { role: 'assistant', parts: [...texts, ...calls], ...name };
}

/** Empty texts of an assistant are dropped, which changes the message. */
function isEmpty({ text }: TextPart): boolean {
  return text === '';
}

function readPlainToolCall(value: unknown): ToolCallPart | undefined {
  if (!isRecord(value) || value.type !== 'function' || countMembers(value) !== 3) return undefined;
  const { id, function: called } = value;
  if (!isFilled(id) || !isRecord(called) || countMembers(called) !== 2) return undefined;
  if (!isFilled(called.name) || !isFilled(called.arguments)) return undefined;
  return { type: 'tool-call', id, name: called.name, arguments: called.arguments };
}

/** @returns undefined if the tool cannot be sent to the upstream unchanged. Its schema is not checked. */
export function readPlainTool(value: unknown): FunctionTool | undefined {
  if (!isRecord(value) || value.type !== 'function' || countMembers(value) !== 2) return undefined;
  const declared = value.function;
  if (!isRecord(declared) || !isFilled(declared.name)) return undefined;
  const { description, parameters, strict } = declared;
  let members = 1;
  if (description !== undefined) {
    if (typeof description !== 'string') return undefined;
    members += 1;
  }
  if (parameters !== undefined) {
    if (!isRecord(parameters)) return undefined;
    members += 1;
  }
  if (strict !== undefined) {
    if (typeof strict !== 'boolean') return undefined;
    members += 1;
  }
  if (countMembers(declared) !== members) return undefined;
  return {
    type: 'function',
    name: declared.name,
    ...withoutUndefined({ description, parameters, strict }),
  };
}

/** Reads all items of a non-empty array; undefined if any of them cannot be read. */
function readAll<Item>(value: unknown, read: (item: unknown) => Item | undefined): Item[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const items: Item[] = [];
  for (const entry of value) {
    const item = read(entry);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function readText(content: unknown): readonly TextPart[] | undefined {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : readAll(content, readTextPart);
}

function readTextAndImages(content: unknown): readonly (TextPart | ImagePart)[] | undefined {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return readAll(content, (part) => readTextPart(part) ?? readImagePart(part));
}

function readTextPart(value: unknown): TextPart | undefined {
  if (!isRecord(value) || value.type !== 'text' || typeof value.text !== 'string') return undefined;
  return countMembers(value) === 2 ? { type: 'text', text: value.text } : undefined;
}

function readImagePart(value: unknown): ImagePart | undefined {
  if (!isRecord(value) || value.type !== 'image_url' || countMembers(value) !== 2) return undefined;
  const image = value.image_url;
  if (!isRecord(image) || !isFilled(image.url)) return undefined;
  const { url, detail } = image;
  if (!isPlainImageUrl(url)) return undefined;
  const source = readMedia(url);
  if (detail === undefined) return countMembers(image) === 1 ? { type: 'image', source } : undefined;
  return isFilled(detail) && countMembers(image) === 2 ? { type: 'image', source, detail } : undefined;
}

/** @param others the number of the message's other members @returns undefined if the message has any more members */
function readName(message: JsonRecord, others: number): { readonly name?: string } | undefined {
  const members = countMembers(message);
  if (members === others) return message.name === undefined ? {} : undefined;
  return members === others + 1 && typeof message.name === 'string' ? { name: message.name } : undefined;
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function countMembers(value: JsonRecord): number {
  let count = 0;
  for (const _ in value) count += 1;
  return count;
}
