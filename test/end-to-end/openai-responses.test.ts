import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import type { Response, ResponseInputItem } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const models = ['openai:gpt-5.1', 'anthropic:claude-sonnet-4@20250514', 'google:gemini-2.5-flash-preview-04-17'];
const weather = {
  type: 'function' as const,
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
};

describe.each(models)('the official openai package on the Responses API, %s', (model) => {
  let bench: TestBench;
  let client: OpenAI;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    const { key } = await bench.generateKey();
    client = new OpenAI({ baseURL: bench.baseURL, apiKey: key, maxRetries: 0 });
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  it('creates a response', async () => {
    const response = await client.responses.create({ model, input: '你好，世界！', instructions: 'Be brief.' });
    expect(response).toMatchObject({ object: 'response', status: 'completed', model, error: null });
    expect(response.output_text).toBe('You said: 你好，世界！');
    expect(response.usage?.total_tokens).toBeGreaterThan(0);
    expect(JSON.stringify(bench.simulator.control.lastRequest().body)).toContain('Be brief.');
  });

  it('streams', async () => {
    const stream = client.responses.stream({ model, input: 'Hello there' });
    let text = '';
    for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta;
    expect(text).toBe('You said: Hello there');
    const final = await stream.finalResponse();
    expect(final.output_text).toBe(text);
    expect(final.usage?.output_tokens).toBeGreaterThan(0);
  });

  it('leaves out what Codex tells its own backend', async () => {
    const response = await fetch(`${bench.baseURL}/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, input: 'Hi', store: false, client_metadata: { session_id: 's' } }),
    });
    expect(response.status, await response.text()).toBe(200);
    const [sent, ...again] = bench.simulator.control.requests({ kind: 'model' });
    expect(sent?.bodyText).not.toContain('client_metadata');
    expect(again).toEqual([]);
  });

  it.each([false, true])('walks a tools round trip, with reasoning sent back (stream: %s)', async (streams) => {
    const settings = {
      model,
      tools: [weather],
      include: ['reasoning.encrypted_content' as const],
      reasoning: { effort: 'low' as const, summary: 'auto' as const },
      store: false,
    };
    const input: ResponseInputItem[] = [{ role: 'user', content: 'Weather in Paris, by the tool get_weather?' }];
    const ask = async (): Promise<Response> =>
      streams
        ? client.responses.stream({ ...settings, input }).finalResponse()
        : client.responses.create({ ...settings, input });
    const first = await ask();
    const call = first.output.find((item) => item.type === 'function_call');
    expect(call).toMatchObject({ name: 'get_weather', status: 'completed' });
    expect(JSON.parse(call?.arguments ?? '')).toHaveProperty('city');
    // The SDK sends its additions to an answer (`parsed_arguments`) back.
    input.push(...(first.output as ResponseInputItem[]));
    input.push({ type: 'function_call_output', call_id: call?.call_id ?? '', output: 'It rains.' });
    const second = await ask();
    expect(second.output_text).toContain('It rains.');
  });

  it('gives JSON by a schema', async () => {
    const format = zodTextFormat(z.object({ city: z.string(), rain: z.boolean() }), 'weather');
    const response = await client.responses.parse({ model, input: 'Weather?', text: { format } });
    expect(response.output_parsed).toEqual({ city: expect.any(String), rain: expect.any(Boolean) });
  });

  it('compacts, and goes on', async () => {
    const compacted = await client.responses.compact({ model, input: 'We agreed on blue.' });
    expect(compacted.output.at(-1)?.type).toBe('compaction');
    const input = [...(compacted.output as ResponseInputItem[]), { role: 'user' as const, content: 'And now?' }];
    const response = await client.responses.create({ model, input });
    expect(response.status).toBe('completed');
    expect(JSON.stringify(bench.simulator.control.lastRequest().body)).toContain('Summary of the conversation so far');
  });

  it('counts', async () => {
    const { input_tokens } = await client.responses.inputTokens.count({ model, input: 'Hello there' });
    expect(input_tokens).toBeGreaterThan(0);
  });

  it('tells errors as OpenAI does', async () => {
    const wrong = client.responses.create({ model, input: 'Hi', previous_response_id: 'resp_none' });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: 'previous_response_id' });
    bench.simulator.control.setDefault({ status: 500 });
    await expect(client.responses.create({ model, input: 'Hi' })).rejects.toBeInstanceOf(OpenAI.APIError);
  });
});
