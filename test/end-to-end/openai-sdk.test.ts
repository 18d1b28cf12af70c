import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

describe('the official openai package', () => {
  let bench: TestBench;
  let client: OpenAI;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    const { key } = await bench.generateKey();
    client = new OpenAI({ baseURL: bench.baseURL, apiKey: key, maxRetries: 0 });
  });
  afterAll(() => bench.close());

  it('creates a completion', async () => {
    const completion = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: '你好，世界！' }],
    });
    expect(completion.object).toBe('chat.completion');
    expect(completion.model).toBe(model);
    expect(completion.choices[0]?.message.content).toContain('你好，世界！');
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('streams', async () => {
    const stream = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: '你好，世界！' }],
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
    expect(text).toContain('你好，世界！');
    expect(reasons).toEqual(['stop']);
    expect(usage).toBeGreaterThan(0);
  });

  it.each([false, true])('walks a tools round trip (stream: %s)', async (stream) => {
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Weather in Paris?' }];
    const first = stream
      ? await client.chat.completions
          .stream({ model, messages, tools: [weather], tool_choice: 'required' })
          .finalChatCompletion()
      : await client.chat.completions.create({ model, messages, tools: [weather], tool_choice: 'required' });
    const choice = first.choices[0];
    expect(choice?.finish_reason).toBe('tool_calls');
    const call = choice?.message.tool_calls?.[0];
    if (choice === undefined || call?.type !== 'function') throw new Error('no tool call came');
    expect(call.function.name).toBe('get_weather');
    expect(JSON.parse(call.function.arguments)).toHaveProperty('city');
    const second = await client.chat.completions.create({
      model,
      tools: [weather],
      messages: [
        ...messages,
        choice.message,
        { role: 'tool', tool_call_id: call.id, content: 'It rains cats and dogs.' },
      ],
    });
    expect(second.choices[0]?.message.content).toContain('It rains cats and dogs.');
    expect(second.choices[0]?.finish_reason).toBe('stop');
  });

  it('lists models and retrieves each by its id', async () => {
    const ids: string[] = [];
    for await (const entry of client.models.list()) ids.push(entry.id);
    expect(ids).toHaveLength(11);
    for (const id of ids) expect((await client.models.retrieve(id)).id).toBe(id);
    for (const form of [model, encodeURIComponent(model)]) {
      const response = await fetch(`${bench.baseURL}/models/${form}`, {
        headers: { authorization: `Bearer ${client.apiKey}` },
      });
      expect(response.status).toBe(200);
    }
  });

  it('raises AuthenticationError for a wrong key', async () => {
    const stranger = new OpenAI({ baseURL: bench.baseURL, apiKey: 'sk-wrong', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(AuthenticationError);
    await expect(
      stranger.chat.completions.create({ model, messages: [{ role: 'user', content: 'x' }] }),
    ).rejects.toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' });
  });

  it('raises NotFoundError for an unknown model, naming it', async () => {
    const asking = client.chat.completions.create({
      model: 'no-such-model',
      messages: [{ role: 'user', content: 'x' }],
    });
    await expect(asking).rejects.toBeInstanceOf(NotFoundError);
    await expect(asking).rejects.toMatchObject({
      code: 'model_not_found',
      message: expect.stringContaining('no-such-model'),
    });
    await expect(client.models.retrieve('no-such-model')).rejects.toBeInstanceOf(NotFoundError);
  });

  it('raises BadRequestError naming the parameter', async () => {
    const asking = client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 42 as unknown as string }],
    });
    await expect(asking).rejects.toBeInstanceOf(BadRequestError);
    await expect(asking).rejects.toMatchObject({ param: 'messages[0].content' });
  });
});
