import { ChatAnthropic } from '@langchain/anthropic';
import { type AIMessageChunk, HumanMessage, type ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const weather = tool(({ city }) => `sunshine over ${city}`, {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: z.object({ city: z.string() }),
});
const places = [
  ['anthropic:claude-sonnet-4@20250514', 'vertex-anthropic'],
  ['anthropic:claude-sonnet-4@20250514', 'unified'],
  ['google:gemini-2.5-flash', 'vertex-gemini'],
  ['openai:gpt-5.1', 'openai-responses'],
] as const;

function join(pieces: readonly AIMessageChunk[]): AIMessageChunk {
  return pieces.reduce((whole, piece) => whole.concat(piece));
}

describe.each(places)("LangChain's ChatAnthropic on %s (%s)", (name, route) => {
  let bench: TestBench;
  let key: string;
  let model: ChatAnthropic;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    await bench.useOnlyRoute(name, route);
    key = (await bench.generateKey()).key;
    model = create(name);
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  const create = (id: string, fields = {}) =>
    new ChatAnthropic({
      model: id,
      apiKey: key,
      anthropicApiUrl: bench.origin,
      maxRetries: 0,
      maxTokens: 4000,
      ...fields,
    });

  it('is answered', async () => {
    const answer = await model.invoke([
      ['system', 'Be brief.'],
      ['human', '你好，世界！'],
    ]);
    expect(answer.text).toBe('You said: 你好，世界！');
    expect(answer.response_metadata.stop_reason).toBe('end_turn');
    expect(answer.usage_metadata).toMatchObject({ total_tokens: expect.any(Number) });
  });

  it('streams', async () => {
    const pieces: AIMessageChunk[] = [];
    for await (const piece of await model.stream('one two three')) pieces.push(piece);
    const whole = join(pieces);
    expect(whole.text).toBe('You said: one two three');
    expect(pieces.length).toBeGreaterThan(2);
    expect(whole.usage_metadata).toMatchObject({ output_tokens: expect.any(Number) });
  });

  it.each([
    [false, {}],
    [true, {}],
    [false, { thinking: { type: 'enabled', budget_tokens: 2000 } }],
    [true, { thinking: { type: 'enabled', budget_tokens: 2000 } }],
  ])('loops over tools (stream: %s, %j)', async (stream, fields) => {
    bench.simulator.control.setDefault({ 'tool-call-count': 2 });
    const bound = create(name, fields).bindTools([weather]);
    const question = new HumanMessage('get_weather of Paris');
    const received: AIMessageChunk[] = [];
    if (stream) for await (const piece of await bound.stream([question])) received.push(piece);
    else received.push(await bound.invoke([question]));
    const first = join(received);
    expect(first.tool_calls?.map((call) => call.name)).toEqual(['get_weather', 'get_weather']);
    const results: ToolMessage[] = [];
    for (const call of first.tool_calls ?? []) results.push(await weather.invoke({ ...call, type: 'tool_call' }));
    const second = await bound.invoke([question, first, ...results]);
    expect(second.text).toMatch(/sunshine over .*Paris.*sunshine over/s);
  });

  it.each(['jsonSchema', 'functionCalling'] as const)('has its output structured by %s', async (method) => {
    const city = z.object({ name: z.string(), population: z.number() });
    const answer = await model.withStructuredOutput(city, { method, name: 'city' }).invoke('Describe Paris.');
    expect(answer).toEqual(city.parse(answer));
  });

  it('learns what went wrong', async () => {
    await expect(create('nothing').invoke('Hello')).rejects.toMatchObject({ status: 404 });
  });
});
