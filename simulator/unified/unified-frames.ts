import type { Answer } from '../answer/answer.ts';
import { finishWordOfModel } from '../answer/finish-words.ts';
import type { Prompt } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import { doneFrame, endingFrame, type Frame, jsonFrame } from '../delivery/frame.ts';
import { toolCallIncrements } from '../openai/tool-calls.ts';
import { contentFields, envelope, reasoningFields, type UsageParts, usageParts } from './unified-parts.ts';

/** The chunks of a streamed answer of the unified endpoint, whose messages contain increments of the text. */
export function encodeUnifiedFrames(answer: Answer, prompt: Prompt, behaviour: Behaviour): readonly Frame[] {
  const messages = messageIncrements(answer, behaviour);
  const finish = finishWordOfModel(answer.finish, behaviour.finish, prompt.model);
  const lastCarriesFinish = behaviour['last-chunk'] !== 'empty';
  if (!lastCarriesFinish || messages.length === 0) messages.push(contentFields('', '', behaviour));
  const frames: Frame[] = [];
  for (const [index, message] of messages.entries()) {
    const isFinish = index === messages.length - 1;
    const output = Math.ceil((answer.usage.output * (index + 1)) / messages.length);
    const choice = {
      ...(behaviour['envelope-fields'] === 'full' && { index: 0 }),
      [behaviour['chunk-key']]: { ...roleFields(index, behaviour), ...message },
      finish_reason: isFinish ? finish : null,
    };
    const json = envelope(answer, behaviour, [choice], chunkUsage(answer, output, isFinish, behaviour));
    frames.push(isFinish ? endingFrame(json) : jsonFrame(json), ...(isFinish ? [] : fillerFrames(answer, behaviour)));
  }
  return [...frames, ...closingFrames(answer, behaviour)];
}

function messageIncrements(answer: Answer, behaviour: Behaviour): object[] {
  return [
    ...answer.reasoningPieces.map((piece) =>
      behaviour.reasoning === 'thinking' && behaviour.content === 'array'
        ? contentFields(piece, '', behaviour)
        : { ...reasoningFields(piece, behaviour), ...contentFields('', '', behaviour) },
    ),
    ...answer.textPieces.map((piece) => contentFields('', piece, behaviour)),
    ...toolCallIncrements(answer, behaviour).map((call) => ({
      ...contentFields('', '', behaviour),
      tool_calls: [call],
    })),
  ];
}

function roleFields(index: number, behaviour: Behaviour): object {
  return behaviour.role === 'all' || (behaviour.role === 'first' && index === 0) ? { role: 'assistant' } : {};
}

function chunkUsage(answer: Answer, output: number, isFinish: boolean, behaviour: Behaviour): UsageParts {
  const comesLater = behaviour.usage === 'trailing' || behaviour['last-chunk'] === 'no-choices';
  const shows = behaviour.usage === 'every' || (isFinish && !comesLater);
  return shows ? usageParts(answer, output, behaviour) : {};
}

/** Filler chunks without an increment, which the upstream inserts. */
function fillerFrames(answer: Answer, behaviour: Behaviour): readonly Frame[] {
  switch (behaviour.filler) {
    case 'none':
      return [];
    case 'no-choices':
      return [jsonFrame(envelope(answer, behaviour, [], {}))];
    case 'no-content':
      return [
        jsonFrame(envelope(answer, behaviour, [{ index: 0, [behaviour['chunk-key']]: {}, finish_reason: null }], {})),
      ];
    case 'empty-object':
      return [jsonFrame({})];
  }
}

/** The chunks after the finish: one without choices, which may contain the usage, and `[DONE]`. */
function closingFrames(answer: Answer, behaviour: Behaviour): readonly Frame[] {
  const hasTrailer = behaviour.usage === 'trailing' || behaviour['last-chunk'] === 'no-choices';
  const trailer = envelope(answer, behaviour, [], usageParts(answer, answer.usage.output, behaviour));
  return [...(hasTrailer ? [endingFrame(trailer)] : []), ...(behaviour['stream-end'] === 'done' ? [doneFrame] : [])];
}
