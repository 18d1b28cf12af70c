import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isRecord, type JsonRecord, readArray, readRecord } from '../../server/lib/json.ts';
import { presets } from '../../simulator/presets.ts';
import { requireGeminiSchema, requireGeminiStream } from '../schemas/gemini.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

/*
 * Compliance cases of the Gemini API, one test each, on one model per family.
 */

const gemini = 'google:gemini-2.5-flash';
const models = [gemini, 'google:gemini-3-flash-preview', 'anthropic:claude-sonnet-4@20250514', 'openai:gpt-5.1'];
const picture = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } };
const user = (...parts: readonly object[]) => ({ role: 'user', parts });
const say = (text: string) => user({ text });
const malformed = presets['malformed-call'] ?? {};
const weather = {
  name: 'get_weather',
  parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] },
};

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonRecord;
}

let bench: TestBench;
let key: string;

/** A separate gateway per family, so that failures of one do not close routes of another. */
function useBench(): void {
  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    key = (await bench.generateKey()).key;
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());
}

function send(path: string, body: unknown, method = 'POST'): Promise<Response> {
  const isGemini = path.startsWith('/v1beta/') || path.startsWith('/v1/models');
  const own = isGemini ? { 'x-goog-api-key': key } : { authorization: `Bearer ${key}` };
  const headers = { ...own, 'content-type': 'application/json' };
  return fetch(bench.origin + path, { method, headers, ...(method === 'POST' && { body: JSON.stringify(body) }) });
}

async function generate(model: string, body: object, version = 'v1beta'): Promise<Answer> {
  const response = await send(`/${version}/models/${model}:generateContent`, body);
  const value: unknown = JSON.parse(await response.text());
  if (response.status === 200) requireGeminiSchema('FinalResponse', value);
  else requireGeminiSchema('HttpError', { status: response.status, body: value });
  return { status: response.status, headers: response.headers, body: readRecord(value) };
}

async function stream(model: string, body: object): Promise<readonly JsonRecord[]> {
  const response = await send(`/v1beta/models/${model}:streamGenerateContent?alt=sse`, body);
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text.endsWith('\n\n')).toBe(true);
  const chunks = text
    .slice(0, -2)
    .split('\n\n')
    .filter((block) => !block.startsWith(':'));
  const values = chunks.map((block): JsonRecord => readRecord(JSON.parse(block.replace(/^data: /, ''))));
  if (values.every(({ error }) => error === undefined)) requireGeminiStream(values);
  return values;
}

function partsOf(...answers: readonly JsonRecord[]): readonly JsonRecord[] {
  return answers.flatMap((answer) =>
    readArray(readRecord(readRecord(readArray(answer.candidates)[0]).content).parts).filter(isRecord),
  );
}
const textOf = (...answers: readonly JsonRecord[]) =>
  partsOf(...answers)
    .filter((part) => part.thought !== true)
    .map((part) => String(part.text ?? ''))
    .join('');
const finishOf = (answer: JsonRecord | undefined) =>
  readRecord(readArray(readRecord(answer).candidates)[0]).finishReason;
const callsOf = (...answers: readonly JsonRecord[]) =>
  partsOf(...answers).flatMap((part) => (isRecord(part.functionCall) ? [part.functionCall] : []));
const upstream = () => JSON.stringify(bench.simulator.control.lastRequest().body);

