import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { openProof } from '../../answer/proofs.ts';
import { asString, type JsonRecord } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { isCall, isOutput, kindOf, type ResponsesRequest } from '../responses/request.ts';

/** Nothing is stored, so references to earlier responses or items fail with "not found". */
export function checkReferences({ body, items }: ResponsesRequest): Refusal | null {
  const { previous_response_id: previous } = body;
  if (typeof previous === 'string') {
    return invalidRequest(
      `Previous response with id '${previous}' not found.`,
      'previous_response_id',
      'previous_response_not_found',
    );
  }
  return firstRefusal(items, (item) => {
    const isBareReasoning = kindOf(item) === 'reasoning' && asString(item.encrypted_content) === '';
    if (kindOf(item) !== 'item_reference' && !isBareReasoning) return null;
    return {
      status: 404,
      type: 'invalid_request_error',
      message: `Item with id '${asString(item.id)}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
      parameter: 'input',
    };
  });
}

/**
 * Every output must follow its call, every call needs an output, and reasoning must be followed by the item that it led
 * to.
 */
export function checkPairs(items: readonly JsonRecord[]): Refusal | null {
  const asked = new Set<string>();
  for (const item of items) {
    const id = asString(item.call_id);
    if (isCall(item)) asked.add(id);
    else if (isOutput(item) && !asked.has(id)) {
      return invalidRequest(`No tool call found for function call output with call_id ${id}.`, 'input');
    }
  }
  const answered = new Set(items.filter(isOutput).map((item) => asString(item.call_id)));
  const open = [...asked].find((id) => !answered.has(id));
  if (open !== undefined) return invalidRequest(`No tool output found for function call ${open}.`, 'input');
  return firstRefusal(items, (item, index) => {
    if (kindOf(item) !== 'reasoning') return null;
    const next = items[index + 1];
    const isFollowed =
      next !== undefined && !isOutput(next) && (kindOf(next) !== 'message' || next.role === 'assistant');
    return isFollowed
      ? null
      : invalidRequest(
          `Item '${asString(item.id)}' of type 'reasoning' was provided without its required following item.`,
          'input',
        );
  });
}

/** Encrypted reasoning must be returned unaltered. */
export function checkEncryptedContent(items: readonly JsonRecord[]): Refusal | null {
  return firstRefusal(items, (item) => {
    const content = asString(item.encrypted_content);
    if (kindOf(item) !== 'reasoning' || content === '' || openProof(content)?.kind === 'openai') return null;
    return invalidRequest(
      `The encrypted content ${content.slice(0, 4)}...${content.slice(-4)} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
      undefined,
      'invalid_encrypted_content',
    );
  });
}
