import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readChatCompletion, readChatError, readChatStream } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

/** One model per vendor and route type. */
const models = [
  'anthropic:claude-3-5-sonnet-v2@20241022',
  'bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0',
  'google:gemini-2.5-pro',
  'openai:gpt-5.1',
];
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (more: object) => ({ role: 'assistant', ...more });
const call = (id: string, name = 'get_weather', args = '{"city":"Paris"}') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
const result = (id: string, content: unknown = 'It rains.') => ({ role: 'tool', tool_call_id: id, content });
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const weather = { type: 'function', function: { name: 'get_weather', parameters } };

/** A tool result in wire format; Gemini's are objects. */
const rainTold = /^The tool answered: (It rains\.|\{"output":"It rains\."\})$/;

/** Requests of real clients that vendors would refuse unchanged. */
const habits: readonly [string, object, string | RegExp][] = [
  [
    'calls in one message and text in the next',
    {
      messages: [
        user('Hi'),
        assistant({ content: null, tool_calls: [call('call_1')] }),
        assistant({ content: 'Let me look.' }),
        result('call_1'),
      ],
      tools: [weather],
    },
    rainTold,
  ],
  [
    'results out of order and apart',
    {
      messages: [
        user('Hi'),
        assistant({ content: '', tool_calls: [call('call_1'), call('call_2')] }),
        result('call_2', 'second'),
        user('And?'),
        result('call_1', 'first'),
      ],
      tools: [weather],
    },
    '',
  ],
  [
    'two users in a row, empty texts, nulls',
    {
      messages: [
        { role: 'system', content: '' },
        user('One'),
        user(''),
        user('Two'),
        assistant({ content: '' }),
        user('Three'),
      ],
    },
    'You said: ',
  ],
  [
    'fields of answers sent back',
    {
      messages: [
        user('Hi'),
        assistant({
          content: 'Hello',
          refusal: null,
          parsed: null,
          audio: null,
          annotations: [],
          function_call: null,
          tool_calls: [],
          reasoning_content: 'Hm.',
        }),
        user('Again'),
      ],
    },
    'You said: Again',
  ],
  [
    'marks for a cache',
    {
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] },
        {
          ...user([{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }]),
          cache_control: { type: 'ephemeral' },
        },
      ],
    },
    'You said: Hi',
  ],
  [
    'no tools but their list',
    { messages: [user('Hi')], tools: [], tool_choice: 'auto', parallel_tool_calls: true },
    'You said: Hi',
  ],
  [
    'a tool with everything that is too much',
    {
      messages: [user('Hi')],
      tools: [
        {
          type: 'function',
          name: 'get_weather',
          function: {
            name: 'get_weather',
            strict: null,
            description: null,
            parameters: {
              $schema: 'http://json-schema.org/draft-07/schema#',
              type: 'object',
              properties: { place: { $ref: '#/$defs/place' } },
              $defs: { place: { type: 'object', properties: { city: { type: 'string' } } } },
              additionalProperties: false,
            },
          },
        },
      ],
    },
    'You said: Hi',
  ],
  [
    'a tool without parameters',
    { messages: [user('Hi')], tools: [{ type: 'function', function: { name: 'now' } }] },
    'You said: Hi',
  ],
  [
    'calls without arguments',
    {
      messages: [
        user('Hi'),
        assistant({ tool_calls: [call('call_1', 'get_weather', '')] }),
        result('call_1', [{ type: 'text', text: 'It rains.' }]),
      ],
      tools: [weather],
    },
    rainTold,
  ],
  [
    'a developer, a name, the system late',
    {
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { ...user('Hi'), name: 'anna' },
        { role: 'system', content: 'Be kind.' },
        user('Ho'),
      ],
    },
    // Some APIs merge two consecutive user turns.
    /^You said: (Hi)?Ho$/,
  ],
  [
    'all the parameters there are',
    {
      messages: [user('Hi')],
      temperature: 1.7,
      top_p: 0.9,
      presence_penalty: 0.1,
      frequency_penalty: 0.1,
      seed: 7,
      logit_bias: { '50256': -100 },
      logprobs: true,
      top_logprobs: 2,
      max_tokens: 500,
      user: 'anna',
      metadata: { a: 'b' },
      store: false,
      service_tier: 'auto',
      prompt_cache_key: 'k',
      reasoning_effort: 'low',
      verbosity: 'low',
      stop: null,
      tools: null,
      tool_choice: null,
      response_format: { type: 'text' },
      n: 1,
      stream_options: null,
    },
    'You said: Hi',
  ],
  ['a limit that is far too high', { messages: [user('Hi')], max_tokens: 10_000_000 }, 'You said: Hi'],
  [
    'a schema for the answer',
    {
      messages: [user('Hi')],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'answer',
          strict: true,
          schema: {
            type: 'object',
            properties: { a: { type: 'string' } },
            required: ['a'],
            additionalProperties: false,
          },
        },
      },
    },
    '',
  ],
  [
    'the shape of Responses',
    {
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
      instructions: 'Be brief.',
      max_output_tokens: 300,
    },
    'You said: Hi',
  ],
  ['a plain input', { input: 'Hi' }, 'You said: Hi'],
  [
    'the own data of chat programs (Open WebUI)',
    {
      messages: [user('Hi')],
      ...{
        params: {},
        features: { web_search: false },
        variables: {},
        model_item: {},
        background_tasks: { title: true },
      },
      ...{ session_id: 'a', chat_id: 'b', id: 'c' },
    },
    'You said: Hi',
  ],
  [
    'the settings of programs for local models (Jan)',
    {
      messages: [user('Hi')],
      ...{ frequency_penalty: 0, presence_penalty: 0, temperature: 0.7, top_p: 0.95, stop: [], max_tokens: 8192 },
      ...{ ctx_len: 8192, ngl: 100, prompt_template: 'x', engine: 'x', cpu_threads: 2, vision_model: false },
      ...{ min_p: 0.1, repetition_penalty: 1.1, mirostat: 0 },
    },
    'You said: Hi',
  ],
];

