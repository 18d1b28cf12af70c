import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

/**
 * Converts a function or a custom tool to the format of the Responses API, with its members next to its type. Chat
 * Completions has them one level deeper; some clients omit the type, or call the parameters `input_schema` or, as MCP
 * does, `inputSchema`.
 *
 * @returns the same value if it already has this format or is another tool
 */
export function toFlatTool(value: unknown): unknown {
  if (!isRecord(value)) return value;
  if (value.type === 'custom') return toFlatCustom(value);
  if ((value.type ?? 'function') !== 'function') return value;
  const { function: inner, input_schema: own, inputSchema: listed, ...outer } = value;
  const schema = own ?? listed;
  const members = isRecord(inner) ? { ...outer, ...inner } : outer;
  const parameters = members.parameters ?? schema;
  if (value.type === 'function' && !isRecord(inner) && schema === undefined) return value;
  return { ...members, type: 'function', ...withoutUndefined({ parameters }) };
}

function toFlatCustom(value: JsonRecord): unknown {
  const { custom, ...outer } = value;
  if (!isRecord(custom)) return value;
  const { format } = custom;
  if (!isRecord(format) || !isRecord(format.grammar)) return { ...outer, ...custom };
  const { grammar, ...kind } = format;
  return { ...outer, ...custom, format: { ...kind, ...grammar } };
}

/**
 * Converts a tool choice in the same way, also one in Anthropic's format.
 *
 * @returns the same value if it already has this format
 */
export function toFlatChoice(value: unknown): unknown {
  if (!isRecord(value)) return modes.get(value) ?? value;
  const mode = modes.get(value.type);
  if (mode !== undefined) return mode;
  if (value.type === 'tool') return { type: 'function', name: value.name };
  const { allowed_tools: allowed, ...outer } = value;
  if (!isRecord(allowed)) return toFlatTool(value);
  const tools = Array.isArray(allowed.tools) ? allowed.tools.map(toFlatTool) : allowed.tools;
  return { ...outer, ...allowed, tools };
}

/** Modes, also as the types of objects: OpenAI's, that of Anthropic and Mistral, and one of Gemini. */
const modes: ReadonlyMap<unknown, string> = new Map([
  ['none', 'none'],
  ['auto', 'auto'],
  ['validated', 'auto'],
  ['any', 'required'],
  ['required', 'required'],
]);
