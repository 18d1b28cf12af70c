import { describe, expect, test } from 'vitest';
import { encodeProof } from '../../conversation/foreign-proof.ts';
import type { Part } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { toJsonBody } from '../../lib/json-body.ts';
import { decodeCountRequest } from './decode-request.ts';
import { decodeBody, headOf, toBody } from './testing/requests.ts';

const decode = (body: object): ConversationRequest => decodeBody(body).request();
const partsOf = (content: unknown, role = 'user'): readonly Part[] =>
  decode({ messages: [{ role, content }, ...(role === 'user' ? [] : [{ role: 'user', content: 'x' }])] }).messages[0]
    ?.parts ?? [];
const own = (members: object) => ({ vendor: { 'anthropic-messages': members } });

test('a minimal request', () => {
  const { outline, notes, original } = decodeBody({});
  expect(decode({})).toEqual({
    model: 'm',
    stream: false,
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    tools: [],
    maxOutputTokens: 100,
    reasoning: { mode: 'default', effort: 'none', shown: false },
    choiceCount: 1,
    affinityKey: outline.affinityKey,
  });
  expect(outline).toMatchObject({ model: 'm', stream: false, choiceCount: 1, opening: true });
  expect(notes).toEqual([]);
  expect(original).toMatchObject({ dialect: 'anthropic-messages' });
});

test('everything that the neutral language covers', () => {
  const schema = { type: 'object' };
  expect(
    decode({
      stream: true,
      system: 'Be brief.',
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stop_sequences: ['END'],
      metadata: { user_id: 'u', later: 1 },
      thinking: { type: 'enabled', budget_tokens: 2000, display: 'omitted' },
      output_config: { effort: 'low', format: { type: 'json_schema', schema } },
      tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
      tools: [
        { name: 'f', description: 'F', input_schema: schema, strict: true, cache_control: { type: 'ephemeral' } },
      ],
      later: null,
      container: 'c',
    }),
  ).toMatchObject({
    stream: true,
    messages: [{ role: 'system', parts: [{ text: 'Be brief.' }] }, { role: 'user' }],
    temperature: 0.5,
    topP: 0.9,
    topK: 5,
    stop: ['END'],
    user: 'u',
    affinityKey: 'u',
    reasoning: { mode: 'on', budget: 2000, effort: 'low', shown: false },
    responseFormat: { type: 'json-schema', schema },
    toolChoice: { type: 'tool', name: 'f' },
    parallelToolCalls: false,
    tools: [{ type: 'function', name: 'f', description: 'F', parameters: schema, strict: true, cacheBreakpoint: {} }],
    ...own({ metadata: { later: 1 }, container: 'c', output_config: { effort: 'low' } }),
  });
});

