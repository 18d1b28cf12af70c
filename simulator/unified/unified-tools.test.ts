import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { chat, pick, readEvents, streamChat } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

async function whole(knobs: string, payload = {}): Promise<unknown> {
  const answer = await chat(simulator, { knobs, payload });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text);
}

async function events(knobs: string, payload = {}): Promise<readonly unknown[]> {
  const answer = await streamChat(simulator, { knobs, payload });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  return readEvents(answer.text);
}

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 3 }, unit: { enum: ['c', 'f'] } },
      required: ['city', 'days', 'unit'],
    },
  },
};

describe('tool calls', () => {
  const payload = { tools: [weather], messages: [{ role: 'user', content: 'Use a tool' }] };
  const calls = 'response_payload.choices.0.message.tool_calls';
  const expected = { city: 'Use a tool', days: 3, unit: 'c' };

  test('are made when asked for, with arguments by the schema', async () => {
    simulator.control.reset();
    const told = await whole('', payload);
    expect(told).toHaveProperty(calls, [
      {
        index: 0,
        id: 'call_1_0',
        type: 'function',
        function: { name: 'get_weather', arguments: JSON.stringify(expected) },
      },
    ]);
    expect(told).toHaveProperty('response_payload.choices.0.finish_reason', 'tool_use');
    expect(told).toHaveProperty('response_payload.choices.0.message.content', []);
  });

  test.each([
    ['a message that does not ask', {}, false],
    ['a message that names the tool', { messages: [{ role: 'user', content: 'try GET_WEATHER' }] }, true],
    ['tool_choice required', { tool_choice: 'required' }, true],
    ['tool_choice by name', { tool_choice: { type: 'function', function: { name: 'get_weather' } } }, true],
    ['tool_choice none', { tool_choice: 'none', messages: payload.messages }, false],
  ])('%s', async (_, over, isCalled) => {
    const told = await whole('', { tools: [weather], ...over });
    if (isCalled) expect(told).toHaveProperty(calls);
    else expect(told).not.toHaveProperty(calls);
  });

  test('a tool result is answered with text', async () => {
    const messages = [
      { role: 'user', content: 'Use a tool' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: '21 °C' },
    ];
    expect(await whole('', { ...payload, messages })).toHaveProperty(
      'response_payload.choices.0.message.content.0.text',
      'The tool answered: 21 °C',
    );
  });

  test.each([
    ['object', expected],
    ['null', null],
    ['empty', ''],
  ])('tool-arguments=%s', async (form, told) => {
    expect(await whole(`tool-arguments=${form}`, payload)).toHaveProperty(`${calls}.0.function.arguments`, told);
  });

  test('arguments, id and index may be missing', async () => {
    expect(await whole('tool-arguments=absent,tool-id=missing,tool-index=missing', payload)).toHaveProperty(calls, [
      { type: 'function', function: { name: 'get_weather' } },
    ]);
  });

  test('several calls, with ids that are the same', async () => {
    const told = await whole('tool-call-count=3,tool-id=duplicate', payload);
    expect(told).toHaveProperty(`${calls}.length`, 3);
    expect(told).toHaveProperty(`${calls}.2.index`, 2);
    expect(pick(told, `${calls}.2.id`)).toBe(pick(told, `${calls}.0.id`));
  });

  test('are streamed whole, a chunk each', async () => {
    const told = await events('tool-call-count=2', payload);
    expect(told).toHaveLength(4);
    expect(told[1]).toHaveProperty(`${calls}.0.function.arguments`, JSON.stringify(expected));
  });

  test('are streamed in fragments by index', async () => {
    const told = await events(
      'tool-call-count=2,tool-stream=fragments,tool-fragment-size=10,stream-end=no-done',
      payload,
    );
    const fragments = told.slice(0, -1).map((chunk) => pick(chunk, `${calls}.0`));
    for (const index of [0, 1]) {
      const own = fragments.filter((fragment) => pick(fragment, 'index') === index);
      expect(own[0]).toMatchObject({ id: expect.any(String), function: { name: 'get_weather', arguments: '' } });
      expect(own[1]).not.toHaveProperty('id');
      expect(own.map((fragment) => pick(fragment, 'function.arguments')).join('')).toBe(JSON.stringify(expected));
    }
  });
});

describe('response_format', () => {
  const payload = {
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'x',
        schema: {
          type: 'object',
          properties: { ok: { type: 'boolean' }, tags: { type: 'array', items: { type: 'string' } } },
        },
      },
    },
  };
  const text = 'response_payload.choices.0.message.content.0.text';

  test('is honoured, ignored or refused', async () => {
    expect(await whole('', payload)).toHaveProperty(text, '{"ok":true,"tags":["hello wide world"]}');
    expect(await whole('', { response_format: { type: 'json_object' } })).toHaveProperty(
      text,
      '{"answer":"hello wide world"}',
    );
    expect(await whole('response-format=ignore', payload)).toHaveProperty(text, 'You said: hello wide world');
    expect(await chat(simulator, { knobs: 'response-format=reject', payload })).toMatchObject({ status: 400 });
  });
});
