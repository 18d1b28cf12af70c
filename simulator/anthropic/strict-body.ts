import { invalidRequest, type Refusal } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import { asArray, asRecord, asString, isRecord, type JsonRecord } from '../json.ts';
import { contentText } from '../openai/chat-prompt.ts';
import { checkToolSchema } from '../unified/strict-schemas.ts';

const bodyMembers: ReadonlySet<string> = new Set([
  'anthropic_version',
  'anthropic_beta',
  'messages',
  'system',
  'max_tokens',
  'metadata',
  'stop_sequences',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_k',
  'top_p',
]);
const messageMembers: ReadonlySet<string> = new Set(['role', 'content']);
const toolMembers: ReadonlySet<string> = new Set(['type', 'name', 'description', 'input_schema', 'cache_control']);

/**
 * Refuses what the Anthropic routes are known to refuse: `model` and `stream` in the body, another version, unknown
 * members, an empty system text. `strict=vendor` looks at the history and the tools' schemas too; `off` at nothing.
 */
export function checkAnthropicBody(body: JsonRecord, version: string, behaviour: Behaviour): Refusal | null {
  if (!Array.isArray(body.messages) || body.messages.length === 0)
    return invalidRequest('messages: at least one message is required');
  if (behaviour.strict === 'off') return null;
  const refusal = checkTop(body, version) ?? checkMembers(body);
  if (refusal !== null || behaviour.strict === 'auto') return refusal;
  return checkTools(body) ?? checkHistory(body);
}

function checkTop(body: JsonRecord, version: string): Refusal | null {
  if (body.anthropic_version !== version) return invalidRequest(`anthropic_version: Input should be '${version}'`);
  if (typeof body.max_tokens !== 'number') return invalidRequest('max_tokens: Field required');
  const stray = Object.keys(body).find((member) => !bodyMembers.has(member));
  if (stray !== undefined) return invalidRequest(`${stray}: Extra inputs are not permitted`, stray);
  const isEmptySystem = body.system !== undefined && contentText(body.system) === '';
  return isEmptySystem ? invalidRequest('system: text content blocks must be non-empty') : null;
}

function checkMembers(body: JsonRecord): Refusal | null {
  return findStray(body.messages, messageMembers, 'messages') ?? findStray(body.tools, toolMembers, 'tools') ?? null;
}

function findStray(items: unknown, members: ReadonlySet<string>, where: string): Refusal | null {
  for (const [index, item] of asArray(items).entries()) {
    const stray = Object.keys(asRecord(item)).find((member) => !members.has(member));
    if (stray !== undefined) return invalidRequest(`${where}.${index}.${stray}: Extra inputs are not permitted`);
  }
  return null;
}

function checkTools(body: JsonRecord): Refusal | null {
  if (Array.isArray(body.tools) && body.tools.length === 0) {
    return invalidRequest('tools: List should have at least 1 item after validation, not 0');
  }
  for (const [index, tool] of asArray(body.tools).entries()) {
    const refusal = checkToolSchema(asRecord(tool).input_schema, index, asString(asRecord(tool).name), 'anthropic');
    if (refusal !== null) return refusal;
  }
  return null;
}

/** Turns alternate, and every `tool_result` answers a `tool_use` of the message before it. */
function checkHistory(body: JsonRecord): Refusal | null {
  const messages = asArray(body.messages).map(asRecord);
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1];
    if (message.role === 'assistant' && before?.role === 'assistant') {
      return invalidRequest(
        'messages: roles must alternate between "user" and "assistant", but found multiple "assistant" roles in a row',
      );
    }
    const asked = new Set(blockValues(before, 'tool_use', 'id'));
    const orphan = blockValues(message, 'tool_result', 'tool_use_id').find((id) => !asked.has(id));
    if (orphan !== undefined) {
      return invalidRequest(
        `messages.${index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan}`,
      );
    }
    const answered = new Set(blockValues(message, 'tool_result', 'tool_use_id'));
    const missing = [...asked].find((id) => !answered.has(id));
    if (missing !== undefined) {
      return invalidRequest(
        `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing}`,
      );
    }
  }
  return null;
}

function blockValues(message: JsonRecord | undefined, type: string, member: string): readonly string[] {
  return asArray(message?.content)
    .filter(isRecord)
    .filter((block) => block.type === type)
    .map((block) => asString(block[member]));
}
