import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../conversation/message.ts';
import type { ConversationRequest, OriginalBody, Tool } from '../../../conversation/request.ts';
import { traitsOf, vendorOf } from '../../../dialects/openai-chat/vendor-traits.ts';
import { distinctMembers, toJsonBody } from '../../../lib/json-body.ts';
import type { RouteTarget } from '../route.ts';
import { encodeUnifiedRequest, relayUnifiedRequest } from './encode-request.ts';

const claude = 'claude-sonnet-4@20250514';
const list = { type: 'object', properties: { a: { type: 'array' } } };
const models = [claude, 'gemini-2.5-pro', 'gpt-5.1', 'gpt-4o', 'mystery-1'];

const hello: Message = { role: 'user', parts: [{ type: 'text', text: 'Hello' }] };
const plain: ConversationRequest = {
  model: 'm',
  stream: false,
  messages: [hello],
  tools: [],
  choiceCount: 1,
};

const targetOf = (model: string): RouteTarget => ({ model, maxOutputTokens: null, refusedMembers: new Set() });

interface Sent {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

function encode(request: Partial<ConversationRequest>, model = claude): Sent {
  const { path, body, notes } = encodeUnifiedRequest({ ...plain, ...request }, targetOf(model));
  expect(path).toBe('/rovodev/v2/proxy/ai/v2/beta/chat');
  const {
    request_payload: payload,
    platform_attributes: attributes,
    ...rest
  } = JSON.parse(Buffer.concat(body).toString());
  expect(rest).toEqual({});
  expect(attributes).toEqual({ model });
  return { payload, warnings: notes.map(({ member, reason }) => `${member}: ${reason}`) };
}

const messages = (list: readonly Message[], model?: string) => encode({ messages: list }, model).payload.messages;

test('a plain request', () => {
  expect(encode({})).toEqual({
    payload: { messages: [{ role: 'user', content: 'Hello' }], stream: false },
    warnings: [],
  });
});

test('every field by its name on the wire', () => {
  const { payload, warnings } = encode(
    {
      stream: true,
      maxOutputTokens: 9,
      temperature: 0.5,
      topP: 0.9,
      frequencyPenalty: 0.1,
      presencePenalty: -0.1,
      seed: 7,
      stop: ['a', 'b'],
      verbosity: 'high',
      user: 'u',
      parallelToolCalls: false,
      tools: [{ type: 'function', name: 'f' }],
      responseFormat: { type: 'text' },
      cacheKey: 'k',
      vendor: {
        'openai-chat': {
          logit_bias: { 1: 2 },
          metadata: null,
          model: 'other',
          messages: 'other',
          stream_options: { include_usage: true },
        },
      },
    },
    'gpt-4o',
  );
  expect(warnings).toEqual([]);
  expect(payload).toEqual({
    messages: [{ role: 'user', content: 'Hello' }],
    stream: true,
    max_tokens: 9,
    temperature: 0.5,
    top_p: 0.9,
    frequency_penalty: 0.1,
    presence_penalty: -0.1,
    seed: 7,
    stop: ['a', 'b'],
    verbosity: 'high',
    user: 'u',
    parallel_tool_calls: false,
    tools: [{ type: 'function', function: { name: 'f' } }],
    response_format: { type: 'text' },
    prompt_cache_key: 'k',
    logit_bias: { 1: 2 },
    metadata: null,
    stream_options: { include_usage: true },
  });
});

describe('messages', () => {
  test('of every role, with their names', () => {
    const text = (words: string) => [{ type: 'text' as const, text: words }];
    expect(
      messages([
        { role: 'system', parts: text('s'), name: 'a' },
        { role: 'developer', parts: text('d') },
        { role: 'user', parts: text('u'), name: 'b' },
        {
          role: 'assistant',
          parts: [...text('x'), { type: 'tool-call', id: 'c', name: 'f', arguments: '{"a":1}' }],
          name: 'e',
        },
        { role: 'user', parts: [{ type: 'tool-result', callId: 'c', parts: text('t') }] },
        { role: 'assistant', parts: text('y') },
      ]),
    ).toEqual([
      { role: 'system', content: 's', name: 'a' },
      { role: 'system', content: 'd' },
      { role: 'user', content: 'u', name: 'b' },
      {
        role: 'assistant',
        content: 'x',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
        name: 'e',
      },
      { role: 'tool', tool_call_id: 'c', content: 't' },
      { role: 'assistant', content: 'y' },
    ]);
  });

  test('several parts, images and unknown parts', () => {
    const png = { type: 'base64', mediaType: 'image/png', data: 'AA==' } as const;
    const value = { type: 'input_video', input_video: { data: 'x' } };
    const said: Message[] = [
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
          { type: 'image', source: png, detail: 'low' },
          { type: 'image', source: { type: 'url', url: 'https://example.com/x.png' } },
          { type: 'vendor', dialect: 'openai-chat', value },
          { type: 'vendor', dialect: 'another', value },
        ],
      },
      { role: 'user', parts: [{ type: 'image', source: png }] },
      { role: 'user', parts: [] },
    ];
    const content: readonly object[] = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
      { type: 'image_url', image_url: { url: 'https://example.com/x.png' } },
    ];
    const others = [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
      { role: 'user', content: '' },
    ];
    expect(messages(said, 'gpt-5.1')).toEqual([{ role: 'user', content: [...content, value] }, ...others]);
    // Claude refuses unknown members by name.
    expect(messages(said)).toEqual([{ role: 'user', content }, ...others]);
  });

  test('an assistant message with only calls has no content; calls without arguments have an empty object', () => {
    expect(
      messages([{ role: 'assistant', parts: [{ type: 'tool-call', id: 'c', name: 'f', arguments: ' ' }] }]),
    ).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
    ]);
  });

  test('a refusal has its own field with OpenAI and is text elsewhere', () => {
    const refused: Message = { role: 'assistant', parts: [{ type: 'refusal', text: 'No.' }] };
    expect(messages([refused], 'gpt-4o')).toEqual([{ role: 'assistant', content: null, refusal: 'No.' }]);
    expect(messages([refused], claude)).toEqual([{ role: 'assistant', content: 'No.' }]);
  });

  test('earlier reasoning and cache breakpoints are dropped, with one note each', () => {
    const thoughtful: Message = {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm' },
        { type: 'text', text: 'Hi' },
      ],
    };
    const cached: Message = { role: 'user', parts: [{ type: 'text', text: 'a', cacheBreakpoint: {} }] };
    const { payload, warnings } = encode({ messages: [thoughtful, cached, thoughtful, cached] });
    expect(payload.messages).toEqual([
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'a' },
    ]);
    expect(warnings).toEqual([
      'reasoning: Earlier reasoning is not forwarded.',
      'cache_control: This route does not support cache breakpoints.',
    ]);
  });

  test('only OpenAI knows the developer role', () => {
    const developer: Message = { role: 'developer', parts: [{ type: 'text', text: 'd' }] };
    const roles = models.map((model) => messages([developer], model)).map((list) => JSON.stringify(list));
    expect(roles.map((list) => list.includes('developer'))).toEqual([false, false, true, true, false]);
  });

  test('Claude gets no blank texts: they are joined to the text before', () => {
    const text = (...texts: string[]) => texts.map((each) => ({ type: 'text', text: each }) as const);
    const call = { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' } as const;
    const history: Message[] = [
      hello,
      { role: 'assistant', parts: [...text('\n\n'), call] },
      { role: 'user', parts: [{ type: 'tool-result', callId: 'c', parts: text('done') }] },
      { role: 'assistant', parts: text('A') },
      { role: 'user', parts: text(' ') },
      { role: 'assistant', parts: text('\n') },
      { role: 'assistant', parts: text('B') },
      { role: 'user', parts: text('go', '\n', 'on') },
    ];
    const sent = messages(history);
    expect(sent).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: null },
      { role: 'tool' },
      { role: 'assistant', content: [{ text: 'A' }, { text: 'B' }] },
      { role: 'user', content: [{ text: 'go\n' }, { text: 'on' }] },
    ]);
    expect(messages(history, 'gpt-4o')).toHaveLength(history.length);
  });

  test('Claude gets no empty texts and no empty answers', () => {
    const list: Message[] = [
      {
        role: 'user',
        parts: [
          { type: 'text', text: '' },
          { type: 'text', text: 'a' },
        ],
      },
      { role: 'assistant', parts: [{ type: 'text', text: '' }] },
      { role: 'user', parts: [{ type: 'text', text: 'b' }] },
    ];
    expect(messages(list, claude)).toEqual([
      { role: 'user', content: 'a' },
      { role: 'user', content: 'b' },
    ]);
    expect(messages(list, 'gpt-4o')).toHaveLength(3);
  });
});

