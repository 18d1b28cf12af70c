import { beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../start-simulator.ts';
import { askRoute, type NativeRequest, pick, type RawAnswer, readEvents } from '../../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

const parameters = { type: 'object', properties: { city: { type: 'string' } } };

const ask = (asked: NativeRequest): Promise<RawAnswer> => askRoute(simulator, 'openai-responses', asked);

test('answers whole, and repeats what was asked', async () => {
  const answer = await ask({ body: { input: 'hello world', instructions: 'be kind', store: false } });
  expect(JSON.parse(answer.text)).toMatchObject({
    object: 'response',
    status: 'completed',
    model: 'gpt-5.1',
    instructions: 'be kind',
    store: false,
    error: null,
    incomplete_details: null,
    output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'You said: hello world' }] }],
    usage: {
      output_tokens: 6,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    },
  });
});

test('streams named events, numbered', async () => {
  const answer = await ask({ body: { input: [{ role: 'user', content: 'hello world' }] }, stream: true });
  expect(answer.text).toMatch(/^event: response\.created\ndata: \{"type":"response\.created"/);
  const told = readEvents(answer.text);
  expect(told.map((event) => pick(event, 'sequence_number'))).toEqual(told.map((_, index) => index));
  const deltas = told.filter((event) => pick(event, 'type') === 'response.output_text.delta');
  expect(deltas.map((event) => pick(event, 'delta')).join('')).toBe('You said: hello world');
  expect(told.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed' } });
  const bare = await ask({ body: { input: 'hello' }, stream: true, knobs: 'event-lines=off' });
  expect(bare.text).not.toContain('event:');
});

describe('tools', () => {
  const tools = [{ type: 'function', name: 'f', parameters }];

  test('functions, and their outputs', async () => {
    const called = await ask({ body: { input: 'use f', tools, tool_choice: { type: 'function', name: 'f' } } });
    const item = pick(JSON.parse(called.text), 'output.0');
    expect(item).toMatchObject({ type: 'function_call', name: 'f', arguments: '{"city":"use f"}' });
    const output = { type: 'function_call_output', call_id: pick(item, 'call_id'), output: '21' };
    const answered = await ask({ body: { input: [{ role: 'user', content: 'use f' }, item, output], tools } });
    expect(answered.text).toContain('The tool answered: 21');
  });

  test('custom tools take text, and namespaces keep their name', async () => {
    const body = {
      input: 'use both tools',
      tools: [
        { type: 'custom', name: 'patch', format: { type: 'text' } },
        { type: 'namespace', name: 'agents', tools },
      ],
    };
    const answer = await ask({ body, knobs: 'tool-call-count=2' });
    expect(JSON.parse(answer.text)).toMatchObject({
      output: [
        { type: 'custom_tool_call', id: expect.stringMatching(/^ctc_/), name: 'patch', input: 'use both tools' },
        { type: 'function_call', name: 'f', namespace: 'agents' },
      ],
    });
  });

  test('arguments come in fragments when asked, and are told with the name at the end', async () => {
    const body = { input: 'use f', tools };
    const told = readEvents((await ask({ body, stream: true, knobs: 'tool-stream=fragments' })).text);
    const deltas = told.filter((event) => pick(event, 'type') === 'response.function_call_arguments.delta');
    expect(deltas.length).toBeGreaterThan(1);
    expect(told).toContainEqual(
      expect.objectContaining({
        type: 'response.function_call_arguments.done',
        name: 'f',
        arguments: deltas.map((event) => pick(event, 'delta')).join(''),
      }),
    );
  });
});

describe('reasoning', () => {
  const body = { input: 'hello', reasoning: { effort: 'high', summary: 'auto' } };

  test('is summarised when asked, with its proof when included', async () => {
    const include = ['reasoning.encrypted_content'];
    const answer = await ask({ body: { ...body, include } });
    expect(JSON.parse(answer.text)).toMatchObject({
      output: [
        {
          type: 'reasoning',
          summary: [{ type: 'summary_text', text: 'The simulator thinks about the question.' }],
          encrypted_content: expect.any(String),
        },
        { type: 'message' },
      ],
      usage: { output_tokens_details: { reasoning_tokens: 10 } },
    });
    const bare = await ask({ body: { input: 'hello', reasoning: { effort: 'high' } } });
    expect(pick(JSON.parse(bare.text), 'output.0')).toEqual({
      id: expect.stringMatching(/^rs_/),
      type: 'reasoning',
      summary: [],
    });
  });

  test('streams its summary', async () => {
    const told = readEvents((await ask({ body, stream: true })).text);
    const types = told.map((event) => pick(event, 'type')).filter((type) => String(type).includes('reasoning'));
    expect(types[0]).toBe('response.reasoning_summary_part.added');
    expect(types.slice(-2)).toEqual(['response.reasoning_summary_text.done', 'response.reasoning_summary_part.done']);
  });
});

test('is incomplete when cut by max_output_tokens', async () => {
  const answer = await ask({ body: { input: 'hello world '.repeat(20), max_output_tokens: 16 } });
  expect(JSON.parse(answer.text)).toMatchObject({
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
    output: [{ status: 'incomplete' }],
  });
});

test('needs an input', async () => {
  expect(await ask({ body: {} })).toMatchObject({ status: 400, text: expect.stringContaining("'input'") });
});
