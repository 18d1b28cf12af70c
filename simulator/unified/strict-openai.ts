import { invalidRequest, type Refusal } from '../answer/prompt.ts';
import { asArray, asRecord, asString, isRecord, type JsonRecord } from '../json.ts';
import { openAiModelOf } from '../openai/models.ts';

/** What the newer models (gpt-5 and the o series) refuse whoever asks: `max_tokens`, and a temperature of one's own. */
export function checkOpenAiParameters(payload: JsonRecord, model: string): Refusal | null {
  if (!openAiModelOf(model).reasons) return null;
  if (payload.max_tokens !== undefined) {
    return invalidRequest(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
      'unsupported_parameter',
    );
  }
  const { temperature } = payload;
  if (temperature === undefined || temperature === null || temperature === 1) return null;
  return invalidRequest(
    `Unsupported value: 'temperature' does not support ${String(temperature)} with this model. Only the default (1) value is supported.`,
    'temperature',
    'unsupported_value',
  );
}

const messageMembers: ReadonlySet<string> = new Set([
  'role',
  'content',
  'name',
  'tool_calls',
  'tool_call_id',
  'function_call',
  'refusal',
  'audio',
]);

/** What OpenAI refuses in a history: an empty list of tools, calls without results, results without calls, unknown members. */
export function checkOpenAiChat(payload: JsonRecord): Refusal | null {
  const { tools } = payload;
  if (Array.isArray(tools) && tools.length === 0) {
    return invalidRequest(
      "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'tools',
      'empty_array',
    );
  }
  const messages = asArray(payload.messages).map(asRecord);
  return checkMembers(messages) ?? checkToolOrder(messages);
}

function checkMembers(messages: readonly JsonRecord[]): Refusal | null {
  for (const [index, message] of messages.entries()) {
    const stray = Object.keys(message).find((member) => !messageMembers.has(member));
    if (stray !== undefined) {
      return invalidRequest(
        `Unrecognized request argument supplied: messages[${index}].${stray}`,
        `messages[${index}]`,
        'unknown_parameter',
      );
    }
  }
  return null;
}

function checkToolOrder(messages: readonly JsonRecord[]): Refusal | null {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (open.delete(asString(message.tool_call_id))) continue;
      return invalidRequest(
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        `messages.[${index}].role`,
      );
    }
    if (open.size > 0) return missingResults(open, index);
    open = new Set(toolCallIds(message));
  }
  return open.size > 0 ? missingResults(open, messages.length - 1) : null;
}

function missingResults(open: ReadonlySet<string>, index: number): Refusal {
  return invalidRequest(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    `messages.[${index}].role`,
  );
}

/** The ids of the calls in an assistant message. */
export function toolCallIds(message: JsonRecord): readonly string[] {
  return asArray(message.tool_calls)
    .filter(isRecord)
    .map((call) => asString(call.id));
}
