import { isRecord, type JsonRecord, readRecord } from '../../lib/json.ts';

/** Members of Chat Completions that have other names in this API. The conversation is in `input`. */
export const chatMembers: ReadonlySet<string> = new Set([
  ...['max_tokens', 'max_completion_tokens', 'response_format', 'reasoning_effort', 'verbosity', 'stop', 'n'],
  'messages',
]);

/**
 * Converts members of Chat Completions to those of this API, because some clients mix them. This API's own members take
 * precedence.
 *
 * @returns the same body if it has none of them
 */
export function withChatMembers(body: unknown): unknown {
  if (!isRecord(body)) return body;
  const { format: ownFormat, ...ownText } = readRecord(body.text);
  const isForeign = isChatFormat(ownFormat);
  if (!isForeign && !Object.keys(body).some((name) => chatMembers.has(name))) return body;
  const limit = body.max_output_tokens ?? body.max_completion_tokens ?? body.max_tokens;
  const text = {
    ...present('format', toFormat(ownFormat ?? body.response_format)),
    ...present('verbosity', body.verbosity),
    ...ownText,
  };
  const reasoning = { ...present('effort', body.reasoning_effort), ...readRecord(body.reasoning) };
  return {
    ...body,
    // The member's presence tells that this body is not one of the Responses API.
    ...(isForeign && { response_format: ownFormat }),
    ...present('max_output_tokens', limit),
    ...(Object.keys(text).length > 0 && { text }),
    ...(Object.keys(reasoning).length > 0 && { reasoning }),
  };
}

function present(name: string, value: unknown): JsonRecord {
  return value === undefined || value === null ? {} : { [name]: value };
}

/** True for a schema's format that is nested as in Chat Completions, or has no name, which other servers do not require. */
function isChatFormat(format: unknown): boolean {
  if (!isRecord(format) || format.type !== 'json_schema') return false;
  return isRecord(format.json_schema) || (format.name === undefined && isRecord(format.schema));
}

/** Flattens a response format, whose schema is one level deeper in Chat Completions, and names one without a name. */
function toFormat(format: unknown): unknown {
  if (!isRecord(format) || format.type !== 'json_schema') return format;
  const { json_schema: inner, ...members } = format;
  const flat = { ...members, ...readRecord(inner) };
  return isRecord(flat.schema) && flat.name === undefined ? { ...flat, name: 'answer' } : flat;
}
