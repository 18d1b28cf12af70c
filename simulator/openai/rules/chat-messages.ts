import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asRecord, asString, type JsonRecord } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { checkLength, unsupportedValue } from './words.ts';

const callIdLength = 40;
const roles = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];

/** Roles, contents and the order of calls and their results. */
export function checkChatMessages(messages: readonly JsonRecord[]): Refusal | null {
  return firstRefusal(messages, checkMessage) ?? checkToolOrder(messages);
}

function checkMessage(message: JsonRecord, index: number): Refusal | null {
  const where = `messages[${index}]`;
  if (!roles.includes(asString(message.role))) return unsupportedValue(`${where}.role`, message.role, roles);
  const calls = asArray(message.tool_calls).map(asRecord);
  if (Array.isArray(message.tool_calls) && calls.length === 0) {
    return invalidRequest(
      `Invalid '${where}.tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
      `${where}.tool_calls`,
      'empty_array',
    );
  }
  const mayBeEmpty = message.role === 'assistant' && (calls.length > 0 || message.refusal !== undefined);
  if ((message.content === null || message.content === undefined) && !mayBeEmpty) {
    return invalidRequest(`Invalid value for 'content': expected a string, got null.`, `messages.[${index}].content`);
  }
  return (
    firstRefusal(asArray(message.content).map(asRecord), (part, at) => checkPart(part, message.role, index, at)) ??
    checkLength(message.tool_call_id, `${where}.tool_call_id`, callIdLength) ??
    firstRefusal(calls, (call, at) => checkCall(call, `${where}.tool_calls[${at}]`))
  );
}

const partTypes: Readonly<Record<string, readonly string[]>> = {
  user: ['text', 'image_url', 'input_audio', 'file'],
  assistant: ['text', 'refusal'],
};

function checkPart(part: JsonRecord, role: unknown, index: number, at: number): Refusal | null {
  if (part.type === 'image_url' && role !== 'user') {
    return invalidRequest(
      `Invalid 'messages[${index}]'. Image URLs are only allowed for messages with role 'user', but this message with role '${String(role)}' contains an image URL.`,
      `messages[${index}]`,
      'invalid_value',
    );
  }
  const taken = partTypes[asString(role)] ?? ['text'];
  return taken.includes(asString(part.type))
    ? null
    : unsupportedValue(`messages[${index}].content[${at}].type`, part.type, taken);
}

function checkCall(call: JsonRecord, where: string): Refusal | null {
  if (asString(call.id) === '') {
    return invalidRequest(`Missing required parameter: '${where}.id'.`, `${where}.id`, 'missing_required_parameter');
  }
  if (call.type !== 'function' && call.type !== 'custom') {
    return unsupportedValue(`${where}.type`, call.type, ['function', 'custom']);
  }
  const custom = asRecord(call.custom);
  const missing = ['name', 'input'].find((name) => call.type === 'custom' && typeof custom[name] !== 'string');
  if (missing !== undefined) {
    const path = `${where}.custom.${missing}`;
    return invalidRequest(`Missing required parameter: '${path}'.`, path, 'missing_required_parameter');
  }
  const { arguments: written } = asRecord(call.function);
  if (call.type === 'function' && typeof written !== 'string') {
    return invalidRequest(
      `Invalid type for '${where}.function.arguments': expected a string, but got ${written === null ? 'null' : `an ${typeof written}`} instead.`,
      `${where}.function.arguments`,
      'invalid_type',
    );
  }
  return checkLength(call.id, `${where}.id`, callIdLength);
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
    open = new Set(asArray(message.tool_calls).map((call) => asString(asRecord(call).id)));
  }
  return open.size > 0 ? missingResults(open, messages.length - 1) : null;
}

function missingResults(open: ReadonlySet<string>, index: number): Refusal {
  return invalidRequest(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    `messages.[${index}].role`,
  );
}
