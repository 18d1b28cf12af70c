import OpenAI from 'openai';
import type { Response, ResponseInputItem } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isRecord, readArray, readRecord } from '../../server/lib/json.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const claude = 'anthropic:claude-sonnet-4-5@20250929';
const gemini = 'google:gemini-2.5-flash';
const gpt = 'openai:gpt-5.1';
const secret = 'A thought that nobody else may read.';
const weather = {
  type: 'function' as const,
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  strict: false,
};

describe('reasoning and tools', () => {
  let bench: TestBench;
  let client: OpenAI;
  let key: string;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    ({ key } = await bench.generateKey());
    client = new OpenAI({ baseURL: bench.baseURL, apiKey: key, maxRetries: 0 });
  });
  afterAll(() => bench.close());
  beforeEach(() => {
    bench.simulator.control.reset();
    bench.simulator.control.setDefault({ 'reasoning-text': secret });
  });

  const lastRequest = () => bench.simulator.control.lastRequest();
  const modelRequests = () => bench.simulator.control.requests({ kind: 'model' });
  const callsOf = (response: Response) => response.output.filter((item) => item.type === 'function_call');

  const params = { tools: [weather], reasoning: { effort: 'low' as const, summary: 'auto' as const } };
  const question = (city: string): ResponseInputItem => ({ role: 'user', content: `get_weather of ${city}` });
  const resultsFor = (response: Response): ResponseInputItem[] =>
    callsOf(response).map(({ call_id }) => ({ type: 'function_call_output', call_id, output: 'It rains.' }));

  it.each([false, true])(
    'go from model to model and back, their proofs in the client’s hands (streamed: %s)',
    async (streams) => {
      const input: ResponseInputItem[] = [];
      for (const [turn, model] of [claude, gemini, gpt, claude, gpt, gemini].entries()) {
        input.push(question(`town ${turn}`));
        for (const step of ['call', 'answer']) {
          const request = { ...params, model, input, store: false, include: ['reasoning.encrypted_content' as const] };
          const response = streams
            ? await client.responses.stream({ ...request, stream: true }).finalResponse()
            : await client.responses.create(request);
          expect([turn, step, response.status]).toEqual([turn, step, 'completed']);
          expect(callsOf(response)).toHaveLength(step === 'call' ? 1 : 0);
          input.push(...(response.output as ResponseInputItem[]), ...resultsFor(response));
        }
      }
      // The last model received its own signature back, and no reasoning as text.
      const sent = JSON.stringify(lastRequest().body);
      expect(sent).toMatch(/town 5"\}+,"thoughtSignature":"(?!skip)/);
      const texts = readArray(readRecord(lastRequest().body).contents)
        .flatMap((content) => readArray(readRecord(content).parts))
        .filter((part) => isRecord(part) && part.thought !== true);
      expect(JSON.stringify(texts)).not.toContain(secret);
    },
  );

  it('go from model to model and back by the id of the last response', async () => {
    let previous: string | undefined;
    for (const [turn, model] of [claude, gpt, gemini, claude].entries()) {
      const next = { ...params, model, ...(previous !== undefined && { previous_response_id: previous }) };
      const first = await client.responses.create({ ...next, input: [question(`town ${turn}`)] });
      const input = resultsFor(first);
      expect([turn, input.length]).toEqual([turn, 1]);
      const second = await client.responses.create({ ...params, model, input, previous_response_id: first.id });
      expect(second.output_text).toContain('It rains.');
      previous = second.id;
    }
    const sent = JSON.stringify(lastRequest().body);
    for (const turn of [0, 1, 2, 3]) expect(sent).toContain(`town ${turn}`);
    expect(sent).toContain('signature');
  });

  it('of GPT go by its Responses API, whoever asks', async () => {
    const chat = await bench.chat({
      model: gpt,
      messages: [{ role: 'user', content: 'get_weather of Paris' }],
      tools: [{ type: 'function', function: { name: 'get_weather', parameters: weather.parameters } }],
      reasoning_effort: 'low',
    });
    expect(chat.status).toBe(200);
    expect(await chat.json()).toMatchObject({
      choices: [{ message: { tool_calls: [{ function: { name: 'get_weather' } }] }, finish_reason: 'tool_calls' }],
    });
    expect(lastRequest()).toMatchObject({ route: 'openai-responses', body: { reasoning: { effort: 'low' } } });
    const messages = await fetch(`${bench.origin}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({
        model: gpt,
        max_tokens: 4000,
        thinking: { type: 'enabled', budget_tokens: 2000 },
        tools: [{ name: 'get_weather', input_schema: weather.parameters }],
        messages: [{ role: 'user', content: 'get_weather of Paris' }],
      }),
    });
    expect(messages.status).toBe(200);
    expect(readArray(readRecord(await messages.json()).content).map((block) => readRecord(block).type)).toEqual([
      'thinking',
      'tool_use',
    ]);
    expect(lastRequest()).toMatchObject({ route: 'openai-responses' });
    expect(modelRequests()).toHaveLength(2);
  });

  it('of GPT without reasoning go by the API that the client speaks', async () => {
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: weather.parameters } }];
    const answer = await bench.chat({ model: gpt, messages: [{ role: 'user', content: 'Hello' }], tools });
    expect(answer.status).toBe(200);
    expect(lastRequest()).toMatchObject({ route: 'openai-chat' });
  });
});