describe('tools', () => {
  const closed = { type: 'object', additionalProperties: false };
  const tools: Tool[] = [
    { type: 'function', name: 'f', description: 'F', parameters: closed, strict: true },
    { type: 'function', name: 'g' },
  ];
  const wire = [
    { type: 'function', function: { name: 'f', description: 'F', parameters: closed, strict: true } },
    { type: 'function', function: { name: 'g' } },
  ];

  test.each([
    [{ type: 'auto' } as const, 'auto'],
    [{ type: 'none' } as const, 'none'],
    [{ type: 'required' } as const, 'required'],
    [{ type: 'tool', name: 'f' } as const, { type: 'function', function: { name: 'f' } }],
  ])('choice %j', (toolChoice, choice) => {
    for (const model of models) {
      expect(encode({ tools, toolChoice }, model)).toMatchObject({
        payload: { tools: wire, tool_choice: choice },
        warnings: [],
      });
    }
  });

  test('allowed tools are sent to OpenAI unchanged; others get only those', () => {
    const toolChoice = { type: 'allowed', mode: 'required', names: ['g'] } as const;
    expect(encode({ tools, toolChoice }, 'gpt-5.1').payload).toMatchObject({
      tools: wire,
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'g' } }] },
      },
    });
    const { payload, warnings } = encode({ tools, toolChoice, parallelToolCalls: true });
    expect(payload).toMatchObject({ tools: [wire[1]], tool_choice: 'required', parallel_tool_calls: true });
    expect(warnings).toEqual(['tool_choice: Only the allowed tools are forwarded.']);
  });

  test('tool settings are left out without tools', () => {
    const none = encode({ toolChoice: { type: 'auto' }, parallelToolCalls: true }).payload;
    expect(Object.keys(none)).toEqual(['messages', 'stream']);
    const empty = encode({ tools, toolChoice: { type: 'allowed', mode: 'auto', names: [] } }).payload;
    expect(Object.keys(empty)).toEqual(['messages', 'stream']);
  });
});

