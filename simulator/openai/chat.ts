import { openAiModel } from '../answer/models.ts';
import { createSseWriter, sseComment } from '../delivery/sse-writer.ts';
import { asRecord, asString } from '../json.ts';
import { applyRules } from '../refusal/rules.ts';
import { refused, streams, type Wire } from '../wire.ts';
import { automaticTerms } from './cache-terms.ts';
import { encodeCompletion, encodeCompletionChunks } from './chat-answer.ts';
import { checkChatPayload, readChatPrompt } from './chat-prompt.ts';
import { readChatRequest } from './chat-request.ts';
import { openAiChatRules } from './rules/chat.ts';

/** `POST …/v1/openai/v1/chat/completions`: OpenAI's own Chat Completions, which does not return reasoning. */
export const openAiChatWire: Wire = {
  name: 'openai-chat',
  errorFamily: 'openai',
  serves: openAiModel,
  locateModel: ({ body }) => asString(body.model),
  readPrompt: ({ body }, model, behaviour) => {
    const request = readChatRequest(body, model, behaviour);
    const refusal = applyRules(openAiChatRules, request, behaviour) ?? checkChatPayload(body, behaviour);
    if (refusal !== null) return refused(refusal);
    const { reasons, defaultEffort } = request.abilities;
    const thinks = reasons && (body.reasoning_effort ?? defaultEffort) !== 'none';
    const prompt = readChatPrompt(body, model);
    const input = { ...prompt.input, counting: 'vendor' as const, terms: automaticTerms(body, behaviour) };
    return { ok: true, prompt: { ...prompt, input, reasoning: thinks ? 'hidden' : 'none' } };
  },
  encodeAnswer: (answer, prompt, behaviour, { body }) => {
    if (!streams(prompt, behaviour)) return { kind: 'json', body: encodeCompletion(answer, behaviour) };
    const includesUsage = asRecord(body.stream_options).include_usage === true;
    return {
      kind: 'stream',
      frames: encodeCompletionChunks(answer, includesUsage, behaviour),
      writer: createSseWriter(behaviour, false),
      keepAlive: sseComment(behaviour),
    };
  },
};