describe.each(models)('on %s', (model) => {
  useBench();
  const isNative = model.startsWith('google:');

  it('G1: a basic answer has its parts, its end, its usage and its names', async () => {
    const { body } = await generate(model, { contents: [say('Hello')] });
    expect(textOf(body)).toBe('You said: Hello');
    expect(finishOf(body)).toBe('STOP');
    const { promptTokenCount, candidatesTokenCount, totalTokenCount } = readRecord(body.usageMetadata);
    for (const count of [promptTokenCount, candidatesTokenCount, totalTokenCount]) expect(count).toBeGreaterThan(0);
  });

  it.each([
    ['a content', { systemInstruction: { parts: [{ text: 'Be brief.' }] } }],
    ["a content of the user's", { systemInstruction: { role: 'user', parts: [{ text: 'Be brief.' }] } }],
    ['a text', { systemInstruction: 'Be brief.' }],
    [
      'in snake case',
      { system_instruction: { parts: [{ text: 'Be brief.' }] }, generation_config: { max_output_tokens: 99 } },
    ],
  ])('G2: a system instruction, %s', async (_name, instruction) => {
    const { status } = await generate(model, { ...instruction, contents: [say('Hello')] });
    expect(status).toBe(200);
    expect(upstream()).toContain('Be brief.');
  });

  it('G3: a stream as events and as an array', async () => {
    const chunks = await stream(model, { contents: [say('one two three')] });
    expect(textOf(...chunks)).toBe('You said: one two three');
    expect(chunks.filter((chunk) => finishOf(chunk) !== undefined)).toEqual([chunks.at(-1)]);
    const array: unknown = await (
      await send(`/v1beta/models/${model}:streamGenerateContent`, { contents: [say('one two three')] })
    ).json();
    requireGeminiStream(readArray(array));
    expect(textOf(...readArray(array).map(readRecord))).toBe('You said: one two three');
  });

  it.each([false, true])('G5: a call in mode ANY is whole and has an id (stream: %s)', async (streamed) => {
    const body = {
      contents: [say('Weather in Paris?')],
      tools: [{ functionDeclarations: [weather] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    };
    const answers = streamed ? await stream(model, body) : [(await generate(model, body)).body];
    expect(callsOf(...answers)).toEqual([
      { id: expect.any(String), name: 'get_weather', args: { city: 'Weather in Paris?' } },
    ]);
    expect(finishOf(answers.at(-1))).toBe('STOP');
  });

  it.each([
    ['with ids', ['a', 'b'], ['a', 'b']],
    ['without ids', [undefined, undefined], [undefined, undefined]],
    ['in another order', ['a', 'b'], ['b', 'a']],
  ])('G6: parallel calls and their responses, %s', async (_name, callIds, responseIds) => {
    const named = (id: string | undefined) => (id === undefined ? {} : { id });
    const calls = callIds.map((id, index) => ({
      functionCall: { ...named(id), name: 'get_weather', args: { city: `c${index}` } },
    }));
    const responses = responseIds.map((id, index) => ({
      functionResponse: { ...named(id), name: 'get_weather', response: { output: `r${id ?? index}` } },
    }));
    const contents = [say('Weather?'), { role: 'model', parts: calls }, user(...responses)];
    const { status, body } = await generate(model, { contents, tools: [{ functionDeclarations: [weather] }] });
    expect([status, textOf(body).startsWith('The tool answered')]).toEqual([200, true]);
    const order =
      responseIds[0] === 'b' ? ['ra', 'rb'] : responses.map(({ functionResponse }) => functionResponse.response.output);
    expect(upstream().indexOf(order[0] ?? '')).toBeLessThan(upstream().indexOf(order[1] ?? ''));
  });

  it.each([
    ['with a picture', { response: { output: 'see' }, parts: [picture] }],
    ['that is a text', { response: 'sunny' }],
    ['that is a list', { response: ['sunny'] }],
  ])('G7: a response %s', async (_name, response) => {
    const call = { functionCall: { name: 'get_weather', args: {} } };
    const contents = [
      say('Weather?'),
      { role: 'model', parts: [call] },
      user({ functionResponse: { name: 'get_weather', ...response } }),
    ];
    expect((await generate(model, { contents, tools: [{ functionDeclarations: [weather] }] })).status).toBe(200);
  });

  it.each([
    ['is missing', {}],
    ['is the sentinel', { thoughtSignature: 'skip_thought_signature_validator' }],
    ['is no base64', { thoughtSignature: 'not base64 at all' }],
  ])('G8: a thought signature that %s', async (_name, signature) => {
    const call = { functionCall: { name: 'get_weather', args: { city: 'Paris' } }, ...signature };
    const contents = [
      say('Weather?'),
      { role: 'model', parts: [call] },
      user({ functionResponse: { name: 'get_weather', response: { output: 'x' } } }),
    ];
    const { status } = await generate(model, { contents, tools: [{ functionDeclarations: [weather] }] });
    expect(status).toBe(200);
    if (isNative) expect(upstream()).toContain('"thoughtSignature":"skip_thought_signature_validator"');
  });

  it('G8: a thought signature comes back on its part, twice', async () => {
    const tools = [{ functionDeclarations: [weather] }];
    const contents: object[] = [say('use get_weather')];
    const generationConfig = { thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 } };
    for (const city of ['Paris', 'Rome']) {
      const asking = { contents, tools, generationConfig, toolConfig: { functionCallingConfig: { mode: 'AUTO' } } };
      const answers = await stream(model, asking);
      const [call] = callsOf(...answers);
      expect(call).toMatchObject({ name: 'get_weather' });
      contents.push(
        { role: 'model', parts: partsOf(...answers) },
        user({ functionResponse: { ...call, args: undefined, response: { output: city } } }),
      );
      const { status, body } = await generate(model, { ...asking, contents });
      expect([status, textOf(body).includes(city)]).toEqual([200, true]);
      contents.push({ role: 'model', parts: partsOf(body) }, say('use get_weather again'));
    }
  });

  it('G9: thoughts only when they are asked for', async () => {
    const ask = async (thinkingConfig: object) =>
      partsOf((await generate(model, { contents: [say('Hello')], generationConfig: { thinkingConfig } })).body);
    const isThought = (part: JsonRecord) => part.thought === true;
    expect((await ask({ includeThoughts: false })).some(isThought)).toBe(false);
    expect((await ask({ thinkingBudget: 0 })).some(isThought)).toBe(false);
    if (!model.startsWith('openai:'))
      expect((await ask({ includeThoughts: true, thinkingBudget: 2048 })).some(isThought)).toBe(true);
  });

  it.each([
    ['upper case', { parameters: weather.parameters }],
    [
      'JSON Schema with all that Gemini lacks',
      {
        parametersJsonSchema: {
          $schema: 'https://json-schema.org/draft/2020-12/schema',
          type: 'object',
          properties: {
            city: { $ref: '#/$defs/city' },
            kind: { const: 'now' },
            tags: { type: 'array' },
            map: { type: 'object', propertyNames: { pattern: '^a' } },
          },
          required: ['city'],
          $defs: { city: { type: 'string' } },
        },
      },
    ],
  ])('G10: parameters in %s', async (_name, schema) => {
    const tools = [{ functionDeclarations: [{ name: 'get_weather', ...schema }] }];
    const { body } = await generate(model, {
      contents: [say('Weather?')],
      tools,
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    });
    expect(callsOf(body)).toMatchObject([{ name: 'get_weather', args: { city: 'Weather?' } }]);
  });

  it.each([
    [
      'responseSchema',
      { responseSchema: { type: 'OBJECT', properties: { ok: { type: 'BOOLEAN' } }, required: ['ok'] } },
      { ok: true },
    ],
    [
      'responseJsonSchema',
      {
        responseJsonSchema: {
          type: 'object',
          properties: { n: { type: 'integer' } },
          required: ['n'],
          additionalProperties: false,
        },
      },
      { n: 1 },
    ],
    [
      'responseSchema of a list',
      { responseSchema: { type: 'ARRAY', items: { type: 'STRING' }, minItems: '1' } },
      [expect.any(String)],
    ],
  ])('G11: JSON that fits a %s', async (_name, schema, expected) => {
    const generationConfig = { responseMimeType: 'application/json', ...schema };
    expect(JSON.parse(textOf((await generate(model, { contents: [say('?')], generationConfig })).body))).toEqual(
      expected,
    );
    expect(JSON.parse(textOf(...(await stream(model, { contents: [say('?')], generationConfig }))))).toEqual(expected);
  });

  it('G12: pictures are seen, documents taken, files that are elsewhere refused', async () => {
    expect(textOf((await generate(model, { contents: [user({ text: 'What?' }, picture)] })).body)).toContain('1 image');
    const document = { inlineData: { mimeType: 'application/pdf', data: 'JVBERi0=' } };
    expect((await generate(model, { contents: [user({ text: 'What?' }, document)] })).status).toBe(200);
    const file = {
      fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x', mimeType: 'image/png' },
    };
    const refused = await generate(model, { contents: [user({ text: 'What?' }, file)] });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { status: 'INVALID_ARGUMENT', message: expect.stringContaining('does not store files') } },
    });
  });

  it('G16: tokens of contents and of a whole request', async () => {
    const count = async (body: object) => {
      const value: unknown = await (await send(`/v1beta/models/${model}:countTokens`, body)).json();
      requireGeminiSchema('CountTokensResponse', value);
      return Number(readRecord(value).totalTokens);
    };
    const contents = [say('Hello there')];
    const alone = await count({ contents });
    const whole = {
      model: `models/${model}`,
      contents,
      systemInstruction: { parts: [{ text: 'Be brief and kind.' }] },
      tools: [{ functionDeclarations: [weather] }],
    };
    expect(alone).toBeGreaterThan(0);
    expect(await count({ generateContentRequest: whole })).toBeGreaterThan(alone);
  });

  it('G18: a model by its id, percent-encoded or not', async () => {
    for (const version of ['v1', 'v1beta']) {
      for (const name of [model, encodeURIComponent(model)])
        expect((await generate(name, { contents: [say('x')] }, version)).status).toBe(200);
    }
  });

  it('G19: heartbeats stand in blocks of their own', async () => {
    const slow = await startTestBench({ HEARTBEAT_MS: '30', ATLASSIAN_ORIGIN: bench.simulator.origin });
    try {
      await slow.addCredential('one@example.com');
      const own = await slow.generateKey();
      bench.simulator.control.setDefault({ pace: 100 });
      const headers = { 'x-goog-api-key': own.key, 'content-type': 'application/json' };
      const body = JSON.stringify({ contents: [say('one two three')] });
      const events = await (
        await fetch(`${slow.origin}/v1beta/models/${model}:streamGenerateContent?alt=sse`, {
          method: 'POST',
          headers,
          body,
        })
      ).text();
      const blocks = events.split('\n\n').filter((block) => block !== '');
      expect(blocks.some((block) => block.startsWith(':'))).toBe(true);
      expect(blocks.every((block) => /^(?:data: \{.*\}|:.*)$/.test(block))).toBe(true);
      const array = await (
        await fetch(`${slow.origin}/v1beta/models/${model}:streamGenerateContent`, { method: 'POST', headers, body })
      ).text();
      requireGeminiStream(readArray(JSON.parse(array)));
      // Google's Python libraries read from bracket to bracket.
      expect(array).toMatch(/^\[[\s\S]*\]$/);
    } finally {
      await slow.close();
    }
  });

  // From here on, the route is unhealthy.
  it('G3: an array that ends in an error is JSON', async () => {
    bench.simulator.control.setDefault({ 'stream-error': 'google', 'stream-error-at': 2 });
    const response = await send(`/v1beta/models/${model}:streamGenerateContent`, { contents: [say('one two three')] });
    const array: unknown = JSON.parse(await response.text());
    requireGeminiSchema('ErrorResponse', readArray(array).at(-1));
    expect(textOf(readRecord(readArray(array)[0]))).not.toBe('');
  });

  it('G15: errors have their form and their status', async () => {
    expect(await generate(model, { contents: [] })).toMatchObject({
      status: 400,
      body: { error: { code: 400, status: 'INVALID_ARGUMENT' } },
    });
    bench.simulator.control.setDefault({ status: 503 });
    const { status, headers } = await generate(model, { contents: [say('x')] });
    expect([status >= 500, headers.get('content-type')]).toEqual([true, 'application/json; charset=utf-8']);
    bench.simulator.control.setDefault({ status: 200, 'stream-error': 'google', 'stream-error-at': 2 });
    const chunks = await stream(model, { contents: [say('one two three')] });
    requireGeminiSchema('ErrorResponse', chunks.at(-1));
  });
});