describe('what a vendor refuses', () => {
  test('newer OpenAI models: max_tokens and any non-default sampling', () => {
    const request = { maxOutputTokens: 9, temperature: 0.2, topP: 0.5, frequencyPenalty: 1, presencePenalty: 1 };
    for (const model of ['gpt-5-2025-08-07', 'gpt-5.2-codex', 'o3-mini', 'gpt-6']) {
      const { payload, warnings } = encode(request, model);
      expect(Object.keys(payload).sort()).toEqual(['max_completion_tokens', 'messages', 'stream']);
      expect(warnings.map((warning) => warning.split(':')[0])).toEqual([
        'temperature',
        'top_p',
        'frequency_penalty',
        'presence_penalty',
      ]);
    }
    expect(encode({ temperature: 1, topP: 1, presencePenalty: 0 }, 'gpt-5.1')).toMatchObject({
      payload: { temperature: 1, top_p: 1, presence_penalty: 0 },
      warnings: [],
    });
    expect(Object.keys(encode(request, 'gpt-4o').payload)).toContain('max_tokens');
  });

  test('Claude: a temperature above 1', () => {
    expect(encode({ temperature: 1.5 })).toMatchObject({
      payload: { temperature: 1 },
      warnings: [expect.stringContaining('temperature')],
    });
    expect(encode({ temperature: 1.5 }, 'gemini-2.5-pro')).toMatchObject({
      payload: { temperature: 1.5 },
      warnings: [],
    });
  });

  test.each([
    ['claude-sonnet-4@20250514', false],
    ['anthropic.claude-opus-4-20250514-v1:0', false],
    ['claude-3-5-sonnet-v2@20241022', false],
    ['claude-opus-4-1@20250805', true],
    ['claude-sonnet-4-5@20250929', true],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', true],
    ['claude-sonnet-4-6', true],
    ['claude-opus-5', true],
  ])('%s takes temperature or top_p: %s', (model, either) => {
    const { payload, warnings } = encode({ temperature: 0.5, topP: 0.5 }, model);
    expect('top_p' in payload).toBe(!either);
    expect(warnings).toHaveLength(either ? 1 : 0);
    expect(encode({ topP: 0.5 }, model).payload.top_p).toBe(0.5);
  });
});

