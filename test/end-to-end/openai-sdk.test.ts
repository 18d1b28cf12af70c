import OpenAI, { AzureOpenAI } from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

/** One model per family with its native route: the vendor receives the parameters that shape an answer. */
const families = [
  {
    model: 'anthropic:claude-3-5-sonnet-v2@20241022',
    shaped: {
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
      temperature: 0.25,
      top_p: 0.5,
      max_tokens: 100,
      stop_sequences: ['END'],
    },
    upstreamModel: 'claude-3-5-sonnet-v2@20241022',
    asksForJson: { system: [{ type: 'text', text: expect.stringContaining('JSON') }] },
  },
  {
    model: 'bedrock:anthropic.claude-3-5-sonnet-20241022-v2:0',
    shaped: {
      system: [{ type: 'text', text: 'Be brief.' }],
      temperature: 0.25,
      top_p: 0.5,
      max_tokens: 100,
      stop_sequences: ['END'],
    },
    upstreamModel: 'anthropic.claude-3-5-sonnet-20241022-v2:0',
    asksForJson: { system: [{ type: 'text', text: expect.stringContaining('JSON') }] },
  },
  {
    model: 'google:gemini-2.5-flash',
    shaped: {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
      generationConfig: { temperature: 0.25, topP: 0.5, maxOutputTokens: 100, stopSequences: ['END'] },
    },
    upstreamModel: 'gemini-2.5-flash',
    asksForJson: { generationConfig: { responseMimeType: 'application/json' } },
    wrapsResults: true,
  },
  {
    model: 'openai:gpt-5.1',
    // Reasoning models refuse the others; the warnings report it.
    shaped: {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
      ],
      max_completion_tokens: 100,
    },
    upstreamModel: 'gpt-5.1',
    asksForJson: { response_format: { type: 'json_object' } },
    takesNoStop: true,
  },
] as const;
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const picture = 'data:image/png;base64,iVBORw0KGgo=';

