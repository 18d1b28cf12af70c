import { isRecord, type JsonRecord, readArray, readRecord, readText } from '../../lib/json.ts';
import type { ToolCallFragment } from './assemble-tool-calls.ts';

/** The content of one message or one increment of it. */
export interface MessageContent {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly ToolCallFragment[];
}

interface CollectedContent {
  text: string;
  reasoning: string;
  refusal: string;
  readonly toolCalls: ToolCallFragment[];
}

/**
 * Reads a `message` or `delta`. `content` may be a string, a list of parts, one part, null or absent. Reasoning may be
 * in separate fields or in parts. Tool calls may be `tool_calls`, the legacy `function_call` or Anthropic's `tool_use`
 * parts.
 */
export function readMessage(message: JsonRecord): MessageContent {
  const collected: CollectedContent = {
    text: '',
    // Both fields may contain the same reasoning.
    reasoning: readText(message.reasoning_content) ?? readText(message.reasoning) ?? '',
    refusal: readText(message.refusal) ?? '',
    toolCalls: [],
  };
  const content = message.content;
  for (const part of Array.isArray(content) ? content : [content]) collectPart(part, collected);
  for (const call of readArray(message.tool_calls)) {
    if (isRecord(call)) collected.toolCalls.push(readToolCall(call));
  }
  const legacyCall = message.function_call;
  if (isRecord(legacyCall)) collected.toolCalls.push({ ...readToolCall({ function: legacyCall }), index: 0 });
  return collected;
}

function collectPart(part: unknown, collected: CollectedContent): void {
  if (typeof part === 'string') collected.text += part;
  if (!isRecord(part)) return;
  const text = readText(part.text) ?? '';
  switch (part.type) {
    case 'thinking':
    case 'reasoning':
      collected.reasoning += readText(part.thinking) ?? readText(part.reasoning) ?? text;
      break;
    case 'refusal':
      collected.refusal += readText(part.refusal) ?? text;
      break;
    case 'tool_use':
      collected.toolCalls.push({
        index: undefined,
        id: readText(part.id),
        name: readText(part.name),
        arguments: part.input,
      });
      break;
    default:
      collected.text += text;
  }
}

function readToolCall(call: JsonRecord): ToolCallFragment {
  const called = isRecord(call.function) ? readRecord(call.function) : call;
  const index = call.index;
  return {
    index: typeof index === 'number' && Number.isInteger(index) ? index : undefined,
    id: readText(call.id),
    name: readText(called.name),
    arguments: called.arguments,
  };
}
