import { z } from 'zod';

/** One turn of a logged conversation, independent of the API. */
export interface LoggedTurn {
  readonly role: string;
  /** Text of the turn; calls, results and media are summarised. */
  readonly parts: readonly LoggedPart[];
}

export type LoggedPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'call'; readonly name: string; readonly text: string }
  | { readonly type: 'result'; readonly text: string }
  | { readonly type: 'media'; readonly name: string };

const record = z.record(z.string(), z.unknown());
type JsonRecord = z.infer<typeof record>;

/**
 * Reads the conversation from a logged request body: OpenAI's `messages` or `input`, Anthropic's `system` and
 * `messages`, or Gemini's `contents`.
 *
 * @returns undefined if the format is unknown or the body was truncated
 */
export function readTurns(body: string): LoggedTurn[] | undefined {
  const parsed = record.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const { messages, contents, input, system, instructions, systemInstruction } = parsed.data;
  const list = [messages, contents, input].find(Array.isArray);
  const alone = typeof input === 'string' ? [{ role: 'user', content: input }] : undefined;
  const items: readonly unknown[] | undefined = list ?? alone;
  if (items === undefined) return undefined;
  const before = [system, instructions, systemInstruction]
    .map(readParts)
    .filter((parts) => parts.length > 0)
    .map((parts): LoggedTurn => ({ role: 'system', parts }));
  return [...before, ...items.map(readTurn)];
}

/** Pretty-prints complete JSON. */
export function prettyPrint(text: string): string {
  const value = parseJson(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readTurn(item: unknown): LoggedTurn {
  const parsed = record.safeParse(item);
  if (!parsed.success) return { role: 'user', parts: readParts(item) };
  const turn = parsed.data;
  const role = typeof turn.role === 'string' ? turn.role : roleOf(turn);
  const calls = Array.isArray(turn.tool_calls) ? turn.tool_calls.flatMap(readPart) : [];
  const own = turn.content ?? turn.parts;
  const parts = own === undefined || own === null ? (calls.length > 0 ? [] : readPart(turn)) : readParts(own);
  return { role, parts: [...parts, ...calls] };
}

/** Handles items of OpenAI Responses that have no role. */
function roleOf({ type }: JsonRecord): string {
  return type === 'function_call_output' ? 'tool' : 'assistant';
}

function readParts(content: unknown): LoggedPart[] {
  if (Array.isArray(content)) return content.flatMap(readPart);
  return content === undefined || content === null ? [] : readPart(content);
}

function readPart(part: unknown): LoggedPart[] {
  if (typeof part === 'string') return part === '' ? [] : [{ type: 'text', text: part }];
  const parsed = record.safeParse(part);
  if (!parsed.success) return [];
  const { type, text, parts, thinking } = parsed.data;
  if (typeof text === 'string') return [{ type: 'text', text }];
  if (typeof thinking === 'string') return [{ type: 'text', text: thinking }];
  if (Array.isArray(parts)) return parts.flatMap(readPart);
  return readCall(parsed.data) ?? readResult(parsed.data) ?? [{ type: 'media', name: String(type ?? '…') }];
}

function readCall(part: JsonRecord): LoggedPart[] | undefined {
  const call = record.safeParse(part.function ?? part.functionCall ?? part);
  if (!call.success) return undefined;
  const { name, arguments: written, args, input } = call.data;
  if (typeof name !== 'string') return undefined;
  const given = written ?? args ?? input;
  if (given === undefined) return undefined;
  return [
    { type: 'call', name, text: typeof given === 'string' ? prettyPrint(given) : JSON.stringify(given, null, 2) },
  ];
}

function readResult({ content, output, functionResponse }: JsonRecord): LoggedPart[] | undefined {
  const result = content ?? output ?? functionResponse;
  if (result === undefined) return undefined;
  if (typeof result === 'string') return [{ type: 'result', text: prettyPrint(result) }];
  const texts = readParts(result).flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return [{ type: 'result', text: texts.length > 0 ? texts.join('\n') : JSON.stringify(result, null, 2) }];
}
