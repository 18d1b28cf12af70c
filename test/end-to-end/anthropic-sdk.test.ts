import Anthropic, {
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  RateLimitError,
} from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

type MessageParam = Anthropic.MessageParam;

/** One model per family and the route that serves it. */
const places = [
  ['anthropic:claude-sonnet-4@20250514', 'vertex-anthropic'],
  ['anthropic:claude-opus-4-6', 'vertex-anthropic'],
  ['bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0', 'bedrock-anthropic'],
  ['anthropic:claude-sonnet-4@20250514', 'unified'],
  ['google:gemini-2.5-flash', 'vertex-gemini'],
  ['google:gemini-2.5-flash', 'unified'],
  ['openai:gpt-5.1', 'openai-responses'],
  ['openai:gpt-5.1', 'openai-chat'],
  ['openai:gpt-5.1', 'unified'],
] as const;
const weather: Anthropic.Tool = {
  name: 'get_weather',
  description: 'The weather of a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe.each(places)('the official @anthropic-ai/sdk package on %s (%s)', (model, route) => {
  let bench: TestBench;
  let client: Anthropic;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    await bench.useOnlyRoute(model, route);
    const { key } = await bench.generateKey();
    client = new Anthropic({ baseURL: bench.origin, apiKey: key, maxRetries: 0 });
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  const upstreamRequests = () => bench.simulator.control.requests({ kind: 'model' });
  const upstreamText = () => JSON.stringify(bench.simulator.control.lastRequest().body);
  const textOf = (message: { content: readonly { type: string; text?: string }[] }) =>
    message.content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('');

  it('creates', async () => {
    const message = await client.messages.create({
      model,
      max_tokens: 100,
      system: 'Be brief.',
      messages: [{ role: 'user', content: '你好，世界！' }],
      stop_sequences: ['END'],
      metadata: { user_id: 'somebody' },
    });
    expect(message).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn', stop_sequence: null });
    expect(textOf(message)).toBe('You said: 你好，世界！');
    expect(message.usage.input_tokens).toBeGreaterThan(0);
    expect(message.usage.output_tokens).toBeGreaterThan(0);
    expect(message._request_id).toBeTruthy();
    expect(upstreamText()).toContain('Be brief.');
    expect(upstreamRequests().at(-1)).toMatchObject({ route });
  });

  it('streams by its helper', async () => {
    const texts: string[] = [];
    const stream = client.messages
      .stream({ model, max_tokens: 100, messages: [{ role: 'user', content: 'one two three' }] })
      .on('text', (text) => void texts.push(text));
    const message = await stream.finalMessage();
    expect(texts.join('')).toBe('You said: one two three');
    expect(texts.length).toBeGreaterThan(1);
    expect(message.stop_reason).toBe('end_turn');
    expect(message.usage.output_tokens).toBeGreaterThan(0);
  });

  it.each(['whole', 'streamed'])('walks a loop over tools whose model thinks (%s)', async (form) => {
    bench.simulator.control.setDefault({ 'tool-call-count': 2, 'reasoning-text': 'Hmm' });
    const ask = async (messages: MessageParam[]): Promise<Anthropic.Message> => {
      const asking = {
        model,
        max_tokens: 4000,
        thinking: { type: 'enabled' as const, budget_tokens: 2000 },
        tools: [weather],
        messages,
      };
      return form === 'whole' ? client.messages.create(asking) : client.messages.stream(asking).finalMessage();
    };
    const messages: MessageParam[] = [{ role: 'user', content: 'get_weather of Paris' }];
    for (const forecast of ['It rains.', 'It snows.']) {
      const answer = await ask(messages);
      expect(answer.stop_reason).toBe('tool_use');
      const calls = answer.content.filter((block) => block.type === 'tool_use');
      expect(calls.map(({ name, input }) => [name, input])).toEqual(
        Array.from({ length: 2 }, () => ['get_weather', { city: expect.stringContaining('Paris') }]),
      );
      const results = calls.map(({ id }) => ({ type: 'tool_result' as const, tool_use_id: id, content: forecast }));
      messages.push({ role: 'assistant', content: answer.content }, { role: 'user', content: results });
      const said = await ask(messages);
      expect(textOf(said)).toContain(forecast);
      expect(said.stop_reason).toBe('end_turn');
      messages.push(
        { role: 'assistant', content: said.content },
        { role: 'user', content: 'get_weather of Paris again' },
      );
    }
  });

  it.each([false, true])('runs tools by its runner (stream: %s)', async (stream) => {
    bench.simulator.control.setDefault({ 'tool-call-count': 2 });
    const asked: string[] = [];
    const runner = client.beta.messages.toolRunner({
      model,
      max_tokens: 1000,
      stream,
      max_iterations: 4,
      messages: [{ role: 'user', content: 'get_weather of Paris' }],
      tools: [
        betaZodTool({
          name: 'get_weather',
          description: 'The weather of a city',
          inputSchema: z.object({ city: z.string() }),
          run: ({ city }) => {
            asked.push(city);
            return 'It rains.';
          },
        }),
      ],
    });
    const message = await runner;
    expect(asked).toHaveLength(2);
    expect(textOf(message)).toContain('It rains.');
    // The gateway refused the request that checks for thread support.
    expect(upstreamRequests()).toHaveLength(2);
  });

  it('adds tools, removes others and compacts while its runner runs', async () => {
    const makeTool = (name: string) =>
      betaZodTool({ name, description: name, inputSchema: z.object({}), run: () => `${name} was run.` });
    bench.simulator.control.script({ 'tool-name': 'first', 'tool-arguments-text': '{}' }, { text: 'Done.' });
    const runner = client.beta.messages.toolRunner({
      model,
      max_tokens: 1000,
      max_iterations: 4,
      messages: [{ role: 'user', content: 'Begin.' }],
      tools: [makeTool('first'), makeTool('second')],
    });
    const seen: string[] = [];
    for await (const message of runner) {
      seen.push(...message.content.map(({ type }) => type));
      if (seen.length > 1) continue;
      runner.addTools(makeTool('third'));
      runner.removeTools('second');
      bench.simulator.control.script();
      bench.simulator.control.setDefault({ text: 'The first tool was run.' });
      runner.compactBeforeNextTurn();
    }
    expect(seen).toEqual(['tool_use', 'compaction', 'text']);
    expect([upstreamText().includes('"third"'), upstreamText().includes('"second"')]).toEqual([true, false]);
    expect(upstreamText()).toContain('The first tool was run.');
  });

  it('calls no tool, one, any, and one at a time', async () => {
    const choose = (tool_choice: Anthropic.ToolChoice) =>
      client.messages.create({
        model,
        max_tokens: 1000,
        tools: [weather, { ...weather, name: 'other' }],
        tool_choice,
        messages: [{ role: 'user', content: 'Hello' }],
      });
    expect((await choose({ type: 'none' })).stop_reason).toBe('end_turn');
    expect((await choose({ type: 'any', disable_parallel_tool_use: true })).stop_reason).toBe('tool_use');
    const forced = await choose({ type: 'tool', name: 'other' });
    expect(forced.content.filter((block) => block.type === 'tool_use')).toMatchObject([{ name: 'other' }]);
  });

  it('answers in JSON by a schema', async () => {
    const schema = z.object({ city: z.string(), population: z.number() });
    const message = await client.messages.parse({
      model,
      max_tokens: 1000,
      messages: [{ role: 'user', content: 'Describe Paris.' }],
      output_config: { format: zodOutputFormat(schema) },
    });
    expect(schema.parse(message.parsed_output)).toEqual(message.parsed_output);
  });

  it('sees pictures', async () => {
    const message = await client.messages.create({
      model,
      max_tokens: 100,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
          ],
        },
      ],
    });
    expect(textOf(message)).toContain('1 image');
  });

  it('counts tokens', async () => {
    const count = async (content: string) =>
      (await client.messages.countTokens({ model, messages: [{ role: 'user', content }] })).input_tokens;
    const [short, long] = [await count('Hello'), await count('Hello '.repeat(100))];
    expect(short).toBeGreaterThan(0);
    expect(long).toBeGreaterThan(short + 50);
    const { input_tokens: withTools } = await client.beta.messages.countTokens({
      model,
      tools: [weather],
      messages: [{ role: 'user', content: 'Hello' }],
    });
    expect(withTools).toBeGreaterThan(short);
    expect(upstreamRequests()).toHaveLength(0);
  });

  it('lists models page by page, and shows one', async () => {
    const ids: string[] = [];
    for await (const { id } of client.models.list({ limit: 3 })) ids.push(id);
    expect(ids).toContain(model);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(3);
    const all = await client.models.list({ limit: 1000 });
    expect(all.data.map(({ id }) => id)).toEqual(ids);
    expect(await client.models.retrieve(model)).toMatchObject({ id: model, type: 'model' });
    await expect(client.models.retrieve('nothing')).rejects.toBeInstanceOf(NotFoundError);
  });

  it('learns what went wrong', async () => {
    const messages: MessageParam[] = [{ role: 'user', content: 'Hello' }];
    const stranger = new Anthropic({ baseURL: bench.origin, apiKey: 'wrong', maxRetries: 0 });
    await expect(stranger.messages.create({ model, max_tokens: 9, messages })).rejects.toBeInstanceOf(
      AuthenticationError,
    );
    await expect(client.messages.create({ model: 'nothing', max_tokens: 9, messages })).rejects.toMatchObject({
      status: 404,
      error: { type: 'error', error: { type: 'not_found_error', message: expect.stringContaining('nothing') } },
      requestID: expect.any(String),
    });
    await expect(client.messages.create({ model, max_tokens: 9, messages: [] })).rejects.toBeInstanceOf(
      BadRequestError,
    );
  });

  it('learns of a failure inside a stream', async () => {
    bench.simulator.control.setDefault({ 'stream-error': 'message', 'stream-error-at': 8, chunks: 12 });
    const stream = client.messages.stream({ model, max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] });
    const texts: string[] = [];
    stream.on('text', (text) => void texts.push(text));
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(APIError);
    expect(texts.length).toBeGreaterThan(0);
  });

  it('closes the upstream request when it leaves', async () => {
    bench.simulator.control.setDefault({ pace: 20, chunks: 1000 });
    const stream = client.messages.stream({ model, max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] });
    await new Promise<void>((resolve) => void stream.once('text', () => resolve()));
    stream.abort();
    await expect(stream.done()).rejects.toBeInstanceOf(APIUserAbortError);
    await bench.simulator.control.waitForOutcome('aborted-by-client');
  });
});

