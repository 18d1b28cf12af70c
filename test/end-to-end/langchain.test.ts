import { type AIMessageChunk, HumanMessage, type ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const weather = tool(({ city }) => `sunshine over ${city}`, {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: z.object({ city: z.string() }),
});

function join(pieces: readonly AIMessageChunk[]): AIMessageChunk {
  return pieces.reduce((whole, piece) => whole.concat(piece));
}

/** One model per family with its native route. */
const models = [
  'anthropic:claude-sonnet-4@20250514',
  'bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0',
  'google:gemini-2.5-flash',
  'openai:gpt-5.1',
] as const;

describe.each(models)('LangChain with %s', (id) => {
  let bench: TestBench;
  let model: ChatOpenAI;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    const { key } = await bench.generateKey();
    model = new ChatOpenAI({
      model: id,
      apiKey: key,
      configuration: { baseURL: bench.baseURL },
      maxRetries: 0,
    });
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  it('is answered', async () => {
    const answer = await model.invoke([
      ['system', 'Be brief.'],
      ['human', '你好，世界！'],
    ]);
    expect(answer.content).toBe('You said: 你好，世界！');
    expect(answer.response_metadata.finish_reason).toBe('stop');
    expect(answer.usage_metadata).toMatchObject({ total_tokens: expect.any(Number) });
  });

  it('streams', async () => {
    const pieces: AIMessageChunk[] = [];
    for await (const piece of await model.stream('one two three')) pieces.push(piece);
    const whole = join(pieces);
    expect(whole.content).toBe('You said: one two three');
    expect(pieces.length).toBeGreaterThan(2);
    expect(whole.usage_metadata).toMatchObject({ output_tokens: expect.any(Number) });
  });

  it.each([
    [false, 'none'],
    [true, 'none'],
    [false, 'medium'],
    [true, 'medium'],
  ] as const)('loops over tools (stream: %s, reasoning effort: %s)', async (stream, effort) => {
    bench.simulator.control.setDefault({ 'tool-stream': 'fragments', 'tool-call-count': 2 });
    const bound = model.bindTools([weather], { reasoning: { effort } });
    const question = new HumanMessage('get_weather of Paris');
    const pieces = stream ? await bound.stream([question]) : [await bound.invoke([question])];
    const received: AIMessageChunk[] = [];
    for await (const piece of pieces) received.push(piece);
    const first = join(received);
    expect(first.tool_calls?.map(({ name, args }) => [name, args])).toEqual([
      ['get_weather', { city: 'get_weather of Paris' }],
      ['get_weather', { city: 'get_weather of Paris' }],
    ]);
    const results: ToolMessage[] = [];
    for (const call of first.tool_calls ?? []) results.push(await weather.invoke({ ...call, type: 'tool_call' }));
    const second = await bound.invoke([question, first, ...results]);
    const text = 'sunshine over get_weather of Paris';
    // Gemini accepts only objects as results.
    const result = id.startsWith('google:') ? JSON.stringify({ output: text }) : text;
    expect(second.content).toBe(`The tool answered: ${result} ; ${result}`);
  });

  const city = z.object({ name: z.string(), population: z.number() });

  it.each(['jsonSchema', 'functionCalling'] as const)('has its output structured by %s', async (method) => {
    const answer = await model.withStructuredOutput(city, { method, name: 'city' }).invoke('Describe Paris.');
    expect(answer).toEqual(city.parse(answer));
  });

  it('has its output structured by jsonMode', async () => {
    bench.simulator.control.setDefault({ text: '{"name": "Paris", "population": 2000000}' });
    const structured = model.withStructuredOutput(city, { method: 'jsonMode' });
    expect(await structured.invoke('Describe Paris as JSON.')).toEqual({ name: 'Paris', population: 2_000_000 });
  });

  it('runs several at once', async () => {
    const answers = await model.batch(['one', 'two', 'three']);
    expect(answers.map(({ content }) => content)).toEqual(['one', 'two', 'three'].map((word) => `You said: ${word}`));
  });

  it('learns what went wrong', async () => {
    const lost = new ChatOpenAI({
      model: 'nothing',
      apiKey: model.apiKey as string,
      configuration: { baseURL: bench.baseURL },
      maxRetries: 0,
    });
    await expect(lost.invoke('Hello')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });
});
