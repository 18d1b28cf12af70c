import { isRecord, type JsonRecord, readArray, readCount, readRecord, readString } from '../../../server/lib/json.ts';
import { withoutUndefined } from '../../../server/lib/without-undefined.ts';
import { requireGeminiSchema, requireGeminiStream } from '../../schemas/gemini.ts';
import { type Client, type Result, type Said, type Turn, toolParameters } from './client.ts';

/** A client of Gemini's API. */
export const geminiClient: Client = {
  name: 'Gemini',
  write: ({ model, stream, turns, tools = [], thinks = false, schema, maxTokens }) => ({
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: {
      contents: turns.flatMap(writeTurn),
      ...(tools.length > 0 && {
        tools: [{ functionDeclarations: tools.map((name) => ({ name, parametersJsonSchema: toolParameters })) }],
      }),
      generationConfig: {
        ...(thinks && { thinkingConfig: { includeThoughts: true, thinkingBudget: 1_024 } }),
        ...(schema && { responseMimeType: 'application/json', responseJsonSchema: schema }),
        ...withoutUndefined({ maxOutputTokens: maxTokens }),
      },
    },
  }),
  readWhole(text) {
    const answer: unknown = JSON.parse(text);
    requireGeminiSchema('FinalResponse', answer);
    return toSaid([readRecord(answer)]);
  },
  readStream(text) {
    const chunks = readChunks(text);
    requireGeminiStream(chunks);
    return toSaid(chunks);
  },
  readFailure(text) {
    const last = text.startsWith('{') ? readRecord(JSON.parse(text)) : readRecord(readChunks(text).at(-1));
    return readString(readRecord(last.error).message) ?? '';
  },
  ends: { stop: 'STOP', length: 'MAX_TOKENS', calls: 'STOP' },
  optional: ['tools', 'toolConfig', 'safetySettings', 'systemInstruction', 'generationConfig', 'cachedContent'],
  showsResults: true,
};

function writeTurn(turn: Turn): readonly object[] {
  if ('user' in turn) return [{ role: 'user', parts: [{ text: turn.user }] }];
  if ('said' in turn) return turn.said.turn;
  return [{ role: 'user', parts: turn.results.map(writeResult) }];
}

function writeResult({ call: { id, name }, output, picture, failed }: Result): object {
  const response = failed ? { error: output } : { output };
  const parts = picture === undefined ? {} : { parts: [{ inlineData: { mimeType: 'image/png', data: picture } }] };
  return { functionResponse: { id, name, response, ...parts } };
}

function readChunks(text: string): readonly JsonRecord[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('data: '))
    .map((block) => readRecord(JSON.parse(block.slice('data: '.length))));
}

function toSaid(chunks: readonly JsonRecord[]): Said {
  const candidates = chunks.map((chunk) => readRecord(readArray(chunk.candidates)[0]));
  const parts = candidates.flatMap(({ content }) => readArray(readRecord(content).parts)).filter(isRecord);
  const usage = readRecord(chunks.at(-1)?.usageMetadata);
  const words = (isThought: boolean) =>
    parts
      .filter(({ thought }) => (thought === true) === isThought)
      .map((part) => readString(part.text) ?? '')
      .join('');
  return {
    text: words(false),
    reasoning: words(true),
    calls: parts.flatMap(({ functionCall }) => {
      if (!isRecord(functionCall)) return [];
      const { id, name, args } = functionCall;
      return [{ id: String(id), name: String(name), arguments: JSON.stringify(args ?? {}) }];
    }),
    end: readString(candidates.at(-1)?.finishReason) ?? '',
    usage: {
      input: readCount(usage.promptTokenCount) ?? 0,
      output: (readCount(usage.candidatesTokenCount) ?? 0) + (readCount(usage.thoughtsTokenCount) ?? 0),
      cached: readCount(usage.cachedContentTokenCount) ?? 0,
    },
    turn: [{ role: 'model', parts }],
  };
}
