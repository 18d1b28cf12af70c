import { type AIMessageChunk, HumanMessage, type ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, type ChatOpenAIFields } from '@langchain/openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const models = ['openai:gpt-5.1', 'anthropic:claude-sonnet-4@20250514', 'google:gemini-2.5-flash'];
const weather = tool(({ city }) => `sunshine over ${city}`, {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: z.object({ city: z.string() }),
});

function join(pieces: readonly AIMessageChunk[]): AIMessageChunk {
  return pieces.reduce((whole, piece) => whole.concat(piece));
}

describe.each(models)('LangChain on the Responses API, %s', (name) => {
  let bench: TestBench;
  let create: (fields?: Partial<ChatOpenAIFields>) => ChatOpenAI;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    const { key } = await bench.generateKey();
    create = (fields = {}) =>
      new ChatOpenAI({
        model: name,
        apiKey: key,
        configuration: { baseURL: bench.baseURL },
        useResponsesApi: true,
        maxRetries: 0,
        ...fields,
      });
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  it('is answered, whole and streamed', async () => {
    const answer = await create().invoke([
      ['system', 'Be brief.'],
      ['human', '你好，世界！'],
    ]);
    expect(answer.text).toBe('You said: 你好，世界！');
    expect(answer.usage_metadata).toMatchObject({ total_tokens: expect.any(Number) });
    const pieces: AIMessageChunk[] = [];
    for await (const piece of await create().stream('one two three')) pieces.push(piece);
    expect(join(pieces).text).toBe('You said: one two three');
  });

  it.each([
    [false, {}],
    [true, {}],
    [false, { zdrEnabled: true }],
  ])('loops over tools (stream: %s, %j)', async (streams, fields) => {
    bench.simulator.control.setDefault({ 'tool-call-count': 2, 'reasoning-text': 'Hmm' });
    const bound = create({ reasoning: { effort: 'low', summary: 'auto' }, ...fields }).bindTools([weather]);
    const question = new HumanMessage('get_weather of Paris');
    const received: AIMessageChunk[] = [];
    for await (const piece of streams ? await bound.stream([question]) : [await bound.invoke([question])]) {
      received.push(piece);
    }
    const first = join(received);
    expect(first.tool_calls?.map((call) => call.name)).toEqual(['get_weather', 'get_weather']);
    const results: ToolMessage[] = [];
    for (const call of first.tool_calls ?? []) results.push(await weather.invoke({ ...call, type: 'tool_call' }));
    const second = await bound.invoke([question, first, ...results]);
    expect(second.text).toMatch(/^The tool answered: .*sunshine over .+ ; .*sunshine over /);
  });

  it('has its output structured', async () => {
    const city = z.object({ name: z.string(), population: z.number() });
    const answer = await create().withStructuredOutput(city, { name: 'city' }).invoke('Describe Paris.');
    expect(answer).toEqual(city.parse(answer));
  });

  it('goes on from the id of a response', async () => {
    const first = await create().invoke('My name is Ada.');
    const second = await create().invoke('And?', { previous_response_id: String(first.response_metadata.id) });
    expect(second.text).toContain('And?');
    expect(JSON.stringify(bench.simulator.control.lastRequest().body)).toContain('You said: My name is Ada.');
  });
});