test.each<[object, object | undefined]>([
  [{ max_tokens: 2000 }, undefined],
  [{ max_tokens: 2000, thinking: null }, undefined],
  [{ thinking: { type: 'disabled' } }, { mode: 'off' }],
  [{ output_config: { effort: 'low' } }, { mode: 'default', effort: 'low', shown: false }],
  [{ max_tokens: 1024 }, { mode: 'default', effort: 'none', shown: false }],
  [{ max_tokens: 1025 }, undefined],
  [
    { max_tokens: 64, output_config: { effort: 'low' } },
    { mode: 'default', effort: 'low', shown: false },
  ],
  [{ max_tokens: 64, thinking: { type: 'adaptive' } }, { mode: 'adaptive' }],
  [{ thinking: { type: 'disabled' }, output_config: { effort: 'low' } }, { mode: 'off' }],
  [{ thinking: { type: 'between_tools' } }, { mode: 'off' }],
  [{ thinking: { type: 'auto' } }, { mode: 'adaptive' }],
  [{ thinking: { type: 'enabled' } }, { mode: 'on' }],
  [{ thinking: { type: 'adaptive', display: 'summarized' } }, { mode: 'adaptive', shown: true }],
  [
    { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
    { mode: 'adaptive', effort: 'max' },
  ],
])('thinking %j', (body, expected) => {
  expect(decode(body).reasoning).toEqual(expected);
});

test.each([
  [{ type: 'auto' }, { type: 'auto' }, undefined],
  [{ type: 'any', disable_parallel_tool_use: false }, { type: 'required' }, true],
  [{ type: 'none' }, { type: 'none' }, undefined],
])('the choice %j', (choice, toolChoice, parallel) => {
  const request = decode({ tool_choice: choice });
  expect([request.toolChoice, request.parallelToolCalls]).toEqual([toolChoice, parallel]);
});

const parameters = { type: 'object', properties: {} };
test.each([
  ['nested', { type: 'function', function: { name: 'f', description: 'F', parameters, strict: true } }],
  ['next to its type', { type: 'function', name: 'f', description: 'F', parameters, strict: true }],
])('a tool in OpenAI’s format, with its function %s', (_name, tool) => {
  expect(decode({ tools: [tool] }).tools).toEqual([
    { type: 'function', name: 'f', description: 'F', parameters, strict: true },
  ]);
});

test.each([
  ['{"a":1}', '{"a":1}'],
  [[1, 'a'], '[1,"a"]'],
  [7, '7'],
  ['', '{}'],
  [null, '{}'],
  [undefined, '{}'],
])('the input %j of a call', (input, written) => {
  const messages = [
    { role: 'assistant', content: [{ type: 'tool_use', id: 'i', name: 'f', input }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'i', content: 'r' }] },
  ];
  expect(decode({ messages }).messages[0]?.parts).toMatchObject([{ arguments: written }]);
});

test('the older member for a format', () => {
  const schema = { type: 'object' };
  expect(decode({ output_format: { type: 'json_schema', schema } }).responseFormat).toMatchObject({ schema });
});

test("the version of another platform in the body is not the route's", () => {
  expect(decode({ anthropic_version: 'bedrock-2023-05-31' }).vendor).toBeUndefined();
});

test('a conversation of Claude Code keeps its session', () => {
  const { outline } = decodeBody({ metadata: { user_id: 'u' } }, { 'x-claude-code-session-id': 's' });
  expect(outline.affinityKey).toBe('s');
});

