import { isRecord, type JsonRecord, readArray, readRecord, readText } from '../../lib/json.ts';
import type { ToolCallFragment } from './assemble-tool-calls.ts';

/** What one message, or one increment of it, carries. */
export interface MessageContent {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly ToolCallFragment[];
}

interface Gathered {
  text: string;
  reasoning: string;
  refusal: string;
  readonly toolCalls: ToolCallFragment[];
}

/**
 * Reads a `message` or `delta`: `content` as a string, a list of parts, one part, null or absent; reasoning in fields of
 * its own or as parts; tool calls as `tool_calls`, as the legacy `function_call` or as Anthropic's `tool_use` parts.
 */
export function readMessage(message: JsonRecord): MessageContent {
  const gathered: Gathered = {
    text: '',
    // The same reasoning may stand under both names.
    reasoning: readText(message.reasoning_content) ?? readText(message.reasoning) ?? '',
    refusal: readText(message.refusal) ?? '',
    toolCalls: [],
  };
  const content = message.content;
  for (const part of Array.isArray(content) ? content : [content]) gatherPart(part, gathered);
  for (const call of readArray(message.tool_calls)) {
    if (isRecord(call)) gathered.toolCalls.push(readToolCall(call));
  }
  const legacyCall = message.function_call;
  if (isRecord(legacyCall)) gathered.toolCalls.push({ ...readToolCall({ function: legacyCall }), index: 0 });
  return gathered;
}

function gatherPart(part: unknown, gathered: Gathered): void {
  if (typeof part === 'string') gathered.text += part;
  if (!isRecord(part)) return;
  const words = readText(part.text) ?? '';
  switch (part.type) {
    case 'thinking':
    case 'reasoning':
      gathered.reasoning += readText(part.thinking) ?? readText(part.reasoning) ?? words;
      break;
    case 'refusal':
      gathered.refusal += readText(part.refusal) ?? words;
      break;
    case 'tool_use':
      gathered.toolCalls.push({
        index: undefined,
        id: readText(part.id),
        name: readText(part.name),
        arguments: part.input,
      });
      break;
    default:
      gathered.text += words;
  }
}

function readToolCall(call: JsonRecord): ToolCallFragment {
  const described = isRecord(call.function) ? readRecord(call.function) : call;
  const index = call.index;
  return {
    index: typeof index === 'number' && Number.isInteger(index) ? index : undefined,
    id: readText(call.id),
    name: readText(described.name),
    arguments: described.arguments,
  };
}
