import { ApiError, FunctionCallingConfigMode, GoogleGenAI, type Part, Type } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const gemini = 'google:gemini-2.5-flash-preview-04-17';
const claude = 'anthropic:claude-sonnet-4@20250514';
const picture = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } };
const weather = {
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] },
};
const lookUp = {
  name: 'look_up',
  parametersJsonSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { topic: { $ref: '#/$defs/topic' }, kind: { const: 'short' }, tags: { type: 'array' } },
    required: ['topic'],
    additionalProperties: false,
    $defs: { topic: { type: 'string' } },
  },
};

describe.each([gemini, claude])('the official @google/genai package on %s', (model) => {
  let bench: TestBench;
  let client: GoogleGenAI;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    const { key } = await bench.generateKey();
    client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: bench.origin } });
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  const upstreamText = () => JSON.stringify(bench.simulator.control.lastRequest().body);

  it('generates', async () => {
    const config = { systemInstruction: 'Be brief.', temperature: 0.5, maxOutputTokens: 100, stopSequences: ['END'] };
    const answer = await client.models.generateContent({ model, contents: '你好，世界！', config });
    expect(answer.text).toBe('You said: 你好，世界！');
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
    expect(answer.usageMetadata?.totalTokenCount).toBeGreaterThan(0);
    expect(answer.responseId).toBeTruthy();
    expect(upstreamText()).toContain('Be brief.');
  });

  it.each(['v1', 'v1beta1'])('generates, streams and counts in the mode for Vertex AI (%s)', async (apiVersion) => {
    const { key: apiKey } = await bench.generateKey();
    const httpOptions = { baseUrl: bench.origin, apiVersion };
    const vertex = new GoogleGenAI({ vertexai: true, apiKey, httpOptions });
    expect((await vertex.models.generateContent({ model, contents: 'Hello' })).text).toBe('You said: Hello');
    const chunks = await Array.fromAsync(await vertex.models.generateContentStream({ model, contents: 'Hello' }));
    expect(chunks.map(({ text }) => text ?? '').join('')).toBe('You said: Hello');
    expect((await vertex.models.countTokens({ model, contents: 'Hello' })).totalTokens).toBeGreaterThan(0);
  });

  it('streams', async () => {
    const stream = await client.models.generateContentStream({ model, contents: 'Hello there' });
    const chunks = await Array.fromAsync(stream);
    expect(chunks.map((chunk) => chunk.text ?? '').join('')).toBe('You said: Hello there');
    expect(chunks.length).toBeGreaterThan(1);
    const last = chunks.at(-1);
    expect(last?.candidates?.[0]?.finishReason).toBe('STOP');
    expect(last?.usageMetadata?.totalTokenCount).toBeGreaterThan(0);
    for (const chunk of chunks) expect(chunk.candidates?.[0]?.content?.parts?.length).toBeGreaterThan(0);
  });

  it.each(['streamed', 'whole'])('keeps the history of a chat over three turns (%s)', async (form) => {
    const chat = client.chats.create({ model });
    for (const message of ['first', 'second', 'third']) {
      let text = '';
      if (form === 'whole') text = (await chat.sendMessage({ message })).text ?? '';
      else for await (const chunk of await chat.sendMessageStream({ message })) text += chunk.text ?? '';
      expect(text).toBe(`You said: ${message}`);
    }
    const upstream = upstreamText();
    for (const said of ['first', 'You said: first', 'second', 'You said: second', 'third'])
      expect(upstream).toContain(said);
    expect(chat.getHistory().filter(({ role }) => role === 'user')).toHaveLength(3);
  });

  it.each([false, true])('walks a tools round trip (stream: %s)', async (stream) => {
    const config = {
      tools: [{ functionDeclarations: [weather, lookUp] }],
      toolConfig: {
        functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['get_weather'] },
      },
    };
    const asking = { model, contents: [{ role: 'user', parts: [{ text: 'Weather in Paris?' }] }], config };
    const answers = stream
      ? await Array.fromAsync(await client.models.generateContentStream(asking))
      : [await client.models.generateContent(asking)];
    const parts = answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
    const call = parts.find((part) => part.functionCall)?.functionCall;
    expect(call).toMatchObject({ name: 'get_weather', args: { city: 'Weather in Paris?' } });
    expect(call?.id).toBeTruthy();
    expect(answers.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
    const result: Part = {
      functionResponse: { ...(call?.id && { id: call.id }), name: 'get_weather', response: { output: 'It rains.' } },
    };
    const contents = [...asking.contents, { role: 'model', parts }, { role: 'user', parts: [result] }];
    const second = await client.models.generateContent({ model, contents, config: { tools: config.tools } });
    expect(second.text).toContain('It rains.');
  });

  it('walks a tools round trip in a chat whose model thinks', async () => {
    bench.simulator.control.setDefault({ reasoning: 'thinking', 'reasoning-text': 'Hmm' });
    const config = {
      tools: [{ functionDeclarations: [weather] }],
      thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 },
    };
    const chat = client.chats.create({ model, config });
    const calls = [];
    for await (const chunk of await chat.sendMessageStream({ message: 'use the tool get_weather' }))
      calls.push(...(chunk.functionCalls ?? []));
    expect(calls).toMatchObject([{ name: 'get_weather' }]);
    const [call] = calls;
    const response: Part = {
      functionResponse: { ...(call?.id && { id: call.id }), name: 'get_weather', response: { output: 'sunny' } },
    };
    let text = '';
    for await (const chunk of await chat.sendMessageStream({ message: [response] })) text += chunk.text ?? '';
    expect(text).toContain('sunny');
    expect((await chat.sendMessage({ message: 'thanks' })).text).toBe('You said: thanks');
  });

  it('answers in JSON by a schema', async () => {
    const responseSchema = { type: Type.OBJECT, properties: { ok: { type: Type.BOOLEAN } }, required: ['ok'] };
    const config = { responseMimeType: 'application/json', responseSchema };
    const answer = await client.models.generateContent({ model, contents: 'ok?', config });
    expect(JSON.parse(answer.text ?? '')).toEqual({ ok: true });
    const { responseSchema: _schema, ...plain } = config;
    const responseJsonSchema = { type: 'object', properties: { n: { type: 'integer' } }, additionalProperties: false };
    const second = await client.models.generateContent({
      model,
      contents: 'ok?',
      config: { ...plain, responseJsonSchema },
    });
    expect(JSON.parse(second.text ?? '')).toEqual({ n: 1 });
  });

  it('sees pictures, and refuses files that are elsewhere', async () => {
    const see = (part: Part) =>
      client.models.generateContent({ model, contents: [{ role: 'user', parts: [{ text: 'What is it?' }, part] }] });
    expect((await see(picture)).text).toContain('1 image');
    const file = {
      fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc', mimeType: 'image/png' },
    };
    await expect(see(file)).rejects.toMatchObject({
      name: 'ApiError',
      status: 400,
      message: expect.stringContaining('does not store files'),
    });
    const config = { cachedContent: 'cachedContents/abc' };
    await expect(client.models.generateContent({ model, contents: 'x', config })).rejects.toThrow(/cached/);
  });

  it('counts tokens', async () => {
    const short = await client.models.countTokens({ model, contents: 'Hello' });
    const long = await client.models.countTokens({ model, contents: 'Hello '.repeat(100) });
    expect(short.totalTokens).toBeGreaterThan(0);
    expect(long.totalTokens).toBeGreaterThan((short.totalTokens ?? 0) + 50);
  });

  it('lists models and shows one', async () => {
    const pager = await client.models.list({ config: { pageSize: 3 } });
    const names = [];
    for await (const { name } of pager) names.push(name);
    expect(names).toContain(`models/${model}`);
    expect(names.length).toBeGreaterThan(3);
    expect(await client.models.get({ model })).toMatchObject({ name: `models/${model}` });
    await expect(client.models.get({ model: 'nope' })).rejects.toMatchObject({ status: 404 });
  });

  it('says what went wrong', async () => {
    await expect(client.models.generateContent({ model: 'nope', contents: 'x' })).rejects.toMatchObject({
      name: 'ApiError',
      status: 404,
    });
    const stranger = new GoogleGenAI({ apiKey: 'wrong', httpOptions: { baseUrl: bench.origin } });
    await expect(stranger.models.generateContent({ model, contents: 'x' })).rejects.toMatchObject({ status: 401 });
    bench.simulator.control.setDefault({ 'stream-error': 'google', 'stream-error-at': 2 });
    const stream = await client.models.generateContentStream({ model, contents: 'one two three four' });
    await expect(Array.fromAsync(stream)).rejects.toBeInstanceOf(ApiError);
  });

  it('reads a stream through heartbeats', async () => {
    bench.simulator.control.setDefault({ silence: 400, 'silence-at': 1 });
    const quick = await startTestBench({ HEARTBEAT_MS: '50', ATLASSIAN_ORIGIN: bench.simulator.origin });
    try {
      await quick.addCredential('one@example.com');
      const { key } = await quick.generateKey();
      const own = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: quick.origin } });
      const chunks = await Array.fromAsync(
        await own.models.generateContentStream({ model, contents: 'one two three' }),
      );
      expect(chunks.map((chunk) => chunk.text ?? '').join('')).toBe('You said: one two three');
    } finally {
      await quick.close();
    }
  });
});