describe('blocks', () => {
  const png = { type: 'base64', media_type: 'image/png', data: 'aGk=' };
  test.each<[string, object, object]>([
    [
      'text',
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' }, citations: [{ type: 'x' }] },
      { type: 'text', text: 'a', cacheBreakpoint: { ttl: 3600 }, ...own({ citations: [{ type: 'x' }] }) },
    ],
    ['text with nulls', { type: 'text', text: 'a', cache_control: null, citations: null }, { type: 'text', text: 'a' }],
    [
      'image',
      { type: 'image', source: png },
      { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'aGk=' } },
    ],
    [
      'image by URL',
      { type: 'image', source: { type: 'url', url: 'https://x' } },
      { type: 'image', source: { type: 'url', url: 'https://x' } },
    ],
    [
      'PDF',
      {
        type: 'document',
        title: 'a.pdf',
        context: 'c',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
      },
      {
        type: 'document',
        filename: 'a.pdf',
        source: { type: 'base64', mediaType: 'application/pdf', data: 'JVBE' },
        ...own({ context: 'c' }),
      },
    ],
    [
      'document of text',
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a' } },
      { type: 'document', source: { type: 'text', text: 'a', mediaType: 'text/plain' } },
    ],
    [
      'document of blocks',
      { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'a' }] } },
      { type: 'document', source: { type: 'parts', parts: [{ type: 'text', text: 'a' }] } },
    ],
    [
      'search result',
      { type: 'search_result', source: 'https://x', title: 't', content: [{ type: 'text', text: 'a' }] },
      {
        type: 'document',
        filename: 't',
        source: { type: 'parts', parts: [{ type: 'text', text: 'a' }] },
        ...own({ type: 'search_result', source: 'https://x' }),
      },
    ],
    [
      'compaction',
      { type: 'compaction', content: 'summary', encrypted_content: 'e' },
      {
        type: 'text',
        text: 'summary',
        ...own({ type: 'compaction', content: 'summary', encrypted_content: 'e' }),
      },
    ],
    [
      "one of the API's own",
      { type: 'server_tool_use', id: 's', name: 'web_search', input: {}, cache_control: { type: 'ephemeral' } },
      {
        type: 'vendor',
        dialect: 'anthropic-messages',
        value: { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
        cacheBreakpoint: {},
      },
    ],
  ])('%s', (_name, block, expected) => {
    expect(partsOf([block])).toEqual([expected]);
  });

  const image = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'aGk=' } };
  const pdf = { type: 'document', source: { type: 'base64', mediaType: 'application/pdf', data: 'JVBE' } };
  test.each<[object, object]>([
    [{ type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=', detail: 'low' } }, image],
    [{ type: 'image_url', image_url: 'data:image/png;base64,aGk=' }, image],
    [{ type: 'input_image', image_url: 'data:image/png;base64,aGk=' }, image],
    [
      { type: 'input_text', text: 'a' },
      { type: 'text', text: 'a' },
    ],
    [
      { type: 'output_text', text: 'a', annotations: [], logprobs: [] },
      { type: 'text', text: 'a' },
    ],
    [
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
      { ...pdf, filename: 'a.pdf' },
    ],
    [{ type: 'input_file', file_data: 'JVBE' }, pdf],
  ])("a part of OpenAI's APIs: %j", (part, expected) => {
    expect(partsOf([part])).toEqual([expected]);
    const result = [{ type: 'tool_result', tool_use_id: 'i', content: [part] }];
    const { messages } = decode({
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'i', name: 'f', input: {} }] },
        { role: 'user', content: result },
      ],
    });
    expect(messages[2]?.parts).toEqual([{ type: 'tool-result', callId: 'i', parts: [expected] }]);
  });

  test('a call keeps the spelling of numbers and unknown members', () => {
    const call = '{"type":"tool_use","id":"i","name":"f","input":{"n":1234567890123456789,"m":1.0},"caller":{}}';
    const body = `{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[${call}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"i"}]}]}`;
    const { messages } = decodeBody(body).request();
    expect(messages.slice(1)).toEqual([
      {
        role: 'assistant',
        parts: [
          {
            type: 'tool-call',
            id: 'i',
            name: 'f',
            arguments: '{"n":1234567890123456789,"m":1.0}',
            ...own({ caller: {} }),
          },
        ],
      },
      { role: 'user', parts: [{ type: 'tool-result', callId: 'i', parts: [] }] },
    ]);
  });

  test('thinking with its own proof, without one, and with those of others', () => {
    const foreign = { dialect: 'gemini', value: 'c2ln', model: 'g' };
    const parts = partsOf(
      [
        { type: 'thinking', thinking: 'hm', signature: 'sig' },
        { type: 'thinking', thinking: 'hm' },
        { type: 'redacted_thinking', data: 'secret' },
        { type: 'thinking', thinking: 'gm', signature: encodeProof(foreign, 'anthropic-messages') },
        { type: 'redacted_thinking', data: encodeProof({ ...foreign, of: 'next' }, 'anthropic-messages') },
        { type: 'text', text: 'a' },
      ],
      'assistant',
    );
    expect(parts).toEqual([
      { type: 'reasoning', text: 'hm', proof: { dialect: 'anthropic-messages', value: 'sig' } },
      { type: 'reasoning', text: 'hm' },
      { type: 'reasoning', text: '', proof: { dialect: 'anthropic-messages', value: 'secret', redacted: true } },
      { type: 'reasoning', text: 'gm', proof: foreign },
      { type: 'text', text: 'a', proof: foreign },
    ]);
  });

  test.each([
    ['a text', 'r', [{ type: 'text', text: 'r' }]],
    ['nothing', undefined, []],
    [
      'blocks',
      [
        { type: 'text', text: 'r' },
        { type: 'image', source: png },
      ],
      [{ type: 'text' }, { type: 'image' }],
    ],
    [
      'a reference',
      [{ type: 'tool_reference', tool_name: 'f' }],
      [{ type: 'text', text: 'The tool f can be called.' }],
    ],
  ])('a result of %s', (_name, content, expected) => {
    const messages = [
      { role: 'assistant', content: [{ type: 'tool_use', id: 'i', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'i', content, is_error: true }] },
    ];
    expect(decode({ messages }).messages[1]?.parts).toMatchObject([{ callId: 'i', failed: true, parts: expected }]);
  });
});

