import type { Answer } from '../answer/answer.ts';
import { finishWord } from '../answer/finish-words.ts';
import { geminiModel } from '../answer/models.ts';
import { invalidRequest, type Prompt, type Refusal } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import { endingFrame, type Frame, jsonFrame } from '../delivery/frame.ts';
import { createJsonArrayWriter, createSseWriter } from '../delivery/sse-writer.ts';
import { asArray, asNumber, asRecord, asString, type JsonRecord } from '../json.ts';
import { checkToolSchema } from '../unified/strict-schemas.ts';
import { refused, streams, type Wire } from '../wire.ts';

/** `POST …/publishers/google/models/{m}:generateContent` and `:streamGenerateContent`: Gemini's own language. */
export const geminiWire: Wire = {
  name: 'vertex-gemini',
  errorFamily: 'google',
  serves: geminiModel,
  locateModel: ({ pathParts }) => pathParts[0] ?? '',
  readPrompt: ({ body, pathParts }, model, behaviour) => {
    if (!Array.isArray(body.contents) || body.contents.length === 0) {
      return refused(invalidRequest('* GenerateContentRequest.contents: contents is not specified'));
    }
    const refusal = behaviour.strict === 'vendor' ? checkDeclarations(body) : null;
    if (refusal !== null) return refused(refusal);
    return { ok: true, prompt: readPrompt(body, model, pathParts[1] === 'streamGenerateContent') };
  },
  encodeAnswer: (answer, prompt, behaviour, { query }) => {
    if (!streams(prompt, behaviour)) return { kind: 'json', body: encodeWhole(answer, behaviour) };
    const writer = query.get('alt') === 'sse' ? createSseWriter(behaviour, false) : createJsonArrayWriter(behaviour);
    return { kind: 'stream', frames: encodeChunks(answer, behaviour), writer };
  },
};

function declarations(body: JsonRecord): readonly JsonRecord[] {
  return asArray(body.tools)
    .flatMap((tool) => asArray(asRecord(tool).functionDeclarations ?? asRecord(tool).function_declarations))
    .map(asRecord);
}

function checkDeclarations(body: JsonRecord): Refusal | null {
  for (const [index, declared] of declarations(body).entries()) {
    const refusal = checkToolSchema(declared.parameters, index, asString(declared.name), 'google');
    if (refusal !== null) return refusal;
  }
  return null;
}

function readPrompt(body: JsonRecord, model: string, stream: boolean): Prompt {
  const contents = asArray(body.contents).map(asRecord);
  const parts = (content: JsonRecord | undefined): readonly JsonRecord[] => asArray(content?.parts).map(asRecord);
  const text = (content: JsonRecord | undefined): string =>
    parts(content)
      .map((part) => asString(part.text))
      .join('');
  const user = contents.findLast((content) => content.role !== 'model' && text(content) !== '');
  const results = parts(contents.at(-1)).filter((part) => part.functionResponse !== undefined);
  const settings = asRecord(body.generationConfig ?? body.generation_config);
  return {
    model,
    stream,
    lastRole: results.length > 0 ? 'tool' : contents.at(-1)?.role === 'model' ? 'assistant' : 'user',
    userText: text(user),
    toolResults: results.map((part) => JSON.stringify(asRecord(part.functionResponse).response)),
    imageCount: contents.flatMap(parts).filter((part) => part.inlineData !== undefined || part.fileData !== undefined)
      .length,
    textLength: contents.reduce(
      (length, content) => length + text(content).length,
      text(asRecord(body.systemInstruction)).length,
    ),
    tools: declarations(body).map((declared) => ({
      name: asString(declared.name),
      schema: declared.parameters ?? declared.parametersJsonSchema,
    })),
    toolChoice: readToolChoice(asRecord(asRecord(body.toolConfig).functionCallingConfig)),
    responseFormat:
      settings.responseMimeType === 'application/json'
        ? { schema: settings.responseSchema ?? settings.responseJsonSchema }
        : null,
    maximumTokens: asNumber(settings.maxOutputTokens),
    stop: asArray(settings.stopSequences).filter((stop): stop is string => typeof stop === 'string'),
  };
}

function readToolChoice(calling: JsonRecord): Prompt['toolChoice'] {
  const name = asArray(calling.allowedFunctionNames)[0];
  if (calling.mode === 'NONE') return 'none';
  if (calling.mode !== 'ANY') return 'auto';
  return typeof name === 'string' ? { name } : 'required';
}

function answerParts(answer: Answer): readonly object[] {
  const reasoning = answer.reasoningPieces.map((text) => ({ text, thought: true }));
  const calls = answer.toolCalls.map(({ name, input }) => ({ functionCall: { name, args: input } }));
  return [...reasoning, ...answer.textPieces.map((text) => ({ text })), ...calls];
}

function encodeWhole(answer: Answer, behaviour: Behaviour): object {
  const reasoning = answer.reasoningPieces.join('');
  const text = answer.textPieces.join('');
  const whole = {
    ...answer,
    reasoningPieces: reasoning === '' ? [] : [reasoning],
    textPieces: text === '' ? [] : [text],
  };
  return encodeResponse(answer, answerParts(whole), true, behaviour);
}

/** Each chunk has one part; usage stands on every one, as Gemini has it, or only on the last. */
function encodeChunks(answer: Answer, behaviour: Behaviour): readonly Frame[] {
  const parts = answerParts(answer);
  const leading = parts.slice(0, -1).map((part) => jsonFrame(encodeResponse(answer, [part], false, behaviour)));
  return [...leading, endingFrame(encodeResponse(answer, parts.slice(-1), true, behaviour))];
}

function encodeResponse(answer: Answer, parts: readonly object[], isLast: boolean, behaviour: Behaviour): object {
  const finishReason = isLast ? { finishReason: finishWord(answer.finish, behaviour.finish, 'google') } : {};
  const showsUsage = behaviour.usage === 'every' || (isLast && behaviour.usage !== 'none');
  return {
    candidates: [{ content: { role: 'model', parts }, ...finishReason, index: 0 }],
    ...(showsUsage ? { usageMetadata: encodeUsage(answer) } : {}),
    modelVersion: answer.model,
    responseId: `gemini-${answer.number}`,
  };
}

function encodeUsage({ usage }: Answer): object {
  return {
    promptTokenCount: usage.input,
    candidatesTokenCount: usage.output - usage.reasoning,
    ...(usage.reasoning === 0 ? {} : { thoughtsTokenCount: usage.reasoning }),
    ...(usage.cached === 0 ? {} : { cachedContentTokenCount: usage.cached }),
    totalTokenCount: usage.input + usage.output,
  };
}
