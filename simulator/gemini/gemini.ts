import { geminiModel } from '../answer/models.ts';
import { invalidRequest } from '../answer/prompt.ts';
import { createJsonArrayWriter, createSseWriter, sseComment } from '../delivery/sse-writer.ts';
import { applyRules } from '../refusal/rules.ts';
import { refused, streams, type Wire } from '../wire.ts';
import { encodeGenerated, encodeGeneratedChunks } from './answer.ts';
import { readGeminiPrompt } from './prompt.ts';
import { readGeminiRequest } from './request.ts';
import { geminiRules } from './rules/index.ts';

/** `POST …/publishers/google/models/{m}:generateContent` and `:streamGenerateContent`: Gemini's native format. */
export const geminiWire: Wire = {
  name: 'vertex-gemini',
  errorFamily: 'google',
  serves: geminiModel,
  locateModel: ({ pathParts }) => pathParts[0] ?? '',
  readPrompt: ({ body, pathParts }, model, behaviour) => {
    if (!Array.isArray(body.contents) || body.contents.length === 0) {
      return refused(invalidRequest('* GenerateContentRequest.contents: contents is not specified'));
    }
    const request = readGeminiRequest(body, model, behaviour);
    const refusal = applyRules(geminiRules, request, behaviour);
    return refusal === null
      ? { ok: true, prompt: readGeminiPrompt(request, pathParts[1] === 'streamGenerateContent') }
      : refused(refusal);
  },
  encodeAnswer: (answer, prompt, behaviour, { query }) => {
    if (!streams(prompt, behaviour)) return { kind: 'json', body: encodeGenerated(answer, behaviour) };
    const isArray =
      behaviour['gemini-stream'] === 'auto' ? query.get('alt') !== 'sse' : behaviour['gemini-stream'] === 'array';
    return {
      kind: 'stream',
      ...(!isArray && { keepAlive: sseComment(behaviour) }),
      frames: encodeGeneratedChunks(answer, behaviour),
      writer: isArray ? createJsonArrayWriter(behaviour) : createSseWriter(behaviour, false),
    };
  },
};
