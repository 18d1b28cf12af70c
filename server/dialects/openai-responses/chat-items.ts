import { isRecord, type JsonRecord, readArray, readRecord } from '../../lib/json.ts';
import { mapSame } from '../../lib/map-same.ts';
import { toOpenaiPart } from '../openai/media-parts.ts';

/*
 * Messages of Chat Completions among the items, which clients send that only renamed `messages` to `input`: calls within
 * the assistant's message, results as messages of the role `tool`, and a content that is null.
 */

/** True for a message that only Chat Completions has. */
export function isChatMessage(item: unknown): boolean {
  if (!isMessage(item)) return false;
  return item.role === 'tool' || (item.role === 'assistant' && (isNone(item.content) || !isNone(item.tool_calls)));
}

/** @returns the items that a message stands for; other items as they are, with the type that a message may lack */
export function toOwnItems(item: unknown): readonly unknown[] {
  if (!isMessage(item)) return [withOpenaiParts(item, 'output')];
  if (!isChatMessage(item)) return [withOpenaiParts({ ...item, type: 'message' }, 'content')];
  if (item.role === 'tool') {
    const result = { type: 'function_call_output', call_id: item.tool_call_id, output: item.content };
    return [withOpenaiParts(result, 'output')];
  }
  const { tool_calls: calls, content, ...message } = item;
  const isEmpty = isNone(content) || content === '';
  return [...(isEmpty ? [] : [{ ...message, type: 'message', content }]), ...readArray(calls).map(toCallItem)];
}

/** Converts the images and files of other programs. */
function withOpenaiParts(item: unknown, member: 'content' | 'output'): unknown {
  if (!isRecord(item) || !Array.isArray(item[member])) return item;
  const parts: readonly unknown[] = item[member];
  const converted = mapSame(parts, toOpenaiPart);
  return converted === parts ? item : { ...item, [member]: converted };
}

function toCallItem(call: unknown): JsonRecord {
  const { id, function: called, custom } = readRecord(call);
  if (isRecord(custom)) return { type: 'custom_tool_call', call_id: id, name: custom.name, input: custom.input };
  const { name, arguments: written } = readRecord(called);
  return { type: 'function_call', call_id: id, name, arguments: written };
}

/** A message may lack its type. */
function isMessage(item: unknown): item is JsonRecord {
  return isRecord(item) && item.role !== undefined && (isNone(item.type) || item.type === 'message');
}

function isNone(value: unknown): boolean {
  return value === undefined || value === null;
}
