import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { openProof } from '../../answer/proofs.ts';
import { asNumber, asRecord, asString, type JsonRecord } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { proofsPerAnswer } from '../blocks.ts';
import { blocksOf, type MessagesRequest, turnsOf } from '../request.ts';
import { isGiven } from './top.ts';

const documentationUrl = 'https://docs.claude.com/en/docs/build-with-claude/extended-thinking';
const minBudget = 1024;
const minTopP = 0.95;

/** The thinking type must suit the model, and the budget must be between 1,024 and `max_tokens`. */
export function checkThinking({ body, model, capabilities }: MessagesRequest): Refusal | null {
  if (!isGiven(body.thinking)) return null;
  const { type, budget_tokens: budget } = asRecord(body.thinking);
  if (type === 'adaptive') {
    return capabilities.thinksAdaptively ? null : invalidRequest('adaptive thinking is not supported on this model');
  }
  if (type === 'disabled') return null;
  if (type !== 'enabled') {
    return invalidRequest(
      `thinking: Input tag '${String(type)}' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'`,
    );
  }
  if (!capabilities.thinksByBudget) {
    return invalidRequest(
      capabilities.thinksAdaptively
        ? '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
        : `'${model}' does not support thinking.`,
    );
  }
  if (typeof budget !== 'number') return invalidRequest('thinking.enabled.budget_tokens: Field required');
  if (budget < minBudget) {
    return invalidRequest('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  }
  return budget < (asNumber(body.max_tokens) ?? 0)
    ? null
    : invalidRequest(
        `\`max_tokens\` must be greater than \`thinking.budget_tokens\`. Please consult our documentation at ${documentationUrl}#max-tokens-and-context-window-size`,
      );
}

/** Incompatible with thinking: forced tools, a temperature, `top_k`, a low `top_p`. */
export function checkThinkingCompany({ body, thinking }: MessagesRequest): Refusal | null {
  if (thinking === 'off') return null;
  const choice = asRecord(body.tool_choice).type;
  if (choice === 'any' || choice === 'tool') {
    return invalidRequest('Thinking may not be enabled when tool_choice forces tool use.');
  }
  if (isGiven(body.temperature) && body.temperature !== 1) {
    return invalidRequest(
      `\`temperature\` may only be set to 1 when thinking is enabled. Please consult our documentation at ${documentationUrl}#important-considerations-when-using-extended-thinking`,
    );
  }
  if (isGiven(body.top_k)) return invalidRequest('`top_k` must be unset when thinking is enabled.');
  return typeof body.top_p === 'number' && body.top_p < minTopP
    ? invalidRequest('`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.')
    : null;
}

/** Thinking must be returned unaltered with its own signature, and never at the end of a message. */
export function checkSignatures({ messages }: MessagesRequest): Refusal | null {
  const latest = messages.findLastIndex(({ role }) => role === 'assistant');
  return firstRefusal(messages, (message, index) => {
    const blocks = blocksOf(message);
    const refusal =
      firstRefusal(blocks, (block, at) => checkProof(block, index, at, index === latest)) ??
      (index === latest ? checkPlaces(blocks, index) : null);
    if (refusal !== null || !isThinking(blocks.at(-1))) return refusal;
    return invalidRequest(`messages.${index}: The final block in an assistant message cannot be \`thinking\`.`);
  });
}

const modified =
  '`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.';

function isThinking(block: JsonRecord | undefined): boolean {
  return block?.type === 'thinking' || block?.type === 'redacted_thinking';
}

function checkProof(block: JsonRecord, index: number, at: number, isLatest: boolean): Refusal | null {
  const where = `messages.${index}.content.${at}`;
  if (block.type === 'redacted_thinking') {
    return openProof(asString(block.data))?.kind === 'anthropic-redacted'
      ? null
      : invalidRequest(`${where}: Invalid \`data\` in \`redacted_thinking\` block`);
  }
  if (block.type !== 'thinking') return null;
  if (block.signature === undefined) return invalidRequest(`${where}.thinking.signature: Field required`);
  if (typeof block.thinking !== 'string') return invalidRequest(`${where}.thinking.thinking: Field required`);
  const proof = openProof(asString(block.signature));
  // The vendor reads omitted thinking from its signature and ignores the text beside it.
  if (proof?.kind === 'anthropic-omitted') return null;
  if (proof?.kind === 'anthropic' && proof.matches(block.thinking)) return null;
  return invalidRequest(
    proof?.kind === 'anthropic' && isLatest
      ? `${where}: ${modified}`
      : `${where}: Invalid \`signature\` in \`thinking\` block`,
  );
}

/** The thinking blocks of one answer must be in their original order, with the original blocks between them. */
function checkPlaces(blocks: readonly JsonRecord[], index: number): Refusal | null {
  let before: number | undefined;
  let isNext = false;
  return firstRefusal(blocks, (block, at) => {
    const number = openProof(asString(block.signature ?? block.data))?.number;
    if (!isThinking(block) || number === undefined) {
      isNext = false;
      return null;
    }
    const isSameAnswer =
      before !== undefined && Math.floor(before / proofsPerAnswer) === Math.floor(number / proofsPerAnswer);
    const isMoved = isSameAnswer && before !== undefined && (number < before || (number > before && isNext));
    before = number;
    isNext = true;
    return isMoved ? invalidRequest(`messages.${index}.content.${at}: ${modified}`) : null;
  });
}

/**
 * With a thinking budget, the assistant turn in progress (it continues after tool results) must begin with a
 * thinking block. Adaptive thinking does not require it.
 */
export function checkThinkingFirst({ messages, thinking }: MessagesRequest): Refusal | null {
  if (thinking !== 'enabled') return null;
  const turns = turnsOf(messages);
  const lastWords = turns.findLastIndex(
    ({ role, blocks }) => role === 'user' && !blocks.some(({ type }) => type === 'tool_result'),
  );
  const opening = turns[lastWords + 1];
  const first = opening?.blocks[0];
  if (opening?.role !== 'assistant' || first === undefined || isThinking(first)) return null;
  return invalidRequest(
    `messages.${opening.index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${asString(first.type)}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at ${documentationUrl}`,
  );
}