describe('JSON', () => {
  const system: Message = { role: 'system', parts: [{ type: 'text', text: 's' }] };
  const schema = { type: 'object', properties: { a: { type: 'number' } } };

  test('OpenAI enforces it, if the prompt asks for JSON as well', () => {
    expect(encode({ responseFormat: { type: 'json' } }, 'gpt-4o')).toEqual({
      payload: {
        messages: [
          { role: 'system', content: 'Answer in JSON.' },
          { role: 'user', content: 'Hello' },
        ],
        response_format: { type: 'json_object' },
        stream: false,
      },
      warnings: [],
    });
    const asked: Message = { role: 'user', parts: [{ type: 'text', text: 'Some json, please' }] };
    expect(encode({ messages: [asked], responseFormat: { type: 'json' } }, 'gpt-4o').payload.messages).toEqual([
      { role: 'user', content: 'Some json, please' },
    ]);
  });

  test.each([claude, 'gemini-2.5-pro', 'mystery-1'])('%s is also asked in the prompt', (model) => {
    const responseFormat = { type: 'json-schema', name: 'n', description: 'd', schema, strict: true } as const;
    const { payload, warnings } = encode({ messages: [system, hello], responseFormat }, model);
    expect(payload.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'n', description: 'd', schema, strict: true },
    });
    expect(payload.messages).toEqual([
      { role: 'system', content: 's' },
      { role: 'system', content: expect.stringContaining(JSON.stringify(schema)) },
      { role: 'user', content: 'Hello' },
    ]);
    expect(warnings).toEqual([expect.stringContaining('response_format')]);
  });

  test('without a schema it is any object', () => {
    expect(encode({ responseFormat: { type: 'json' } }).payload.messages).toEqual([
      { role: 'system', content: expect.stringContaining('one valid JSON object') },
      { role: 'user', content: 'Hello' },
    ]);
  });
});

