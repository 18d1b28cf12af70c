import { withoutUndefined } from '../../../server/lib/without-undefined.ts';
import type { Answer, AnswerToolCall } from '../../answer/answer.ts';
import { leavesArgumentsOut, leavesContentOut } from '../../answer/content.ts';
import { sealProof } from '../../answer/proofs.ts';
import type { Behaviour } from '../../behaviour.ts';
import { asArray, type JsonRecord } from '../../json.ts';

/** The items of an answer's output in their final form: reasoning, message, calls. */
export function outputItems(answer: Answer, body: JsonRecord, behaviour: Behaviour): readonly JsonRecord[] {
  return [
    ...(answer.reasoningDisplay === 'none' ? [] : [reasoningItem(answer, body, behaviour)]),
    ...(answer.textPieces.length === 0 || leavesContentOut(behaviour) ? [] : [messageItem(answer)]),
    ...answer.toolCalls.map((call, index) => callItem(answer, call, index, behaviour)),
  ];
}

function reasoningItem(answer: Answer, body: JsonRecord, behaviour: Behaviour): JsonRecord {
  const text = answer.reasoningPieces.join('');
  const isIncluded = asArray(body.include).includes('reasoning.encrypted_content');
  return {
    id: `rs_${answer.number}`,
    type: 'reasoning',
    summary: answer.reasoningDisplay === 'shown' ? [{ type: 'summary_text', text }] : [],
    ...(isIncluded && { encrypted_content: sealProof('openai', text, answer.number, behaviour['proof-padding']) }),
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

/** The content part of a message: a text or a refusal. */
export function messagePart(answer: Answer, text: string): object {
  if (answer.finish === 'refusal') return { type: 'refusal', refusal: text };
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function callItem(answer: Answer, call: AnswerToolCall, index: number, behaviour: Behaviour): JsonRecord {
  const id = `${answer.number}_${index}`;
  const written = leavesArgumentsOut(behaviour) ? '' : call.written;
  const shared = {
    status: 'completed',
    ...callId(answer, index, behaviour),
    name: call.name,
    ...withoutUndefined({ namespace: call.namespace }),
  };
  return call.isCustom === true
    ? { id: `ctc_${id}`, type: 'custom_tool_call', ...shared, input: written }
    : { id: `fc_${id}`, type: 'function_call', ...shared, arguments: written };
}

function callId(answer: Answer, index: number, behaviour: Behaviour): object {
  if (behaviour['tool-id'] === 'missing') return {};
  return { call_id: `call_${answer.number}_${behaviour['tool-id'] === 'duplicate' ? 0 : index}` };
}