describe.each(families)('the official openai package with $model', (family) => {
  const { model } = family;
  const takesNoStop = 'takesNoStop' in family;
  /** Gemini accepts only objects as results. */
  const resultOf = (text: string) => ('wrapsResults' in family ? JSON.stringify({ output: text }) : text);
  let bench: TestBench;
  let client: OpenAI;
  let key: string;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    key = (await bench.generateKey()).key;
    client = new OpenAI({ baseURL: bench.baseURL, apiKey: key, maxRetries: 0 });
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  /** The upstream request. */
  const payload = () => bench.simulator.control.lastRequest().body;
  const user = (content: string) => [{ role: 'user' as const, content }];

  it('creates a completion', async () => {
    const completion = await client.chat.completions.create({ model, messages: user('你好，世界！') });
    expect(completion.object).toBe('chat.completion');
    expect(completion.model).toBe(model);
    expect(completion.choices[0]?.message.content).toBe('You said: 你好，世界！');
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.choices[0]?.logprobs).toBeNull();
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
    expect(completion._request_id).toBeTruthy();
  });

  it('streams', async () => {
    const stream = await client.chat.completions.create({
      model,
      messages: user('你好，世界！'),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage = 0;
    const reasons: unknown[] = [];
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      if (chunk.choices[0]?.finish_reason != null) reasons.push(chunk.choices[0].finish_reason);
      usage += chunk.usage?.total_tokens ?? 0;
    }
    expect(text).toBe('You said: 你好，世界！');
    expect(reasons).toEqual(['stop']);
    expect(usage).toBeGreaterThan(0);
  });

  it.each([false, true])('walks a tools round trip (stream: %s)', async (stream) => {
    const messages: OpenAI.ChatCompletionMessageParam[] = user('Weather in Paris?');
    const asking = { model, messages, tools: [weather], tool_choice: 'required' as const };
    const first = stream
      ? await client.chat.completions.stream(asking).finalChatCompletion()
      : await client.chat.completions.create(asking);
    const choice = first.choices[0];
    expect(choice?.finish_reason).toBe('tool_calls');
    const call = choice?.message.tool_calls?.[0];
    if (choice === undefined || call?.type !== 'function') throw new Error('no tool call came');
    expect(call.function.name).toBe('get_weather');
    expect(JSON.parse(call.function.arguments)).toEqual({ city: 'Weather in Paris?' });
    const second = await client.chat.completions.create({
      model,
      tools: [weather],
      messages: [...messages, choice.message, { role: 'tool', tool_call_id: call.id, content: 'It rains.' }],
    });
    expect(second.choices[0]?.message.content).toBe(`The tool answered: ${resultOf('It rains.')}`);
    expect(second.choices[0]?.finish_reason).toBe('stop');
  });

  it.each([undefined, 'medium'] as const)(
    'runs tools by itself until the answer (reasoning effort: %s)',
    async (effort) => {
      const asked: string[] = [];
      const runner = client.chat.completions.runTools({
        model,
        ...(effort !== undefined && { reasoning_effort: effort }),
        messages: user('get_weather of Paris'),
        tools: [
          zodFunction({
            name: 'get_weather',
            parameters: z.object({ city: z.string() }),
            function: ({ city }) => {
              asked.push(city);
              return 'sunshine';
            },
          }),
        ],
      });
      expect(await runner.finalContent()).toBe(`The tool answered: ${resultOf('sunshine')}`);
      expect(asked).toEqual(['get_weather of Paris']);
    },
  );

  it.each([false, true])('speaks the legacy language of functions (stream: %s)', async (stream) => {
    const { parameters, name } = weather.function;
    const asking = {
      model,
      messages: user('Weather in Paris?'),
      functions: [{ name, parameters }],
      function_call: { name },
    };
    const first = stream
      ? await client.chat.completions.stream(asking).finalChatCompletion()
      : await client.chat.completions.create(asking);
    const choice = first.choices[0];
    expect(choice?.finish_reason).toBe('function_call');
    expect(choice?.message.tool_calls ?? []).toEqual([]);
    const call = choice?.message.function_call;
    expect(call?.name).toBe(name);
    expect(JSON.parse(call?.arguments ?? '')).toEqual({ city: 'Weather in Paris?' });
    const second = await client.chat.completions.create({
      model,
      functions: [{ name, parameters }],
      messages: [
        ...asking.messages,
        { role: 'assistant', content: null, function_call: call ?? null },
        { role: 'function', name, content: 'It rains.' },
      ],
    });
    expect(second.choices[0]?.message.content).toBe(`The tool answered: ${resultOf('It rains.')}`);
  });

  it.each([false, true])('gets every one of n choices (stream: %s)', async (stream) => {
    const asking = { model, n: 2, messages: user('Hello') };
    const completion = stream
      ? await client.chat.completions.stream(asking).finalChatCompletion()
      : await client.chat.completions.create(asking);
    expect(completion.choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, 'You said: Hello'],
      [1, 'You said: Hello'],
    ]);
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(2);
  });

  it('passes on what shapes the answer', async () => {
    await client.chat.completions.create({
      model,
      messages: [{ role: 'system', content: 'Be brief.' }, ...user('Hello')],
      temperature: 0.25,
      top_p: 0.5,
      max_tokens: 100,
      stop: ['END'],
    });
    expect(payload()).toMatchObject(family.shaped);
    expect(bench.simulator.control.lastRequest().model).toBe(family.upstreamModel);
  });

  it.each([false, true])('is told when the text was cut (stream: %s)', async (stream) => {
    const ask = async (limits: object) => {
      const asking = { model, messages: user('one two three STOP four five six seven eight'), ...limits };
      const { choices } = stream
        ? await client.chat.completions.stream(asking).finalChatCompletion()
        : await client.chat.completions.create(asking);
      return choices[0];
    };
    expect((await ask({ max_tokens: 3 }))?.finish_reason).toBe('length');
    if (takesNoStop) return;
    const stopped = await ask({ stop: 'STOP' });
    expect(stopped?.finish_reason).toBe('stop');
    expect(stopped?.message.content?.trim()).toBe('You said: one two three');
  });

  it('shows pictures', async () => {
    const completion = await client.chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: picture, detail: 'low' } },
            { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
          ],
        },
      ],
    });
    expect(completion.choices[0]?.message.content).toBe('You said: What is this? (with 2 images)');
    expect(JSON.stringify(payload())).toContain(picture);
  });

  const city = z.object({ name: z.string(), population: z.number().int(), districts: z.array(z.string()) });

  it('gets an object, also from a model that can only be asked for it in words', async () => {
    const text = '{"name": "Paris"}';
    const inWords = 'system' in family.asksForJson;
    bench.simulator.control.setDefault({ text: inWords ? `\`\`\`json\n${text}\n\`\`\`` : text });
    const completion = await client.chat.completions.create({
      model,
      messages: user('Describe Paris as JSON.'),
      response_format: { type: 'json_object' },
    });
    expect(JSON.parse(completion.choices[0]?.message.content ?? '')).toEqual({ name: 'Paris' });
    expect(payload()).toMatchObject(family.asksForJson);
  });

  it('gets an object of a schema, parsed', async () => {
    const asking = { model, messages: user('Describe Paris.'), response_format: zodResponseFormat(city, 'city') };
    const parsed = await client.chat.completions.parse(asking);
    expect(parsed.choices[0]?.message.parsed).toEqual(city.parse(parsed.choices[0]?.message.parsed));
    const streamed = await client.chat.completions.stream(asking).finalChatCompletion();
    expect(streamed.choices[0]?.message.parsed).toEqual(parsed.choices[0]?.message.parsed);
  });

  it('gets the parsed arguments of a call', async () => {
    const parsed = await client.chat.completions.parse({
      model,
      messages: user('Describe Paris.'),
      tools: [zodFunction({ name: 'describe_city', parameters: city })],
      tool_choice: 'required',
    });
    const call = parsed.choices[0]?.message.tool_calls?.[0];
    if (call?.type !== 'function') throw new Error('no tool call came');
    expect(call.function.parsed_arguments).toEqual(city.parse(JSON.parse(call.function.arguments)));
  });

  it('gets the text of a custom tool, whole and streaming, and sends it back', async () => {
    const input = '*** Begin Patch\n+ "é"';
    // OpenAI's models have such tools; others get functions.
    const isNative = model.startsWith('openai:');
    bench.simulator.control.setDefault({ 'tool-arguments-text': isNative ? input : JSON.stringify({ input }) });
    const grammar = { syntax: 'lark' as const, definition: 'start: /.+/s' };
    const asking = {
      model,
      messages: user('Change the file.'),
      tools: [{ type: 'custom' as const, custom: { name: 'patch', format: { type: 'grammar' as const, grammar } } }],
      tool_choice: { type: 'custom' as const, custom: { name: 'patch' } },
    };
    const whole = await client.chat.completions.create(asking);
    const streamed = await client.chat.completions.stream(asking).finalChatCompletion();
    const called = { id: expect.any(String), type: 'custom', custom: { name: 'patch', input } };
    for (const { choices } of [whole, streamed]) {
      expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [called] } });
    }
    expect(JSON.stringify(payload())).toContain(isNative ? '"syntax":"lark"' : 'lark grammar');
    const { message } = whole.choices[0] ?? {};
    const id = message?.tool_calls?.[0]?.id;
    if (message === undefined || id === undefined) throw new Error('no tool call came');
    const result = { role: 'tool' as const, tool_call_id: id, content: 'Done.' };
    const { tools } = asking;
    const next = await client.chat.completions.create({
      model,
      tools,
      messages: [...asking.messages, message, result],
    });
    expect(next.choices[0]?.message.content).toBe(`The tool answered: ${resultOf('Done.')}`);
    expect(JSON.stringify(payload())).toContain('*** Begin Patch');
  });

  it('works in its mode for Azure, by the deployment in the path', async () => {
    const azure = new AzureOpenAI({ endpoint: bench.origin, apiKey: key, apiVersion: '2024-10-21', maxRetries: 0 });
    const completion = await azure.chat.completions.create({ model, messages: user('Hello') });
    expect(completion.choices[0]?.message.content).toBe('You said: Hello');
    expect((await azure.responses.create({ model, input: 'Hello' })).output_text).toBe('You said: Hello');
    for (const body of [
      { messages: user('Hello') },
      { model: null, messages: user('你好') },
      { model: '', messages: user('Hi') },
    ]) {
      const path = `${bench.origin}/openai/deployments/${encodeURIComponent(model)}/chat/completions?api-version=1`;
      const headers = { 'api-key': key, 'content-type': 'application/json' };
      const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
      expect([response.status, await response.json()]).toMatchObject([200, { model }]);
      const { body: sent, path: sentTo } = bench.simulator.control.lastRequest();
      expect(JSON.stringify(sent) + sentTo).toContain(family.upstreamModel);
    }
  });

  it('tells the stream’s story by events', async () => {
    const seen: string[] = [];
    const stream = client.chat.completions
      .stream({ model, messages: user('a b c') })
      .on('content', (delta) => seen.push(delta))
      .on('error', (error) => seen.push(error.message));
    expect(await stream.finalContent()).toBe('You said: a b c');
    expect(seen.join('')).toBe('You said: a b c');
    expect(seen.length).toBeGreaterThan(1);
  });

  it('lists models and retrieves each by its id', async () => {
    const ids: string[] = [];
    for await (const entry of client.models.list()) ids.push(entry.id);
    expect(ids).toHaveLength(30);
    expect(ids.slice(0, 11).every((id) => /claude-(?:3|sonnet-4|opus-4)|gemini-2/.test(id))).toBe(true);
    for (const id of ids) expect((await client.models.retrieve(id)).id).toBe(id);
  });

  it('gets an answer of every model that is listed', async () => {
    for await (const { id } of client.models.list()) {
      const completion = await client.chat.completions.create({ model: id, messages: user('Hello'), max_tokens: 50 });
      expect([id, completion.choices[0]?.message.content]).toEqual([id, 'You said: Hello']);
    }
  });

  it.each([false, true])('leaving closes the upstream request (stream: %s)', async (stream) => {
    bench.simulator.control.setDefault(stream ? { pace: 20, chunks: 1000 } : { hang: 'before-headers' });
    const leaving = new AbortController();
    const asking = client.chat.completions.create(
      { model, messages: user('Hello'), stream },
      { signal: leaving.signal },
    );
    if (stream) {
      const chunks = await asking;
      if (!(Symbol.asyncIterator in chunks)) throw new Error('no stream came');
      for await (const _chunk of chunks) leaving.abort();
    } else {
      await bench.simulator.control.waitForState(({ inFlight }) => inFlight === 1);
      leaving.abort();
      await expect(asking).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    }
    await bench.simulator.control.waitForOutcome('aborted-by-client');
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(1);
  });

  it('may leave a stream by ending its loop', async () => {
    bench.simulator.control.setDefault({ pace: 20, chunks: 1000 });
    for await (const _chunk of await client.chat.completions.create({ model, messages: user('x'), stream: true }))
      break;
    await bench.simulator.control.waitForOutcome('aborted-by-client');
  });
});