describe('on Gemini itself', () => {
  useBench();

  it('G4: a usage of its own and an end without a part are one last chunk', async () => {
    bench.simulator.control.setDefault({ usage: 'trailing', 'last-chunk': 'empty' });
    const chunks = await stream(gemini, { contents: [say('one two')] });
    for (const chunk of chunks) expect(partsOf(chunk).length).toBeGreaterThan(0);
    expect(chunks.at(-1)).toHaveProperty('usageMetadata');
  });

  const messages = [{ role: 'user', content: 'Hello' }];
  /** One request per API: path and body. */
  const apis: Readonly<Record<string, (stream: boolean) => readonly [string, object]>> = {
    Gemini: (stream) => [
      `/v1beta/models/${gemini}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
      { contents: [say('Hello')] },
    ],
    'Chat Completions': (stream) => ['/v1/chat/completions', { model: gemini, stream, messages }],
    Messages: (stream) => ['/v1/messages', { model: gemini, stream, messages, max_tokens: 100 }],
    Responses: (stream) => ['/v1/responses', { model: gemini, stream, input: messages }],
  };

  it.each(
    Object.entries(apis).flatMap(([api, write]) => [
      { api, form: 'whole', request: write(false) },
      { api, form: 'streamed', request: write(true) },
    ]),
  )('G13: a malformed call is asked for once more ($api, $form)', async ({ request: [path, body] }) => {
    const ask = () => send(path, body);
    bench.simulator.control.next(malformed);
    const answered = await ask();
    expect(answered.status).toBe(200);
    expect(await answered.text()).toContain('Hello');
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(2);
    bench.simulator.control.setDefault(malformed);
    expect((await ask()).status).toBeGreaterThanOrEqual(500);
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(4);
    const { body: listed } = await bench.admin('GET', '/credentials');
    expect(listed).toMatchObject({ credentials: [{ state: { name: 'ready' } }] });
    bench.simulator.control.reset();
    expect((await ask()).status).toBe(200);
  });

  it.each(
    Object.entries(apis).flatMap(([api, write]) => [
      { api, form: 'whole', request: write(false) },
      { api, form: 'streamed', request: write(true) },
    ]),
  )('an answer without a word is asked for once more ($api, $form)', async ({ request: [path, body] }) => {
    const ask = () => send(path, body);
    bench.simulator.control.next({ words: 'none' });
    const answered = await ask();
    expect([answered.status, await answered.text()]).toEqual([200, expect.stringContaining('Hello')]);
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(2);
    bench.simulator.control.setDefault({ words: 'none' });
    expect((await ask()).status).toBe(200);
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(4);
  });

  it('G14: a blocked prompt has feedback and no candidates; elsewhere it is filtered', async () => {
    bench.simulator.control.setDefault({ 'block-reason': 'PROHIBITED_CONTENT' });
    for (const path of ['generateContent', 'streamGenerateContent']) {
      const value: unknown = await (await send(`/v1beta/models/${gemini}:${path}`, { contents: [say('x')] })).json();
      const [answer] = Array.isArray(value) ? value : [value];
      requireGeminiSchema('StreamChunk', answer);
      expect(answer).toMatchObject({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
      expect(answer).not.toHaveProperty('candidates');
    }
    const filtered: readonly [string, object][] = [
      ['Chat Completions', { choices: [{ finish_reason: 'content_filter' }] }],
      ['Messages', { stop_reason: 'refusal' }],
      ['Responses', { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }],
    ];
    for (const [api, expected] of filtered) {
      const request = apis[api]?.(false);
      if (request !== undefined) expect(await (await send(...request)).json(), api).toMatchObject(expected);
    }
  });

  it('passes what the gateway has no word for', async () => {
    const safetySettings = [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }];
    await generate(gemini, {
      contents: [say('x')],
      safetySettings,
      tools: [{ googleSearch: {} }],
      labels: { team: 'a' },
    });
    expect(bench.simulator.control.lastRequest().body).toMatchObject({
      safetySettings,
      tools: [{ googleSearch: {} }],
      labels: { team: 'a' },
    });
    const { headers } = await generate('anthropic:claude-sonnet-4@20250514', {
      contents: [say('x')],
      tools: [{ googleSearch: {} }],
    });
    expect(headers.get('x-gateway-warnings')).toContain('googleSearch');
  });

  it.each([
    ['google:gemini-3-flash-preview', 'low', { thinkingLevel: 'low' }],
    ['google:gemini-3-flash-preview', 'XHIGH', { thinkingLevel: 'HIGH' }],
    ['google:gemini-3-flash-preview', 'THINKING_LEVEL_UNSPECIFIED', {}],
    ['google:gemini-2.5-flash', 'THINKING_LEVEL_UNSPECIFIED', {}],
    ['google:gemini-2.5-flash', 'LOW', { thinkingBudget: 4096 }],
  ])('%s is told the level %s as it has it', async (model, thinkingLevel, expected) => {
    const thinkingConfig = { thinkingLevel, includeThoughts: true };
    const { status } = await generate(model, { contents: [say('x')], generationConfig: { thinkingConfig } });
    const { generationConfig } = readRecord(bench.simulator.control.lastRequest().body);
    expect([status, readRecord(generationConfig).thinkingConfig]).toEqual([
      200,
      { includeThoughts: true, ...expected },
    ]);
  });

  it("takes Google's other name of a schema", async () => {
    const schema = { type: 'object', properties: { colour: { type: 'string' } }, required: ['colour'] };
    const generationConfig = { responseMimeType: 'application/json', _responseJsonSchema: schema };
    const { body } = await generate('google:gemini-2.5-flash', { contents: [say('x')], generationConfig });
    expect(JSON.parse(textOf(body))).toEqual({ colour: expect.any(String) });
  });
});

describe('models', () => {
  useBench();

  it.each(['v1', 'v1beta', 'v1alpha'])('G17: are listed page by page and shown (%s)', async (version) => {
    const names: unknown[] = [];
    let token = '';
    do {
      const value: unknown = await (
        await send(`/${version}/models?pageSize=4&pageToken=${token}`, undefined, 'GET')
      ).json();
      requireGeminiSchema('ListModelsResponse', value);
      const { models: page, nextPageToken } = readRecord(value);
      names.push(...readArray(page).map((model) => readRecord(model).name));
      token = String(nextPageToken ?? '');
    } while (token !== '');
    for (const model of models) expect(names).toContain(`models/${model}`);
    expect(new Set(names).size).toBe(names.length);
    const shown: unknown = await (await send(`/${version}/models/${models[2]}`, undefined, 'GET')).json();
    requireGeminiSchema('Model', shown);
    expect(shown).toMatchObject({
      name: `models/${models[2]}`,
      supportedGenerationMethods: expect.arrayContaining(['generateContent']),
    });
  });

  it('what is kept nowhere is not found', async () => {
    for (const path of ['/v1beta/models/x:batchEmbedContents', '/v1beta/files', '/v1beta/cachedContents']) {
      const response = await send(path, {});
      requireGeminiSchema('HttpError', { status: response.status, body: await response.json() });
      expect(response.status).toBe(404);
    }
  });
});
