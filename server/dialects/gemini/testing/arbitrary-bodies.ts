import fc from 'fast-check';
import { encodeProof } from '../../../conversation/foreign-proof.ts';
import { parseExactJson } from '../../../lib/exact-json.ts';
import type { JsonRecord } from '../../../lib/json.ts';

/*
 * Valid bodies of `models/{id}:generateContent` in camel case or snake case with all kinds of members. They include
 * what Google rejects and the gateway repairs, and unknown members wherever these are allowed.
 */

const text = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('Hi', 'Grüß Gott', 'a "quote"\n', '🔐', '你好 ', ' ') },
  { weight: 1, arbitrary: fc.constantFrom('', '{"a":1}', '{"output":"x"}') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
);
const number = fc
  .constantFrom('1', '1.0', '0.5', '1e3', '12345678901234567890')
  .map((written) => parseExactJson(written));
const later = fc.constantFrom<JsonRecord[]>({}, {}, {}, { later: { a_b: [1, 'x'] } }, { laterStill: null });
const signature = fc.constantFrom<JsonRecord[]>(
  {},
  {},
  { thoughtSignature: 'c2lnbmVk' },
  { thought_signature: 'c2lnbmVk' },
  { thoughtSignature: 'skip_thought_signature_validator' },
  { thoughtSignature: 'no base64' },
  { thoughtSignature: encodeProof({ dialect: 'other', value: 'p' }, 'gemini') },
);

function part(members: fc.Arbitrary<JsonRecord>): fc.Arbitrary<JsonRecord> {
  return fc.tuple(members, later).map((given): JsonRecord => Object.assign({}, ...given));
}

const textPart = part(fc.tuple(text, signature).map(([words, signed]) => ({ text: words, ...signed })));
const thoughtPart = fc
  .tuple(text, signature)
  .map(([words, signed]): JsonRecord => ({ text: words, thought: true, ...signed }));
const mediaPart = part(
  fc.constantFrom<JsonRecord[]>(
    { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
    { inline_data: { mime_type: 'application/pdf', data: 'JVBE', displayName: 'a' } },
    { inlineData: { mimeType: 'text/plain', data: 'aGk=' } },
    { inlineData: { mimeType: 'video/mp4', data: 'aGk=' }, videoMetadata: { fps: 1 } },
    { fileData: { fileUri: 'gs://a/b', mimeType: 'image/png' } },
    { fileData: { fileUri: 'https://example.com/a.png', mimeType: 'image/png' } },
  ),
);
const codeParts: readonly JsonRecord[] = [
  { executableCode: { language: 'PYTHON', code: '1' } },
  { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
];

const response = fc.oneof(
  text.map((output) => ({ output })),
  text.map((error) => ({ error })),
  fc.record({ n: number, s: text }, { requiredKeys: [] }),
  fc.constantFrom<unknown[]>('a text', ['a', 'list'], null),
);

interface Turn {
  readonly calls: readonly JsonRecord[];
  readonly responses: readonly JsonRecord[];
}

/** Calls of one turn and their responses, with and without ids. With ids, the responses are in another order. */
const callsAndResponses: fc.Arbitrary<Turn> = fc
  .array(fc.constantFrom('get_weather', 'g', '7 odd names', 'x'.repeat(140)), { maxLength: 3 })
  .chain((names) =>
    fc
      .record({
        withIds: fc.boolean(),
        args: fc.tuple(...names.map(() => fc.record({ n: number, s: text }, { requiredKeys: [] }))),
        responses: fc.tuple(...names.map(() => response)),
        signatures: fc.tuple(...names.map(() => signature)),
        order: fc.shuffledSubarray(
          names.map((_, index) => index),
          { minLength: names.length },
        ),
        media: fc.constantFrom({}, {}, { parts: [{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }] }),
        extra: later,
      })
      .map(({ withIds, args, responses, signatures, order, media, extra }) => {
        const idOf = (index: number) => (withIds ? { id: `id-${index}` } : {});
        const places = withIds ? order : names.map((_, index) => index);
        return {
          calls: names.map((name, index) => ({
            functionCall: { name, args: args[index], ...idOf(index), ...extra },
            ...signatures[index],
          })),
          responses: places.map((index) => ({
            functionResponse: { name: names[index], response: responses[index], ...media, ...idOf(index) },
          })),
        };
      }),
  );

const userParts = fc.array(fc.oneof(textPart, mediaPart), { minLength: 1, maxLength: 3 });
const userRole = fc.constantFrom<JsonRecord[]>(
  { role: 'user' },
  { role: 'user' },
  {},
  { role: null },
  { role: 'function' },
);

const exchange: fc.Arbitrary<JsonRecord[]> = fc
  .record({
    role: userRole,
    asked: userParts,
    thoughts: fc.array(thoughtPart, { maxLength: 2 }),
    said: fc.array(textPart, { maxLength: 2 }),
    code: fc.constantFrom<(readonly JsonRecord[])[]>([], [], [], codeParts),
    turn: callsAndResponses,
    inPieces: fc.boolean(),
    extra: later,
  })
  .map(({ role, asked, thoughts, said, code, turn, inPieces, extra }) => {
    const spoken = [...thoughts, ...code, ...said, ...turn.calls];
    const pieces = inPieces ? spoken.map((piece) => [piece]) : [spoken];
    return [
      { ...role, parts: asked, ...extra },
      ...pieces.map((parts) => ({ role: 'model', parts })),
      ...(turn.responses.length > 0 ? [{ role: 'user', parts: turn.responses }] : []),
    ];
  });

const tools = fc.constantFrom<JsonRecord[]>(
  {},
  { tools: null },
  {
    tools: [
      {
        functionDeclarations: [
          {
            name: 'get_weather',
            description: 'W',
            parameters: { type: 'OBJECT', properties: { s: { type: 'STRING' } } },
          },
          { name: 'g', parametersJsonSchema: { $schema: 'x', type: 'object', properties: { n: { const: 1 } } } },
          { name: '7 odd names', parameters: { type: 'OBJECT', properties: {} }, behavior: 'X' },
        ],
      },
      { googleSearch: {} },
    ],
    toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['g'] }, retrievalConfig: {} },
  },
  {
    tools: [{ function_declarations: [{ name: 'g' }] }],
    tool_config: { function_calling_config: { mode: 'auto', later: 1 } },
  },
  {
    tools: [{ functionDeclarations: [{ name: 'g' }, { name: 'h' }] }],
    toolConfig: { functionCallingConfig: { mode: 'VALIDATED', allowedFunctionNames: ['g'] } },
  },
);

