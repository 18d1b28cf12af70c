import { isRecord } from '../../lib/json.ts';
import { mapSame } from '../../lib/map-same.ts';
import { encodeCustomInput } from '../openai/custom-input.ts';
import { toOpenaiPart } from '../openai/media-parts.ts';
import { parseParameter } from '../openai/validation-failure.ts';
import { customCallSchema } from './schema.ts';

/*
 * Messages in forms that this API does not define or that have an equivalent, converted to the usual form before they are
 * decoded.
 */

/**
 * Converts content parts of the Responses API and of other programs, and texts in a list. @returns the same value if there
 * are none
 */
export function withOwnParts(given: unknown): unknown {
  const message = withImageParts(given);
  if (!isRecord(message) || !Array.isArray(message.content)) return message;
  const parts: readonly unknown[] = message.content;
  const converted = mapSame(parts, toOwnPart);
  return converted === parts ? message : { ...message, content: converted };
}

/** Moves a user's images into the content: programs for Ollama send them beside it, in base64. */
function withImageParts(message: unknown): unknown {
  if (!isRecord(message) || message.role !== 'user') return message;
  const { images, content, ...others } = message;
  if (!Array.isArray(images) || images.length === 0 || !images.every((url) => typeof url === 'string')) return message;
  const texts: readonly unknown[] = Array.isArray(content) ? content : content === '' ? [] : [content];
  return { ...others, content: [...texts, ...images.map((url) => ({ type: 'image_url', image_url: { url } }))] };
}

function toOwnPart(part: unknown): unknown {
  if (typeof part === 'string') return { type: 'text', text: part };
  if (!isRecord(part)) return part;
  if (part.type === 'input_text' || part.type === 'output_text') return { type: 'text', text: part.text };
  if (part.type !== 'input_image' || typeof part.image_url !== 'string') return toOpenaiPart(part);
  return {
    type: 'image_url',
    image_url: { url: part.image_url, ...(typeof part.detail === 'string' && { detail: part.detail }) },
  };
}

/**
 * Converts calls of custom tools to calls of the functions that replace them. @returns the same value if there are none
 */
export function withFunctionCalls(message: unknown, parameter: string): unknown {
  if (!isRecord(message) || !Array.isArray(message.tool_calls)) return message;
  const calls: readonly unknown[] = message.tool_calls;
  const converted = mapSame(calls, (call, index) => {
    if (!isRecord(call) || call.type !== 'custom') return call;
    const { custom, ...rest } = parseParameter(customCallSchema, call, `${parameter}.tool_calls[${index}]`);
    const called = { name: custom.name, arguments: encodeCustomInput(custom.input) };
    return { ...rest, type: 'function', function: called };
  });
  return converted === calls ? message : { ...message, tool_calls: converted };
}