describe('the official @anthropic-ai/sdk package', () => {
  const model = 'anthropic:claude-sonnet-4@20250514';
  const asking = { model, max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hello' }] };
  let bench: TestBench;
  let credential: string;
  let key: string;

  beforeAll(async () => {
    bench = await startTestBench();
    credential = await bench.addCredential('one@example.com');
    key = (await bench.generateKey()).key;
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    bench.simulator.control.reset();
    await bench.admin('POST', `/credentials/${credential}/reset`);
  });

  it('does not wait for a limit of hours', async () => {
    bench.simulator.control.setDefault({ status: 429, 'error-body': 'daily-limit', 'retry-after': 7200 });
    const client = new Anthropic({ baseURL: bench.origin, apiKey: key, maxRetries: 2 });
    const startedAt = performance.now();
    await expect(client.messages.create(asking)).rejects.toBeInstanceOf(RateLimitError);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('may name its key either way, and any version and beta', async () => {
    for (const version of ['2023-06-01', '2026-10-21']) {
      const defaultHeaders = { 'anthropic-version': version, 'anthropic-beta': 'fast-mode-2026-02-01,unknown-2030' };
      for (const own of [{ apiKey: key }, { apiKey: null, authToken: key }]) {
        const client = new Anthropic({ baseURL: bench.origin, maxRetries: 0, defaultHeaders, ...own });
        expect((await client.beta.messages.create(asking)).stop_reason).toBe('end_turn');
      }
    }
  });

  it.each([
    ['x-api-key', { 'x-api-key': 'sk-ant-of-the-vendor' }, (own: string) => ({ authorization: `Bearer ${own}` })],
    ['authorization', { authorization: 'Bearer sk-ant-of-the-vendor' }, (own: string) => ({ 'x-api-key': own })],
  ])("may send the vendor's own key as well, in %s", async (_header, other, header) => {
    const ask = async (headers: Readonly<Record<string, string>>) => {
      const body = JSON.stringify(asking);
      const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
      return (await fetch(`${bench.origin}/v1/messages`, init)).status;
    };
    expect(await ask({ ...other, ...header(key) })).toBe(200);
    expect(await ask({ ...other, ...header('sk-wrong') })).toBe(401);
  });

  it('works in its form for Vertex AI, with the model in the path and none in the body', async () => {
    const at = (name: string) => `${bench.origin}/v1/projects/p/locations/us-east5/publishers/anthropic/models/${name}`;
    const ask = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
      return (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).text();
    };
    const { messages } = asking;
    for (const name of [model, 'claude-sonnet-4@20250514', 'openai:gpt-5.1']) {
      const body = { anthropic_version: 'vertex-2023-10-16', max_tokens: 100, messages };
      const whole = await ask(at(`${name}:rawPredict`), { ...body, stream: false });
      expect(JSON.parse(whole)).toMatchObject({ model: name, content: [{ type: 'text', text: 'You said: Hello' }] });
      const streamed = await ask(at(`${name}:streamRawPredict`), { ...body, stream: true });
      expect(streamed).toMatch(/^event: message_start\n.*"message_stop"\}\n\n$/s);
    }
    const counted = await ask(at('count-tokens:rawPredict'), { model, messages });
    expect(JSON.parse(counted)).toEqual({ input_tokens: expect.any(Number) });
  });

  it('learns that what is not on offer is not there', async () => {
    const client = new Anthropic({ baseURL: bench.origin, apiKey: key, maxRetries: 0 });
    await expect(client.messages.batches.list()).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.beta.files.list()).rejects.toMatchObject({ error: { error: { type: 'not_found_error' } } });
  });

  it('reads a stream through heartbeats', async () => {
    bench.simulator.control.setDefault({ silence: 400, 'silence-at': 4 });
    const quick = await startTestBench({ HEARTBEAT_MS: '50', ATLASSIAN_ORIGIN: bench.simulator.origin });
    try {
      await quick.addCredential('one@example.com');
      const own = new Anthropic({ baseURL: quick.origin, apiKey: (await quick.generateKey()).key });
      const pings: unknown[] = [];
      const stream = await own.messages.create({ ...asking, stream: true });
      for await (const event of stream) pings.push(event);
      expect(pings.length).toBeGreaterThan(3);
    } finally {
      await quick.close();
    }
  });
});