describe("the client's own bytes", () => {
  function originalOf(text: string, shape: Partial<ConversationRequest> = {}): OriginalBody {
    const body = toJsonBody(text);
    const members = distinctMembers(body) ?? [];
    return { dialect: 'openai-chat', bytes: body.bytes, members, shape: { ...plain, ...shape } };
  }
  const relay = (original: OriginalBody, model: string) => relayUnifiedRequest(original, targetOf(model));

  test('are sent unchanged, without the model', () => {
    const members = '"messages":[{"role":"user","content":"Héllo"}],  "mine": 1.0e2';
    const sent = `{ ${members} }`;
    for (const text of [`{ "model":"x", ${members} }`, `{ ${members}, "model":"x" }`]) {
      const { body = [], notes } = relay(originalOf(text), 'a"b') ?? {};
      expect(Buffer.concat(body).toString()).toBe(
        `{"request_payload":${sent},"platform_attributes":{"model":"a\\"b"}}`,
      );
      expect(notes).toEqual([]);
    }
  });

  test('are not copied when they are large', () => {
    const original = originalOf(`{"messages":[{"role":"user","content":"${'x'.repeat(100_000)}"}],"model":"x"}`);
    const pieces = relay(original, claude)?.body ?? [];
    expect(pieces.some((piece) => piece.buffer === original.bytes.buffer && piece.length > 100_000)).toBe(true);
  });

  test.each<readonly [string, Partial<ConversationRequest>, string, boolean]>([
    ['a usual temperature', { temperature: 0.5, topP: 0.5 }, claude, true],
    ['max_tokens', { maxOutputTokens: 5 }, claude, true],
    ['max_tokens for gpt-5', { maxOutputTokens: 5 }, 'gpt-5.1', false],
    ['a temperature for gpt-5', { temperature: 0.5 }, 'gpt-5.1', false],
    ['the default temperature for gpt-5', { temperature: 1 }, 'gpt-5.1', true],
    ['a temperature beyond Claude', { temperature: 1.1 }, claude, false],
    ['temperature and top_p', { temperature: 0.5, topP: 0.5 }, 'claude-sonnet-4-5', false],
    [
      'allowed tools',
      { tools: [{ type: 'function', name: 'f' }], toolChoice: { type: 'allowed', mode: 'auto', names: ['f'] } },
      claude,
      false,
    ],
    [
      'allowed tools for OpenAI',
      { tools: [{ type: 'function', name: 'f' }], toolChoice: { type: 'allowed', mode: 'auto', names: ['f'] } },
      'gpt-4o',
      true,
    ],
    ['JSON', { responseFormat: { type: 'json' } }, claude, false],
    ['JSON for OpenAI without the word', { responseFormat: { type: 'json' } }, 'gpt-4o', false],
    [
      'JSON for OpenAI',
      { responseFormat: { type: 'json' }, messages: [{ role: 'user', parts: [{ type: 'text', text: 'JSON' }] }] },
      'gpt-4o',
      true,
    ],
    ['a name with a dot', { tools: [{ type: 'function', name: 'a.b' }] }, claude, false],
    ['a list of something', { tools: [{ type: 'function', name: 'f', parameters: list }] }, claude, false],
    ['an effort that the model has not', { reasoning: { mode: 'on', effort: 'minimal' } }, 'gpt-5.1', false],
    ['an effort', { reasoning: { mode: 'on', effort: 'low' } }, 'gpt-5.1', true],
    ['text format', { responseFormat: { type: 'text' } }, claude, true],
    ['a developer', { messages: [{ role: 'developer', parts: [] }] }, claude, false],
    ['a developer for OpenAI', { messages: [{ role: 'developer', parts: [] }] }, 'gpt-4o', true],
    ['reasoning', { messages: [{ role: 'assistant', parts: [{ type: 'reasoning', text: 'a' }] }] }, 'gpt-4o', false],
    ['an empty text', { messages: [{ role: 'user', parts: [{ type: 'text', text: '' }] }] }, claude, false],
    [
      'a call without arguments',
      { messages: [{ role: 'assistant', parts: [{ type: 'tool-call', id: 'c', name: 'f', arguments: '' }] }] },
      'gpt-4o',
      false,
    ],
    ['several answers', { choiceCount: 2 }, 'gpt-4o', false],
  ])('%s', (_name, request, model, relayed) => {
    const original = originalOf('{"messages":[],"model":"m","max_tokens":5}', request);
    expect(relay(original, model) !== undefined).toBe(relayed);
  });

  test('name the limit as the vendor does', () => {
    const limited = originalOf('{"messages":[],"model":"m","max_completion_tokens":5}', { maxOutputTokens: 5 });
    expect(relay(limited, claude)).toBeUndefined();
    expect(relay(limited, 'gpt-5.1')).toBeDefined();
  });

  test('are encoded again when the model refuses a member', () => {
    const target = { ...targetOf(claude), refusedMembers: new Set(['seed']) };
    expect(
      relayUnifiedRequest(originalOf('{"messages":[],"model":"m","seed":5}', { seed: 5 }), target),
    ).toBeUndefined();
    const { body, notes } = encodeUnifiedRequest({ ...plain, seed: 5 }, target);
    expect(Buffer.concat(body).toString()).not.toContain('seed');
    expect(notes).toEqual([{ member: 'seed', action: 'dropped', reason: 'The model refuses this member.' }]);
  });
});

test('vendors by model id', () => {
  const ids = [
    'claude-3',
    'anthropic.claude-x',
    'us.anthropic.claude-x',
    'gemini-2',
    'gpt-4o',
    'o3',
    'chatgpt-4o',
    'mystery',
    'openrouter',
  ];
  expect(ids.map(vendorOf)).toEqual([
    'anthropic',
    'anthropic',
    'anthropic',
    'google',
    'openai',
    'openai',
    'openai',
    'other',
    'other',
  ]);
  expect(traitsOf('sim-gpt-5').fixedSampling).toBe(false);
});