describe('the order of a history', () => {
  const call = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} });
  const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: id });
  const reminder = { type: 'text', text: 'reminder' };

  test('results in another order and with other parts are arranged for others but not for this API', () => {
    const { original, request } = decodeBody({
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: [call('a'), call('b')] },
        { role: 'user', content: [result('b'), reminder, result('a')] },
      ],
    });
    const idsOf = ({ messages }: ConversationRequest) =>
      messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool-result' ? [part.callId] : [])));
    expect(idsOf(request())).toEqual(['a', 'b']);
    expect(original && idsOf(original.shape)).toEqual(['b', 'a']);
  });

  test('a result that is not in the turn after its call is moved there for every route', () => {
    const { original, request } = decodeBody({
      messages: [
        { role: 'assistant', content: [call('a')] },
        { role: 'user', content: 'x' },
        { role: 'assistant', content: 'y' },
        { role: 'user', content: [result('a')] },
      ],
    });
    expect(original?.shape).toEqual(request());
    expect(request().messages.map(({ role, parts }) => [role, ...parts.map(({ type }) => type)])).toEqual([
      ['assistant', 'tool-call'],
      ['user', 'tool-result'],
      ['user', 'text'],
      ['assistant', 'text'],
    ]);
  });

  test('system messages stay where they are', () => {
    const { messages } = decode({
      system: [{ type: 'text', text: 'a' }],
      messages: [
        { role: 'user', content: 'x' },
        { role: 'system', content: [{ type: 'text', text: 'b' }], clear_at: 'never' },
      ],
    });
    expect(messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 'a' }] },
      { role: 'user', parts: [{ type: 'text', text: 'x' }] },
      { role: 'system', parts: [{ type: 'text', text: 'b' }] },
    ]);
  });
});

