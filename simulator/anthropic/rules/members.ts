import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asRecord, asString, isRecord, type JsonRecord } from '../../json.ts';
import { firstRefusal, rejectedNames } from '../../refusal/rules.ts';
import type { MessagesRequest } from '../request.ts';

const bodyMembers = new Set([
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
const outputMembers = new Set([...bodyMembers, 'output_config', 'output_format']);
const messageMembers = new Set(['role', 'content']);
const customToolMembers = new Set(['type', 'name', 'description', 'input_schema', 'cache_control']);
const choiceMembers = new Set(['type', 'name', 'disable_parallel_tool_use']);
const thinkingMembers = new Set(['type', 'budget_tokens', 'display']);

/** The members of each block type, except server tools, which are not checked. */
const blockMembers: Readonly<Record<string, ReadonlySet<string>>> = {
  text: new Set(['type', 'text', 'cache_control', 'citations']),
  image: new Set(['type', 'source', 'cache_control']),
  document: new Set(['type', 'source', 'title', 'context', 'citations', 'cache_control']),
  search_result: new Set(['type', 'source', 'title', 'content', 'citations', 'cache_control']),
  thinking: new Set(['type', 'thinking', 'signature']),
  redacted_thinking: new Set(['type', 'data']),
  tool_use: new Set(['type', 'id', 'name', 'input', 'cache_control']),
  tool_result: new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control']),
};
const openBlocks = new Set(['server_tool_use', 'web_search_tool_result']);
const resultBlocks = new Set(['document', 'image', 'search_result', 'text']);
const serverTool = /^(bash|code_execution|computer|memory|text_editor|web_search|web_fetch)_\d{8}$/;

/** Unknown members, block types and tool types: `Extra inputs are not permitted`. */
export function checkMembers(request: MessagesRequest): Refusal | null {
  const { body, messages, tools, behaviour } = request;
  const stray = strayFinder(rejectedNames(behaviour));
  const top = behaviour['output-config'] === 'accept' ? outputMembers : bodyMembers;
  return (
    stray(body, top, '') ??
    stray(asRecord(body.metadata), new Set(['user_id']), 'metadata.') ??
    stray(asRecord(body.tool_choice), choiceMembers, `tool_choice.${asString(asRecord(body.tool_choice).type)}.`) ??
    stray(asRecord(body.thinking), thinkingMembers, `thinking.${asString(asRecord(body.thinking).type)}.`) ??
    firstRefusal(tools, (tool, index) => checkTool(tool, index, stray)) ??
    firstRefusal(asArray(body.system).map(asRecord), (block, index) => checkBlock(block, `system.${index}`, stray)) ??
    firstRefusal(messages, (message, index) => checkMessage(message, index, stray))
  );
}

type StrayFinder = (value: JsonRecord, members: ReadonlySet<string>, where: string) => Refusal | null;

function strayFinder(rejected: ReadonlySet<string>): StrayFinder {
  return (value, members, where) => {
    const name = Object.keys(value).find((member) => !members.has(member) || rejected.has(member));
    return name === undefined ? null : invalidRequest(`${where}${name}: Extra inputs are not permitted`, name);
  };
}

function checkTool(tool: JsonRecord, index: number, stray: StrayFinder): Refusal | null {
  const type = tool.type ?? 'custom';
  if (typeof type === 'string' && serverTool.test(type)) return null;
  if (type !== 'custom') return wrongTag(`tools.${index}`, type, ['bash_20250124', 'custom', 'text_editor_20250728']);
  return stray(tool, customToolMembers, `tools.${index}.custom.`);
}

function checkMessage(message: JsonRecord, index: number, stray: StrayFinder): Refusal | null {
  return (
    stray(message, messageMembers, `messages.${index}.`) ??
    firstRefusal(asArray(message.content), (block, at) => {
      const where = `messages.${index}.content.${at}`;
      return isRecord(block)
        ? checkBlock(block, where, stray)
        : invalidRequest(`${where}: Input should be a valid dictionary`);
    })
  );
}

function checkBlock(block: JsonRecord, where: string, stray: StrayFinder): Refusal | null {
  const type = asString(block.type);
  if (openBlocks.has(type)) return null;
  const members = blockMembers[type];
  if (members === undefined || (where.startsWith('system') && type !== 'text')) {
    return wrongTag(where, block.type, where.startsWith('system') ? ['text'] : Object.keys(blockMembers).sort());
  }
  const refusal = stray(block, members, `${where}.${type}.`);
  if (refusal !== null || type !== 'tool_result') return refusal;
  return firstRefusal(asArray(block.content).map(asRecord), (inner, at) => {
    const inside = `${where}.tool_result.content.${at}`;
    return resultBlocks.has(asString(inner.type))
      ? checkBlock(inner, inside, stray)
      : wrongTag(inside, inner.type, [...resultBlocks]);
  });
}

function wrongTag(where: string, tag: unknown, expected: readonly string[]): Refusal {
  if (tag === undefined) return invalidRequest(`${where}: Unable to extract tag using discriminator 'type'`);
  const tags = expected.map((name) => `'${name}'`).join(', ');
  return invalidRequest(
    `${where}: Input tag '${String(tag)}' found using 'type' does not match any of the expected tags: ${tags}`,
  );
}
