import type { Answer, AnswerToolCall } from '../answer/answer.ts';
import { finishWord } from '../answer/finish-words.ts';
import type { Behaviour } from '../behaviour.ts';
import { type ContentBlock, contentBlocks } from './blocks.ts';
import { inputUsage } from './usage.ts';

/** A whole answer. `label` is the platform's mark in ids. */
export function encodeMessage(answer: Answer, behaviour: Behaviour, label: string): object {
  return {
    ...messageHead(answer, label),
    content: contentBlocks(answer, behaviour, label).map((block) => encodeBlock(block, behaviour)),
    ...stopFields(answer, behaviour),
    ...(behaviour['message-members'] === 'full' && { container: null }),
    ...(behaviour.usage === 'none'
      ? {}
      : { usage: { ...inputUsage(answer), output_tokens: answer.usage.output, service_tier: 'standard' } }),
  };
}

/** The common start of a message, whole or streaming. */
export function messageHead(answer: Answer, label: string): object {
  return {
    id: `msg_${label}_${answer.number}`,
    type: 'message',
    role: 'assistant',
    ...(answer.model !== 'absent' && { model: answer.model }),
  };
}

/** Why the answer ended. */
export function stopFields(answer: Answer, behaviour: Behaviour): object {
  return {
    stop_reason: finishWord(answer.finish, behaviour.finish, 'anthropic'),
    stop_sequence: answer.stopSequence,
    ...stopDetails(answer, behaviour),
  };
}

/** Members that the API returns since 2026: stop details and container. */
function stopDetails({ finish }: Answer, behaviour: Behaviour): object {
  if (finish === 'refusal') return { stop_details: { type: 'refusal', category: null, explanation: null } };
  return behaviour['message-members'] === 'full' ? { stop_details: null } : {};
}

/** The id of a call, unless a knob leaves it out. */
export function idMember(id: string): object {
  return id === '' ? {} : { id };
}

/** The arguments of a call, unless the knob leaves them out. */
function inputMember({ input }: AnswerToolCall, behaviour: Behaviour): object {
  switch (behaviour['tool-arguments']) {
    case 'null':
      return { input: null };
    case 'absent':
      return {};
    case 'empty':
      return { input: {} };
    default:
      return { input };
  }
}

function encodeBlock(block: ContentBlock, behaviour: Behaviour): object {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: block.pieces.join(''), signature: block.signature };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: block.data };
    case 'text':
      return { type: 'text', text: block.pieces.join('') };
    case 'tool_use':
      return { type: 'tool_use', ...idMember(block.id), name: block.call.name, ...inputMember(block.call, behaviour) };
  }
}