describe('system messages change the conversation', () => {
  const user = (text: string) => ({ role: 'user', content: text });
  const assistant = { role: 'assistant', content: 'ok' };
  const asks = (effort: string) => ({ role: 'system', content: [], output_config: { effort } });
  const change = (type: string, tool: object) => ({ role: 'system', content: [{ type, tool }] });
  const define = (name: string, description: string) =>
    change('tool_addition', {
      type: 'tool_definition',
      definition: { name, description, input_schema: { type: 'object' } },
    });
  const refer = (type: string, name: string) => change(type, { type: 'tool_reference', name });
  const [first, second] = ['first', 'second'].map((name) => ({ name, input_schema: { type: 'object' } }));
  const call = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'first', input: {} }] };
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'x' }] };

  test.each<readonly [string, readonly object[], string | undefined]>([
    ['after the input', [user('x'), asks('low')], 'low'],
    ['before the input', [user('x'), assistant, asks('low'), user('y')], 'low'],
    ['before the next input', [user('x'), call, result, asks('low')], 'max'],
    ['which later ones keep', [user('x'), asks('low'), assistant, user('y')], 'low'],
    ['which later ones replace', [user('x'), asks('low'), assistant, user('y'), asks('high')], 'high'],
    ['without content', [user('x'), { role: 'system', output_config: { effort: 'low' } }], 'low'],
  ])('the effort, %s', (_place, messages, effort) => {
    const request = decode({ messages, output_config: { effort: 'max' }, thinking: { type: 'adaptive' } });
    expect(request.reasoning?.effort).toBe(effort);
    expect(request.messages.filter(({ role }) => role === 'system')).toEqual([]);
  });

  test('an effort is the only one of a request', () => {
    expect(decode({ messages: [user('x'), asks('low')] })).toMatchObject(own({ output_config: { effort: 'low' } }));
  });

  test.each<readonly [string, readonly object[], readonly (readonly [string, string?])[]]>([
    ['defined', [user('x'), define('new', 'n'), assistant, user('y')], [['first'], ['second'], ['new', 'n']]],
    ['defined again', [user('x'), define('first', 'n')], [['second'], ['first', 'n']]],
    ['shown', [user('x'), refer('tool_addition', 'second')], [['first'], ['second']]],
    ['removed', [user('x'), refer('tool_removal', 'first')], [['second']]],
    [
      'removed and back',
      [user('x'), refer('tool_removal', 'first'), refer('tool_addition', 'first')],
      [['first'], ['second']],
    ],
    [
      'in a compaction',
      [
        {
          role: 'user',
          content: [{ type: 'compaction', content: 's', tool_changes: refer('tool_removal', 'first').content }],
        },
        user('y'),
      ],
      [['second']],
    ],
  ])('a tool is %s', (_change, messages, tools) => {
    const request = decode({ messages, tools: [first, second] });
    const named = request.tools.map((tool) => [tool.name, tool.type === 'function' ? tool.description : undefined]);
    expect(named).toEqual(tools.map(([name, description]) => [name, description]));
    expect(request.messages.some(({ role }) => role === 'system')).toBe(false);
  });

  test('a tool that is not valid is named', () => {
    const messages = [user('x'), change('tool_addition', { type: 'tool_definition', definition: { name: 'a' } })];
    expect(() => decode({ messages })).toThrow('messages.1.content.0.tool.definition.input_schema: Field required');
  });

  test('a text is seen for one turn', () => {
    const note = (text: string) => ({ role: 'system', content: text, clear_at: 'next_user_message' });
    const { messages } = decode({ messages: [user('x'), note('old'), assistant, user('y'), note('new')] });
    expect(
      messages.map(({ role, parts }) => [role, ...parts.flatMap((part) => ('text' in part ? [part.text] : []))]),
    ).toEqual([
      ['user', 'x'],
      ['assistant', 'ok'],
      ['user', 'y'],
      ['system', 'new'],
    ]);
  });

  test('a cache mark moves to what is before it', () => {
    const [addition] = define('new', 'n').content;
    const marked = { ...addition, cache_control: { type: 'ephemeral' } };
    const texts = [{ type: 'text', text: 'a' }, marked];
    expect(decode({ messages: [user('x'), { role: 'system', content: texts }] }).messages.at(-1)?.parts).toEqual([
      { type: 'text', text: 'a', cacheBreakpoint: {} },
    ]);
    expect(decode({ messages: [user('x'), { role: 'system', content: [marked] }] }).messages).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'x', cacheBreakpoint: {} }] },
    ]);
  });

  test('names in errors are those of the client', () => {
    const messages = [user('x'), asks('low'), assistant, result];
    expect(() => decode({ messages })).toThrow('messages.3.content.0.tool_use_id');
  });
});

