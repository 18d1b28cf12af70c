import type { Answer } from '../answer/answer.ts';
import { finishWordOfModel } from '../answer/finish-words.ts';
import { invalidRequest } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import { createSseWriter, sseComment } from '../delivery/sse-writer.ts';
import { asRecord, asString, isRecord } from '../json.ts';
import { checkChatPayload, readChatPrompt } from '../openai/chat-prompt.ts';
import { wholeToolCalls } from '../openai/tool-calls.ts';
import { refused, streams, type Wire } from '../wire.ts';
import { checkChatStrictness } from './strict-chat.ts';
import { encodeUnifiedFrames } from './unified-frames.ts';
import { contentFields, envelope, reasoningFields, usageParts } from './unified-parts.ts';

/** `POST …/v2/beta/chat`: an OpenAI payload in Atlassian's envelope; the answer is in an envelope too. */
export const unifiedWire: Wire = {
  name: 'unified',
  errorFamily: null,
  serves: /./,
  locateModel: ({ body }) => asString(asRecord(body.platform_attributes).model),
  readPrompt: ({ body }, model, behaviour) => {
    const payload = body.request_payload;
    if (!isRecord(payload)) return refused(invalidRequest('request_payload: Field required', 'request_payload'));
    const refusal = checkChatPayload(payload, behaviour) ?? checkChatStrictness(payload, model, behaviour);
    return refusal === null ? { ok: true, prompt: readChatPrompt(payload, model) } : refused(refusal);
  },
  encodeAnswer: (answer, prompt, behaviour) =>
    streams(prompt, behaviour)
      ? {
          kind: 'stream',
          frames: encodeUnifiedFrames(answer, prompt, behaviour),
          writer: createSseWriter(behaviour, false),
          keepAlive: sseComment(behaviour),
        }
      : { kind: 'json', body: encodeUnifiedAnswer(answer, prompt.model, behaviour) },
};

function encodeUnifiedAnswer(answer: Answer, model: string, behaviour: Behaviour): object {
  const message = {
    ...(behaviour.role !== 'none' && { role: 'assistant' }),
    ...reasoningFields(answer.reasoningPieces.join(''), behaviour),
    ...contentFields(answer.reasoningPieces.join(''), answer.textPieces.join(''), behaviour),
    ...(answer.toolCalls.length !== 0 && { tool_calls: wholeToolCalls(answer, behaviour) }),
  };
  const choice = {
    ...(behaviour['envelope-fields'] === 'full' && { index: 0 }),
    [behaviour['chunk-key']]: message,
    finish_reason: finishWordOfModel(answer.finish, behaviour.finish, model),
  };
  return envelope(answer, behaviour, [choice], usageParts(answer, answer.usage.output, behaviour));
}