const settings = fc
  .tuple(
    fc.constantFrom({}, { temperature: parseExactJson('1.0'), topP: 0.9, topK: 40 }, { top_k: 3, seed: 7 }),
    fc.constantFrom({}, { maxOutputTokens: 100 }, { max_output_tokens: parseExactJson('1e3') }),
    fc.constantFrom({}, { stopSequences: ['END', '\n'] }, { stop_sequences: [] }),
    fc.constantFrom({}, { presencePenalty: 0.5, frequencyPenalty: 0.1 }, { mediaResolution: 'LOW' }),
    fc.constantFrom(
      {},
      { thinkingConfig: { includeThoughts: true } },
      { thinkingConfig: { thinkingBudget: 500 } },
      { thinking_config: { thinking_level: 'LOW' } },
      { thinkingConfig: { thinkingBudget: -1, includeThoughts: true } },
    ),
    fc.constantFrom(
      {},
      { responseMimeType: 'application/json' },
      { responseMimeType: 'application/json', responseSchema: { type: 'ARRAY', items: { type: 'STRING' } } },
      { responseMimeType: 'application/json', responseJsonSchema: { type: 'object', properties: { a: { const: 1 } } } },
      { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a', 'b'] } },
    ),
  )
  .map((given): JsonRecord => Object.assign({}, ...given));

export const arbitraryBody: fc.Arbitrary<JsonRecord> = fc
  .record({
    system: fc.oneof(
      fc.constant({}),
      fc.record({
        systemInstruction: fc.oneof(
          text,
          userParts.map((parts) => ({ parts: parts.filter((given) => 'text' in given) })),
        ),
      }),
    ),
    exchanges: fc.array(exchange, { maxLength: 3 }),
    last: userParts,
    tools,
    settings,
    name: fc.constantFrom('generationConfig', 'generation_config'),
    extra: later,
    safety: fc.constantFrom<JsonRecord[]>({}, { safetySettings: [{ category: 'HARM_CATEGORY_X', threshold: 'OFF' }] }),
  })
  .map(({ system, exchanges, last, tools: given, settings: set, name, extra, safety }) => ({
    ...system,
    contents: [...exchanges.flat(), { role: 'user', parts: last }],
    ...given,
    [name]: set,
    ...extra,
    ...safety,
  }));
