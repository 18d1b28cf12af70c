import type { Answer } from '../../answer/answer.ts';
import { leavesContentOut } from '../../answer/content.ts';
import { sealProof } from '../../answer/proofs.ts';
import type { Behaviour } from '../../behaviour.ts';
import { asArray, type JsonRecord } from '../../json.ts';

/** The items of an answer's output in their final form: reasoning, message, calls. */
export function outputItems(answer: Answer, body: JsonRecord, behaviour: Behaviour): readonly JsonRecord[] {
  return [
    ...(answer.reasoningDisplay === 'none' ? [] : [reasoningItem(answer, body, behaviour)]),
    ...(answer.textPieces.length === 0 || leavesContentOut(behaviour) ? [] : [messageItem(answer)]),
    ...answer.toolCalls.map((_, index) => callItem(answer, index)),
  ];
}

function reasoningItem(answer: Answer, body: JsonRecord, behaviour: Behaviour): JsonRecord {
  const text = answer.reasoningPieces.join('');
  const isIncluded = asArray(body.include).includes('reasoning.encrypted_content');
  return {
    id: `rs_${answer.number}`,
    type: 'reasoning',
    summary: answer.reasoningDisplay === 'shown' ? [{ type: 'summary_text', text }] : [],
    ...(isIncluded ? { encrypted_content: sealProof('openai', text, answer.number, behaviour['proof-padding']) } : {}),
  };
}

function messageItem(answer: Answer): JsonRecord {
  return {
    id: `msg_${answer.number}`,
    type: 'message',
    status: answer.finish === 'length' ? 'incomplete' : 'completed',
    role: 'assistant',
    content: [messagePart(answer, answer.textPieces.join(''))],
  };
}

/** The part of a message: a text, or a refusal. */
export function messagePart(answer: Answer, text: string): object {
  if (answer.finish === 'refusal') return { type: 'refusal', refusal: text };
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function callItem(answer: Answer, index: number): JsonRecord {
  const call = answer.toolCalls[index];
  const id = `${answer.number}_${index}`;
  const shared = {
    status: 'completed',
    call_id: `call_${id}`,
    name: call?.name,
    ...(call?.namespace === undefined ? {} : { namespace: call.namespace }),
  };
  return call?.isCustom === true
    ? { id: `ctc_${id}`, type: 'custom_tool_call', ...shared, input: call.written }
    : { id: `fc_${id}`, type: 'function_call', ...shared, arguments: call?.written ?? '' };
}
