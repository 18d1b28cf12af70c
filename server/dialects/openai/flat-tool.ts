import { isRecord } from '../../lib/json.ts';

/**
 * A function as the Responses API writes it, with its members beside its type: Chat Completions has them one level down, and
 * some clients leave the type out, or call the parameters `input_schema`.
 *
 * @returns the value itself when it is written so already, or is no function
 */
export function toFlatTool(value: unknown): unknown {
  if (!isRecord(value) || (value.type ?? 'function') !== 'function') return value;
  const { function: inner, input_schema: schema, ...outer } = value;
  const members = isRecord(inner) ? { ...outer, ...inner } : outer;
  const parameters = members.parameters ?? schema;
  if (value.type === 'function' && !isRecord(inner) && schema === undefined) return value;
  return { ...members, type: 'function', ...(parameters !== undefined && { parameters }) };
}

/** A choice among tools in the same way. @returns the value itself when it is written so already */
export function toFlatChoice(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { allowed_tools: allowed, ...outer } = value;
  if (!isRecord(allowed)) return toFlatTool(value);
  const tools = Array.isArray(allowed.tools) ? allowed.tools.map(toFlatTool) : allowed.tools;
  return { ...outer, ...allowed, tools };
}
