import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asString } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { type MessagesRequest, type Turn, turnsOf } from '../request.ts';

/** Roles must be user and assistant, the user comes first, and turns must alternate if a knob asks for it. */
export function checkRoles({ messages, behaviour }: MessagesRequest): Refusal | null {
  const refusal = firstRefusal(messages, ({ role, content }, index) => {
    if (role === 'system' || role === 'developer') {
      return invalidRequest(
        `messages: Unexpected role "${role}". The Messages API accepts a top-level \`system\` parameter, not "${role}" as an input message role.`,
      );
    }
    if (role !== 'user' && role !== 'assistant') {
      return invalidRequest(`messages.${index}.role: Input should be 'user' or 'assistant'`);
    }
    return content === undefined ? invalidRequest(`messages.${index}.content: Field required`) : null;
  });
  if (refusal !== null) return refusal;
  if (messages[0]?.role !== 'user') return invalidRequest('messages: first message must use the "user" role');
  if (behaviour.turns === 'merge') return null;
  return firstRefusal(messages, ({ role }, index) =>
    role === messages[index - 1]?.role
      ? invalidRequest(
          `messages: roles must alternate between "user" and "assistant", but found multiple "${String(role)}" roles in a row`,
        )
      : null,
  );
}

/** Calls belong in assistant turns, results in user turns. */
export function checkBlockRoles({ messages }: MessagesRequest): Refusal | null {
  return firstRefusal(turnsOf(messages), ({ role, blocks, index }) => {
    const misplaced = role === 'user' ? ['tool_use', 'thinking', 'redacted_thinking'] : ['tool_result'];
    const block = blocks.find(({ type }) => misplaced.includes(asString(type)));
    if (block === undefined) return null;
    const owner = role === 'user' ? 'assistant' : 'user';
    return invalidRequest(`messages.${index}: \`${asString(block.type)}\` blocks can only be in \`${owner}\` messages`);
  });
}

/** Every result must answer a call of the previous turn, and every call must have one result in the next turn. */
export function checkPairs({ messages, behaviour }: MessagesRequest): Refusal | null {
  const turns = turnsOf(messages);
  const ids = turns.flatMap((turn) => idsOf(turn, 'tool_use', 'id'));
  if (new Set(ids).size < ids.length) return invalidRequest('messages: `tool_use` ids must be unique');
  return firstRefusal([...turns, undefined], (turn, position) => {
    const asked = idsOf(turns[position - 1], 'tool_use', 'id');
    const answered = idsOf(turn, 'tool_result', 'tool_use_id');
    const index = turn?.index ?? messages.length;
    return (
      checkOrphans(turn, asked) ??
      checkUnanswered(asked, answered, index) ??
      checkRepeated(answered, index) ??
      (behaviour['result-order'] === 'first' ? checkResultsFirst(turn, asked) : null)
    );
  });
}

function idsOf(turn: Turn | undefined, type: string, member: string): readonly string[] {
  return (turn?.blocks ?? []).filter((block) => block.type === type).map((block) => asString(block[member]));
}

function checkOrphans(turn: Turn | undefined, asked: readonly string[]): Refusal | null {
  return firstRefusal(turn?.blocks ?? [], ({ type, tool_use_id: id }, at) =>
    type === 'tool_result' && !asked.includes(asString(id))
      ? invalidRequest(
          `messages.${turn?.index}.content.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${asString(id)}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
        )
      : null,
  );
}

function checkUnanswered(asked: readonly string[], answered: readonly string[], index: number): Refusal | null {
  const missing = asked.filter((id) => !answered.includes(id));
  if (missing.length === 0) return null;
  return invalidRequest(
    `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

function checkRepeated(answered: readonly string[], index: number): Refusal | null {
  const repeated = answered.find((id, at) => answered.indexOf(id) !== at);
  if (repeated === undefined) return null;
  return invalidRequest(
    `messages.${index}.content: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${repeated}`,
  );
}

/** The documentation requires results before texts; `result-order=first` enforces it. */
function checkResultsFirst(turn: Turn | undefined, asked: readonly string[]): Refusal | null {
  const blocks = turn?.blocks ?? [];
  const firstOther = blocks.findIndex(({ type }) => type !== 'tool_result');
  const isLate = firstOther !== -1 && blocks.slice(firstOther).some(({ type }) => type === 'tool_result');
  return isLate ? checkUnanswered(asked, [], turn?.index ?? 0) : null;
}
