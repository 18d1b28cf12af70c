import { isRecord, type JsonRecord, readRecord } from '../../lib/json.ts';

/** Members of Chat Completions that have other names in this API. */
export const chatMembers: ReadonlySet<string> = new Set([
  ...['max_tokens', 'max_completion_tokens', 'response_format', 'reasoning_effort', 'verbosity', 'stop'],
]);

/**
 * Converts members of Chat Completions to those of this API, because some clients mix them. This API's own members take
 * precedence.
 *
 * @returns the same body if it has none of them
 */
export function withChatMembers(body: unknown): unknown {
  if (!isRecord(body) || !Object.keys(body).some((name) => chatMembers.has(name))) return body;
  const limit = body.max_output_tokens ?? body.max_completion_tokens ?? body.max_tokens;
  const text = {
    ...present('format', toFormat(body.response_format)),
    ...present('verbosity', body.verbosity),
    ...readRecord(body.text),
  };
  const reasoning = { ...present('effort', body.reasoning_effort), ...readRecord(body.reasoning) };
  return {
    ...body,
    ...present('max_output_tokens', limit),
    ...(Object.keys(text).length > 0 && { text }),
    ...(Object.keys(reasoning).length > 0 && { reasoning }),
  };
}

function present(name: string, value: unknown): JsonRecord {
  return value === undefined || value === null ? {} : { [name]: value };
}

/** Flattens a response format, whose schema is one level deeper in Chat Completions. */
function toFormat(format: unknown): unknown {
  if (!isRecord(format) || !isRecord(format.json_schema)) return format;
  const { json_schema: inner, ...members } = format;
  return { ...members, ...inner };
}
