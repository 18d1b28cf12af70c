import { invalidRequest, type Refusal } from '../answer/prompt.ts';
import { asArray, asRecord, asString, isRecord, type JsonRecord, parseJson } from '../json.ts';
import { contentText } from '../openai/chat-prompt.ts';
import { firstRefusal } from '../refusal/rules.ts';

const roles: ReadonlySet<unknown> = new Set(['system', 'user', 'assistant', 'tool']);

/** Members that a chat message, part or tool may have when it is converted to Anthropic's format. */
const messageMembers: ReadonlySet<string> = new Set(['role', 'content', 'name', 'tool_calls', 'tool_call_id']);
const partMembers: ReadonlySet<string> = new Set(['type', 'text', 'image_url', 'image']);
const toolMembers: ReadonlySet<string> = new Set(['type', 'function']);
const functionMembers: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'strict']);

/** Refuses, with Anthropic's messages, what its API refuses in a converted chat-completions payload. */
export function checkAnthropicChat(payload: JsonRecord): Refusal | null {
  const messages = asArray(payload.messages).map(asRecord);
  return (
    checkTemperature(payload) ??
    checkTools(payload) ??
    firstRefusal(messages, checkMessage) ??
    checkTurns(messages) ??
    checkToolOrder(messages)
  );
}

function checkTemperature({ temperature }: JsonRecord): Refusal | null {
  if (typeof temperature !== 'number' || temperature <= 1) return null;
  return invalidRequest('temperature: Input should be less than or equal to 1', 'temperature');
}

function checkTools(payload: JsonRecord): Refusal | null {
  const { tools } = payload;
  if (tools === undefined) return null;
  if (!Array.isArray(tools)) return invalidRequest('tools: Input should be a valid list', 'tools');
  if (tools.length === 0)
    return invalidRequest('tools: List should have at least 1 item after validation, not 0', 'tools');
  return firstRefusal(tools.map(asRecord), (tool, index) => {
    const described = asRecord(tool.function);
    if (described.strict === null)
      return invalidRequest(`tools.${index}.function.strict: Input should be a valid boolean`, 'tools');
    return (
      strayMember(tool, toolMembers, `tools.${index}`) ??
      strayMember(described, functionMembers, `tools.${index}.function`)
    );
  });
}

function strayMember(value: JsonRecord, members: ReadonlySet<string>, where: string): Refusal | null {
  const stray = Object.keys(value).find((member) => !members.has(member));
  return stray === undefined ? null : invalidRequest(`${where}.${stray}: Extra inputs are not permitted`, where);
}

function checkMessage(message: JsonRecord, index: number): Refusal | null {
  const where = `messages.${index}`;
  if (!roles.has(message.role))
    return invalidRequest(`${where}: Unexpected role "${String(message.role)}"`, 'messages');
  return (
    strayMember(message, messageMembers, where) ??
    firstRefusal(asArray(message.content).map(asRecord), (part, at) =>
      strayMember(part, partMembers, `${where}.content.${at}`),
    ) ??
    checkContent(message, where) ??
    firstRefusal(asArray(message.tool_calls).map(asRecord), (call, at) => checkCall(call, `${where}.content.${at}`))
  );
}

function checkContent(message: JsonRecord, where: string): Refusal | null {
  const hasCalls = asArray(message.tool_calls).length > 0;
  const emptyPart = asArray(message.content).some((part) => isRecord(part) && part.type === 'text' && part.text === '');
  if (emptyPart) return invalidRequest(`${where}: text content blocks must be non-empty`, 'messages');
  const text = contentText(message.content);
  if (message.role !== 'tool' && text !== '' && text.trim() === '') {
    return invalidRequest(`${where}: text content blocks must contain non-whitespace text`, 'messages');
  }
  const hasContent = text !== '' || asArray(message.content).length > 0;
  if (hasContent || hasCalls || message.role === 'tool') return null;
  return invalidRequest(
    `${where}: all messages must have non-empty content except for the optional final assistant message`,
    'messages',
  );
}

function checkCall(call: JsonRecord, where: string): Refusal | null {
  if (asString(call.id) === '') return invalidRequest(`${where}.tool_use.id: Field required`, 'messages');
  const written = asRecord(call.function).arguments;
  const input = typeof written === 'string' ? parseJson(written) : written;
  return isRecord(input)
    ? null
    : invalidRequest(`${where}.tool_use.input: Input should be a valid dictionary`, 'messages');
}

function checkTurns(messages: readonly JsonRecord[]): Refusal | null {
  return firstRefusal(messages, (message, index) =>
    message.role === 'assistant' && messages[index - 1]?.role === 'assistant'
      ? invalidRequest(
          'messages: roles must alternate between "user" and "assistant", but found multiple "assistant" roles in a row',
          'messages',
        )
      : null,
  );
}

/**
 * Every result belongs to a call of the assistant message right before the results, and every call has its result
 * there.
 */
function checkToolOrder(messages: readonly JsonRecord[]): Refusal | null {
  let open = new Set<string>();
  for (const [index, message] of [...messages, { role: 'end' }].entries()) {
    if (message.role === 'tool') {
      const id = asString(asRecord(message).tool_call_id);
      if (open.delete(id)) continue;
      return invalidRequest(
        `messages.${index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
        'messages',
      );
    }
    if (open.size > 0) {
      return invalidRequest(
        `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...open].join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
        'messages',
      );
    }
    open = new Set(asArray(asRecord(message).tool_calls).map((call) => asString(asRecord(call).id)));
  }
  return null;
}
