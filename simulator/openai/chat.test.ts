import { beforeAll, describe, expect, test } from 'vitest';
import { gatewayPath } from '../routes.ts';
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
    path: `${gatewayPath}${path}`,
    body,
    headers: knobs === '' ? {} : { 'x-simulate': knobs },
  });
}

describe.each([
  ['/v1/openai/v1/chat/completions', 'gpt-5.1', 'openai-chat'],
  ['/v1/google/publishers/google/v1/chat/completions', 'gemini-2.0-flash-001', 'gemini-chat'],
])('%s', (path, model, route) => {
  test('answers whole', async () => {
    const answer = await post(path, { model, messages });
    expect(JSON.parse(answer.text)).toMatchObject({
      object: 'chat.completion',
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: 'You said: hello world' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 },
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
    expect(told.at(-2)).toMatchObject({ choices: [], usage: { total_tokens: 15 } });
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
});

test("has no other vendor's models, and says so in OpenAI's words", async () => {
  const answer = await post('/v1/openai/v1/chat/completions', { model: 'claude-opus-4@20250514', messages });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.text)).toEqual({
    error: {
      message: 'claude-opus-4@20250514 not available for the OpenAI vendor.',
      type: 'invalid_request_error',
      param: 'model',
      code: 'model_not_found',
    },
  });
});
