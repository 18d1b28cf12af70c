import type { Answer } from '../answer/answer.ts';
import { leavesContentOut } from '../answer/content.ts';
import { finishWord } from '../answer/finish-words.ts';
import type { Behaviour } from '../behaviour.ts';
import { doneFrame, endingFrame, type Frame, jsonFrame } from '../delivery/frame.ts';
import { toolCallIncrements, wholeToolCalls } from './tool-calls.ts';
import { openAiUsage } from './usage.ts';

/** A whole answer. */
export function encodeCompletion(answer: Answer, behaviour: Behaviour): object {
  const hasCalls = answer.toolCalls.length > 0;
  const calls = wholeToolCalls(answer, { ...behaviour, 'tool-index': 'missing' });
  const message = {
    role: 'assistant',
    ...contentMember(answer, behaviour),
    ...(answer.reasoningDisplay === 'shown' && { reasoning_content: answer.reasoningPieces.join('') }),
    refusal: answer.finish === 'refusal' ? answer.textPieces.join('') : null,
    ...(hasCalls && { tool_calls: calls }),
  };
  return {
    ...head(answer, 'chat.completion'),
    choices: [
      { index: 0, message, logprobs: null, finish_reason: finishWord(answer.finish, behaviour.finish, 'openai') },
    ],
    ...(behaviour.usage !== 'none' && { usage: openAiUsage(answer, answer.usage.output, behaviour) }),
  };
}

function contentMember(answer: Answer, behaviour: Behaviour): object {
  if (behaviour.content === 'absent') return {};
  const isNull = behaviour.content === 'null' || answer.textPieces.length === 0 || answer.finish === 'refusal';
  if (isNull) return { content: null };
  return { content: behaviour.content === 'empty' ? '' : answer.textPieces.join('') };
}

function head(answer: Answer, object: string): object {
  return {
    id: `chatcmpl-${answer.number}`,
    object,
    created: answer.created,
    ...(answer.model !== 'absent' && { model: answer.model }),
  };
}

/** Deltas, the finish, and, if the request asked for it, a last chunk with the usage and no choices. */
export function encodeCompletionChunks(answer: Answer, includesUsage: boolean, behaviour: Behaviour): readonly Frame[] {
  const chunk = (delta: object, finish: string | null | undefined): object => ({
    ...head(answer, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(includesUsage && { usage: null }),
  });
  const deltas = [
    { role: 'assistant', content: '' },
    ...(answer.reasoningDisplay === 'shown' ? answer.reasoningPieces : []).map((piece) => ({
      reasoning_content: piece,
    })),
    ...(leavesContentOut(behaviour) ? [] : answer.textPieces).map((piece) =>
      answer.finish === 'refusal' ? { refusal: piece } : { content: piece },
    ),
    ...toolCallIncrements(answer, behaviour).map((call) => ({ tool_calls: [call] })),
  ];
  const usage = {
    ...head(answer, 'chat.completion.chunk'),
    choices: [],
    usage: openAiUsage(answer, answer.usage.output, behaviour),
  };
  return [
    ...deltas.map((delta) => jsonFrame(chunk(delta, null))),
    endingFrame(chunk({}, finishWord(answer.finish, behaviour.finish, 'openai'))),
    ...(includesUsage && behaviour.usage !== 'none' ? [endingFrame(usage)] : []),
    ...(behaviour['stream-end'] === 'done' ? [doneFrame] : []),
  ];
}
