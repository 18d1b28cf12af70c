import { isRecord } from '../../lib/json.ts';

/**
 * A function as the Responses API writes it, with its members beside its type: Chat Completions has them one level down, and
 * some clients leave the type out. What is none stays as it is.
 */
export function toFlatTool(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { function: inner, ...outer } = value;
  const type = outer.type ?? 'function';
  if (type !== 'function') return value;
  return isRecord(inner) ? { ...outer, ...inner, type } : { ...value, type };
}

/** A choice among tools in the same way. */
export function toFlatChoice(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { allowed_tools: allowed, ...outer } = value;
  if (!isRecord(allowed)) return toFlatTool(value);
  const tools = Array.isArray(allowed.tools) ? allowed.tools.map(toFlatTool) : allowed.tools;
  return { ...outer, ...allowed, tools };
}