describe.each(models)('%s, before the strictest of its vendors,', (model) => {
  let bench: TestBench;

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    await bench.admin('PATCH', `/models/${encodeURIComponent(model)}`, { enabled: true });
  });
  afterAll(() => bench.close());
  beforeEach(() => {
    bench.simulator.control.reset();
    bench.simulator.control.setDefault({ strict: 'vendor' });
  });

  it.each(habits)('takes %s', async (_name, request, said) => {
    for (const stream of [false, true]) {
      const response = await bench.chat({ ...request, model, stream });
      const body = await response.text();
      expect(response.status, body).toBe(200);
      const { choices } = stream ? readChatStream(body) : readChatCompletion(body);
      expect(choices[0]?.text).toMatch(said);
    }
  });

  it('loses no picture', async () => {
    const pictures = ['data:image/png;base64,iVBORw0KGgo=', 'https://example.com/cat.png'];
    const response = await bench.chat({
      model,
      messages: [
        user([{ type: 'text', text: 'Look' }, ...pictures.map((url) => ({ type: 'image_url', image_url: { url } }))]),
      ],
    });
    expect(readChatCompletion(await response.text()).choices[0]?.text).toContain('(with 2 images)');
  });

  it('refuses the result of a call that nobody made, naming it', async () => {
    const response = await bench.chat({ model, messages: [user('Hi'), result('call_9')], tools: [weather] });
    expect(response.status).toBe(400);
    const error = readChatError(await response.text());
    expect(error.message).toContain('call_9');
    expect(error.param).toBe('messages[1].tool_call_id');
  });

  it('refuses a call without its result as OpenAI does, naming it', async () => {
    const messages = [user('Hi'), assistant({ tool_calls: [call('call_7')] }), user('Never mind')];
    const response = await bench.chat({ model, messages, tools: [weather] });
    expect(response.status).toBe(400);
    expect(readChatError(await response.text()).message).toContain('call_7');
  });

  it('passes on what it does not know, where the wire is OpenAI’s', async () => {
    const wire = model.startsWith('openai:') ? 'openai-chat' : 'unified';
    await bench.useOnlyRoute(model, wire);
    bench.simulator.control.setDefault({ strict: 'off' });
    const unknown = { x_custom: { a: [1] }, constructor: 1, toString: 'x', hasOwnProperty: null };
    const response = await bench.chat({ model, messages: [user('Hi')], ...unknown });
    expect(response.status).toBe(200);
    const sent = bench.simulator.control.lastRequest().body;
    expect(wire === 'openai-chat' ? { request_payload: sent } : sent).toMatchObject({ request_payload: unknown });
    await bench.admin('PATCH', `/models/${encodeURIComponent(model)}`, { endpoints: null });
  });

  it('sends text on as it stands, in every script', async () => {
    const said = 'Zürich 東京 🚀 \u202e\u0000 "\\" </script> \ud83d';
    const response = await bench.chat({ model, messages: [user(said)] });
    expect(readChatCompletion(await response.text()).choices[0]?.text).toContain(
      'Zürich 東京 🚀 \u202e\u0000 "\\" </script>',
    );
  });
});