describe('errors name the invalid parameter', () => {
  const message = (content: unknown) => ({ messages: [{ role: 'user', content }] });
  test.each<[string, object | string, string, string]>([
    ['no JSON', '{', '', 'malformed-json'],
    ['no object', '[]', '', 'invalid-type'],
    ['too deep', `{"a":${'['.repeat(300)}${']'.repeat(300)}}`, '', 'unsupported-value'],
    ['no model', { model: undefined }, 'model', 'missing-parameter'],
    ['no messages', { messages: undefined }, 'messages', 'missing-parameter'],
    ['empty messages', { messages: [] }, 'messages', 'unsupported-value'],
    ['no max_tokens', { max_tokens: undefined }, 'max_tokens', 'missing-parameter'],
    ['max_tokens of 0', { max_tokens: 0 }, 'max_tokens', 'unsupported-value'],
    ['max_tokens of a fraction', { max_tokens: 1.5 }, 'max_tokens', 'invalid-type'],
    ['another role', { messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.role', 'unsupported-value'],
    ['no content', { messages: [{ role: 'user' }] }, 'messages.0.content', 'missing-parameter'],
    ['a block of another type', message([{ type: 'video' }]), 'messages.0.content.0', 'unsupported-value'],
    ['a type that is no text', message([{ type: { toString: 1 } }]), 'messages.0.content.0', 'unsupported-value'],
    ['a block without a type', message([{ text: 'a' }]), 'messages.0.content.0.type', 'missing-parameter'],
    ['a text without a text', message([{ type: 'text' }]), 'messages.0.content.0.text', 'missing-parameter'],
    [
      'an image without its data',
      message([{ type: 'image', source: { type: 'base64', media_type: 'image/png' } }]),
      'messages.0.content.0.source.data',
      'missing-parameter',
    ],
    [
      'a stored file',
      message([{ type: 'document', source: { type: 'file', file_id: 'f' } }]),
      'messages.0.content.0.source',
      'unsupported-feature',
    ],
    ['an upload', message([{ type: 'container_upload', file_id: 'f' }]), 'messages.0.content.0', 'unsupported-feature'],
    [
      'a result without a call',
      message([{ type: 'tool_result', tool_use_id: 'x' }]),
      'messages.0.content.0.tool_use_id',
      'unexpected-result',
    ],
    ['a tool without a schema', { tools: [{ name: 'f' }] }, 'tools.0.input_schema', 'missing-parameter'],
    ['another choice', { tool_choice: { type: 'x' } }, 'tool_choice.type', 'unsupported-value'],
    [
      'a budget that is no number',
      { thinking: { type: 'enabled', budget_tokens: 'x' } },
      'thinking.budget_tokens',
      'invalid-type',
    ],
    ['a negative temperature', { temperature: -1 }, 'temperature', 'unsupported-value'],
  ])('%s', (_name, body, parameter, reason) => {
    const failure = expect.objectContaining({ kind: 'invalid-request', fault: 'request', reason });
    expect(() => decodeBody(body)).toThrow(failure);
    try {
      decodeBody(body);
    } catch (error) {
      expect(error).toMatchObject(parameter === '' ? {} : { parameter, message: expect.stringContaining(parameter) });
    }
  });

  test('threads are rejected with details that the tool runner understands', () => {
    expect(() => decodeBody({ thread: { type: 'create' } })).toThrow(
      expect.objectContaining({
        vendor: {
          'anthropic-messages': {
            details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
          },
        },
      }),
    );
    expect(() => decodeBody({ thread: null })).not.toThrow();
  });
});

describe('the original body', () => {
  test('is available unless it has a duplicate member', () => {
    expect(
      decodeBody('{"model":"m","max_tokens":1,"max_tokens":2,"messages":[{"role":"user","content":"x"}]}'),
    ).not.toHaveProperty('original');
  });

  test('may begin with a byte order mark', () => {
    const { original } = decodeBody('\ufeff{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"é"}]}');
    expect(original?.shape.messages).toMatchObject([{ parts: [{ text: 'é' }] }]);
  });
});

test('a request to count needs no max_tokens', () => {
  const body = toBody({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], system: 's' });
  expect(decodeCountRequest(toJsonBody(body), headOf())).toMatchObject({
    messages: [{ role: 'system' }, { role: 'user' }],
  });
});
