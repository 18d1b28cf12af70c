import { beforeAll, describe, expect, test } from 'vitest';
import { GATEWAY_PATH } from '../routes.ts';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { pick, type RawAnswer, readEvents, send } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

const messages = [{ role: 'user', content: 'hello world' }];
const parameters = { type: 'object', properties: { city: { type: 'string' } } };

function post(path: string, body: object, knobs = ''): Promise<RawAnswer> {
  return send(simulator, {
    path: `${GATEWAY_PATH}${path}`,
    body,
    headers: knobs === '' ? {} : { 'x-simulate': knobs },
  });
}

describe.each([
  ['/v1/openai/v1/chat/completions', 'gpt-5.1', 'openai-chat'],
  ['/v1/google/publishers/google/v1/chat/completions', 'gemini-2.5-pro', 'gemini-chat'],
])('%s', (path, model, route) => {
  test('answers whole', async () => {
    const answer = await post(path, { model, messages });
    expect(JSON.parse(answer.text)).toMatchObject({
      object: 'chat.completion',
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: 'You said: hello world' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 6, total_tokens: 9 },
    });
    expect(simulator.control.lastRequest()).toMatchObject({ route, model });
  });

  test('streams deltas, and usage when asked for', async () => {
    const told = readEvents(
      (await post(path, { model, messages, stream: true, stream_options: { include_usage: true } })).text,
    );
    expect(
      told
        .slice(0, -1)
        .map((chunk) => pick(chunk, 'choices.0.delta.content') ?? '')
        .join(''),
    ).toBe('You said: hello world');
    expect(told[0]).toMatchObject({
      object: 'chat.completion.chunk',
      choices: [{ delta: { role: 'assistant' }, finish_reason: null }],
      usage: null,
    });
    expect(told.at(-3)).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }] });
    expect(told.at(-2)).toMatchObject({ choices: [], usage: { total_tokens: 9 } });
    expect(told.at(-1)).toBe('[DONE]');
    expect((await post(path, { model, messages, stream: true })).text).not.toContain('usage');
  });

  test('calls tools', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters } }];
    const answer = await post(path, { model, messages, tools, tool_choice: 'required' });
    expect(JSON.parse(answer.text)).toMatchObject({
      choices: [
        {
          message: {
            content: null,
            tool_calls: [{ type: 'function', function: { name: 'f', arguments: '{"city":"hello world"}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
    });
  });

  test("has no other vendor's models, and says so in OpenAI's words", async () => {
    const answer = await post(path, { model: 'claude-opus-4@20250514', messages });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({
      error: {
        message: 'Model Id [claude-opus-4@20250514] not found',
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
    });
  });
});

describe('responses', () => {
  const path = '/v1/openai/v1/responses';

  test('answers whole', async () => {
    const answer = await post(path, { model: 'gpt-5.1', input: 'hello world' }, 'reasoning=thinking,reasoning-text=Hm');
    expect(JSON.parse(answer.text)).toMatchObject({
      object: 'response',
      status: 'completed',
      model: 'gpt-5.1',
      output: [
        { type: 'reasoning', summary: [{ text: 'Hm' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'You said: hello world' }] },
      ],
      usage: { input_tokens: 3, output_tokens: 7, total_tokens: 10 },
    });
  });

  test('streams named events, numbered', async () => {
    const answer = await post(path, { model: 'gpt-5.1', input: messages, stream: true });
    expect(answer.text).toMatch(/^event: response\.created\ndata: \{"type":"response\.created"/);
    const told = readEvents(answer.text);
    expect(told.map((event) => pick(event, 'sequence_number'))).toEqual(told.map((_, index) => index));
    const deltas = told.filter((event) => pick(event, 'type') === 'response.output_text.delta');
    expect(deltas.map((event) => pick(event, 'delta')).join('')).toBe('You said: hello world');
    expect(told.at(-1)).toMatchObject({
      type: 'response.completed',
      response: { status: 'completed', usage: { total_tokens: 9 } },
    });
  });

  test('calls functions and reads their output', async () => {
    const tools = [{ type: 'function', name: 'f', parameters }];
    const called = await post(path, {
      model: 'gpt-5.1',
      input: 'use f',
      tools,
      tool_choice: { type: 'function', name: 'f' },
    });
    expect(JSON.parse(called.text)).toMatchObject({
      output: [{ type: 'function_call', name: 'f', arguments: '{"city":"use f"}', call_id: expect.any(String) }],
    });
    const input = [
      { role: 'user', content: 'use f' },
      { type: 'function_call', call_id: 'c' },
      { type: 'function_call_output', call_id: 'c', output: '21' },
    ];
    expect((await post(path, { model: 'gpt-5.1', input, tools })).text).toContain('The tool answered: 21');
  });

  test('is incomplete when cut by max_output_tokens', async () => {
    const answer = await post(path, { model: 'gpt-5.1', input: 'hello world', max_output_tokens: 1 });
    expect(JSON.parse(answer.text)).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
  });

  test('needs an input', async () => {
    expect(await post(path, { model: 'gpt-5.1' })).toMatchObject({
      status: 400,
      text: expect.stringContaining("'input'"),
    });
  });
});
