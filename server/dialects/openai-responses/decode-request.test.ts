import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../conversation/failure.ts';
import type { Part } from '../../conversation/message.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { encodeItems } from './encode-items.ts';
import { encodeResponsesRequest } from './encode-request.ts';
import { decodeBody } from './testing/decode-body.ts';

function decode(members: object) {
  const decoded = decodeBody({ model: 'm', ...members });
  return { ...decoded, request: decoded.request() };
}

const text = (value: string): Part => ({ type: 'text', text: value });
const call = (call_id: string, more: object = {}) => ({
  type: 'function_call',
  call_id,
  name: 'f',
  arguments: '{"x":1}',
  ...more,
});
const output = (call_id: string, said: unknown = call_id) => ({ type: 'function_call_output', call_id, output: said });

describe('input', () => {
  test('as a text, and as messages with and without their type', () => {
    const user = [{ role: 'user', parts: [text('Hi')] }];
    expect(decode({ input: 'Hi' }).request.messages).toEqual(user);
    expect(decode({ input: [{ role: 'user', content: 'Hi' }] }).request.messages).toEqual(user);
    const typed = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] };
    expect(decode({ input: [typed] }).request.messages).toEqual(user);
  });

  test('instructions, system and developer messages', () => {
    const { messages } = decode({
      instructions: 'a',
      input: [
        { role: 'system', content: 'b' },
        { role: 'developer', content: 'c' },
        { role: 'user', content: 'd' },
      ],
    }).request;
    expect(messages.map(({ role }) => role)).toEqual(['system', 'system', 'developer', 'user']);
  });

  test('consecutive reasoning, text and calls are one turn, followed by the results in the order of the calls', () => {
    const { messages } = decode({
      input: [
        { role: 'user', content: 'q' },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'own' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }], phase: 'commentary' },
        call('c1'),
        call('c2'),
        output('c2'),
        output('c1', [{ type: 'input_image', image_url: 'data:image/png;base64,AA==' }]),
      ],
    }).request;
    expect(messages[1]?.parts).toEqual([
      { type: 'reasoning', text: 'hm', proof: { dialect: 'openai-responses', value: 'own', itemId: 'rs_1' } },
      { ...text('a'), vendor: { 'openai-responses': { phase: 'commentary' } } },
      { type: 'tool-call', id: 'c1', name: 'f', arguments: '{"x":1}' },
      { type: 'tool-call', id: 'c2', name: 'f', arguments: '{"x":1}' },
    ]);
    expect(messages[2]?.parts).toMatchObject([
      { callId: 'c1', parts: [{ type: 'image', source: { type: 'base64', data: 'AA==' } }] },
      { callId: 'c2', parts: [text('c2')] },
    ]);
  });

  test('a PDF', () => {
    const file = { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' };
    expect(decode({ input: [{ role: 'user', content: [file] }] }).request.messages[0]?.parts).toEqual([
      {
        type: 'document',
        source: { type: 'base64', mediaType: 'application/pdf', data: 'JVBERg==' },
        filename: 'a.pdf',
      },
    ]);
  });

  test('numbers in schemas keep their digits', () => {
    const tool = '{"type":"function","name":"f","parameters":{"type":"object","maximum":1234567890123456789}}';
    const { request } = decodeBody(Buffer.from(`{"model":"m","input":"a","tools":[${tool}]}`));
    expect(JSON.stringify(request().tools)).toContain('1234567890123456789');
  });
});

describe('items of OpenAI’s own tools', () => {
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'a' } };
  const input = [{ role: 'user', content: 'q' }, search, { role: 'assistant', content: 'a' }];

  test('are kept in place for OpenAI, and dropped for others', () => {
    const { request, original } = decode({ input });
    expect(request.messages[1]?.parts).toEqual([
      { type: 'vendor', dialect: 'openai-responses', value: search },
      text('a'),
    ]);
    expect(original).toBeDefined();
    expect(encodeItems(request.messages, new TranslationLog())[1]).toEqual(search);
  });
});

describe('formats of Chat Completions', () => {
  const parameters = { type: 'object', properties: { x: { type: 'string' } } };
  const nested = { type: 'function', function: { name: 'f', parameters } };
  const plain = { type: 'function', name: 'f', parameters };

  test.each([
    [{ tools: [nested] }],
    [{ tools: [{ name: 'f', input_schema: parameters }] }],
    [{ tools: [{ name: 'f', inputSchema: parameters }] }],
    [{ tools: [plain], tool_choice: { type: 'function', function: { name: 'f' } } }],
    [{ tools: [plain], tool_choice: { type: 'tool', name: 'f' } }],
    [{ tools: [plain], tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [nested] } } }],
    [{ tools: [plain], input: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] }],
  ])('is understood, and never relayed: %j', (members) => {
    const { request, original } = decode({ input: 'a', ...members });
    expect(request.tools).toMatchObject([{ type: 'function', name: 'f', parameters }]);
    if ('tool_choice' in members) expect(JSON.stringify(request.toolChoice)).toContain('"f"');
    expect(original).toBeUndefined();
    expect(decode({ input: 'a', tools: [plain] }).original).toBeDefined();
  });

  const schema = { type: 'object' };
  test.each([
    [{ max_tokens: 50 }, { maxOutputTokens: 50 }],
    [{ max_completion_tokens: 50, max_output_tokens: 60 }, { maxOutputTokens: 60 }],
    [{ reasoning_effort: 'low', reasoning: { summary: 'auto' } }, { reasoning: { effort: 'low', shown: true } }],
    [
      { verbosity: 'low', text: { format: { type: 'text' } } },
      { verbosity: 'low', responseFormat: { type: 'text' } },
    ],
    [{ stop: 'END' }, { stop: ['END'] }],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'a', schema } } },
      { responseFormat: { type: 'json-schema', name: 'a', schema } },
    ],
    [
      { text: { format: { type: 'json_schema', json_schema: { name: 'a', schema } } } },
      { responseFormat: { type: 'json-schema', name: 'a', schema } },
    ],
    [
      { text: { verbosity: 'low', format: { type: 'json_schema', schema, strict: true } } },
      { verbosity: 'low', responseFormat: { type: 'json-schema', name: 'answer', schema, strict: true } },
    ],
    [{ n: 1 }, { choiceCount: 1 }],
  ])('is decoded if members are mixed in, and never relayed: %j', (members, expected) => {
    const { request, original } = decode({ input: 'a', ...members });
    expect(request).toMatchObject(expected);
    expect([request.vendor, original]).toEqual([undefined, undefined]);
  });

  test.each([
    ['any', 'required'],
    ['validated', 'auto'],
  ])('the tool choice %j is %s, and never relayed', (tool_choice, type) => {
    const { request, original } = decode({ input: 'a', tools: [plain], tool_choice });
    expect([request.toolChoice, original]).toEqual([{ type }, undefined]);
  });

  test('messages with calls and results, as of clients that only renamed the member', () => {
    const called = { name: 'f', arguments: '{"x":1}' };
    const custom = { id: 'c2', type: 'custom', custom: { name: 'g', input: 'b' } };
    const { request, original } = decode({
      input: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: called }] },
        { role: 'tool', tool_call_id: 'c1', content: 'r' },
        { role: 'assistant', content: 'a', tool_calls: [custom] },
        { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 's' }] },
        { role: 'assistant', content: null },
        { role: 'assistant', content: 'b', tool_calls: null },
        { type: null, role: 'user', content: 'd' },
      ],
    });
    expect(request.messages).toMatchObject([
      { role: 'user', parts: [text('q')] },
      { role: 'assistant', parts: [{ type: 'tool-call', id: 'c1', ...called }] },
      { role: 'user', parts: [{ type: 'tool-result', callId: 'c1', parts: [text('r')] }] },
      { role: 'assistant', parts: [text('a'), { type: 'tool-call', id: 'c2', name: 'g' }] },
      { role: 'user', parts: [{ type: 'tool-result', callId: 'c2', parts: [text('s')] }] },
      { role: 'assistant', parts: [text('b')] },
      { role: 'user', parts: [text('d')] },
    ]);
    expect(original).toBeUndefined();
  });

  test.each([{}, { arguments: null }])('a call with %j has no arguments, and is never relayed', (given) => {
    const { arguments: _, ...bare } = call('c');
    const { request, original } = decode({ input: [{ ...bare, ...given }, output('c')] });
    expect(request.messages[0]?.parts).toMatchObject([{ type: 'tool-call', arguments: '{}' }]);
    expect(original).toBeUndefined();
  });

  test.each([
    { type: 'message', role: 'user', content: 'a', id: null },
    { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'own', status: null, content: null },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'a', annotations: null }] },
  ])('null in place of a missing member is never relayed: %j', (item) => {
    const answered = [item, { role: 'assistant', content: 'b' }, { role: 'user', content: 'c' }];
    const { request, original } = decode({ input: answered });
    expect([original, JSON.stringify(encodeItems(request.messages, new TranslationLog())).includes('null')]).toEqual([
      undefined,
      false,
    ]);
    for (const members of [{ tools: null }, { text: { format: null } }, { prompt_cache_key: null }]) {
      const { request: sent, original: relayed } = decode({ input: 'a', ...members });
      expect([sent.vendor, relayed]).toEqual([undefined, undefined]);
    }
  });

  test.each([
    { type: 'input_image', image_url: 'iVBORw0KGgo=' },
    { type: 'input_image', image_url: 'data:image/jpg;base64,iVBORw0KGgo=' },
    { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: '' },
    { type: 'input_file', filename: 'a.pdf', file_data: 'JVBERg==' },
    { type: 'input_file', file_data: 'data:application/pdf;base64,JVBERg==' },
  ])('media that OpenAI rejects as they are written are never relayed: %j', (part) => {
    expect(decode({ input: [{ role: 'user', content: [part] }] }).original).toBeUndefined();
    const image = { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' };
    const file = { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' };
    expect(decode({ input: [{ role: 'user', content: [image, file] }] }).original).toBeDefined();
  });
});

test.each<[string, object, unknown]>([
  ['reasoning that only OpenAI stores', { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: null }, []],
  ['reasoning without its summary', { type: 'reasoning', id: 'rs_1', encrypted_content: '' }, []],
  ["the model's text in a user message", { role: 'user', content: [{ type: 'output_text', text: 'x' }] }, [text('x')]],
  ["the user's text in an answer", { role: 'assistant', content: [{ type: 'input_text', text: 'x' }] }, [text('x')]],
  [
    'an image in an object',
    { role: 'user', content: [{ type: 'input_image', image_url: { url: 'https://x/y.png' } }] },
    [{ type: 'image', source: { type: 'url', url: 'https://x/y.png' } }],
  ],
])('%s is read, and never relayed', (_name, item, parts) => {
  const { request, original } = decode({ input: [item, { role: 'system', content: 'b' }] });
  expect([request.messages.flatMap((message) => message.parts), original]).toEqual([
    [...(parts as Part[]), text('b')],
    undefined,
  ]);
});

test('arguments in an object and a result of null are read, and never relayed', () => {
  const { request, original } = decode({ input: [call('c', { arguments: { x: 1 } }), output('c', null)] });
  expect(request.messages.flatMap(({ parts }) => parts)).toMatchObject([{ arguments: '{"x":1}' }, { parts: [] }]);
  expect(original).toBeUndefined();
});

describe('messages with phases', () => {
  test('stay separate', () => {
    const said = ['commentary', 'final_answer'].map((phase) => ({ role: 'assistant', phase, content: phase }));
    const { request } = decode({ input: [{ role: 'user', content: 'q' }, ...said] });
    expect(encodeItems(request.messages, new TranslationLog()).slice(1)).toMatchObject([
      { phase: 'commentary', content: [{ text: 'commentary' }] },
      { phase: 'final_answer', content: [{ text: 'final_answer' }] },
    ]);
  });
});

describe('tools', () => {
  const custom = { type: 'custom', name: 'patch', format: { type: 'grammar', syntax: 'lark', definition: 'start: x' } };
  const namespace = { type: 'namespace', name: 'agents', tools: [{ type: 'function', name: 'spawn', parameters: {} }] };

  test('custom ones take one text, namespaces are flattened, hosted ones are accepted', () => {
    const { request } = decode({ input: 'a', tools: [custom, namespace, { type: 'web_search' }] });
    expect(request.tools).toMatchObject([
      { type: 'function', name: 'patch', description: expect.stringContaining('start: x') },
      { type: 'function', name: 'agents__spawn' },
      { type: 'vendor', dialect: 'openai-responses', name: 'web_search' },
    ]);
  });

  test('their calls in a history have the same names', () => {
    const { request } = decode({
      tools: [custom, namespace],
      input: [
        { role: 'user', content: 'q' },
        { type: 'custom_tool_call', call_id: 'a', name: 'patch', input: '*** Begin' },
        { type: 'custom_tool_call_output', call_id: 'a', output: 'done' },
        call('b', { name: 'spawn', namespace: 'agents' }),
        output('b'),
      ],
    });
    expect(request.messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool-call'))).toMatchObject([
      { name: 'patch', arguments: '{"input":"*** Begin"}' },
      { name: 'agents__spawn' },
    ]);
  });

  test('those that the client runs are functions, and what they answered is a text', () => {
    const failed = { stdout: 'a', stderr: 'b', outcome: { type: 'exit', exit_code: 2 } };
    const slow = { stdout: '', stderr: '', outcome: { type: 'timeout' } };
    const diff = { type: 'update_file', path: 'a', diff: '@@' };
    const { request } = decode({
      tools: [
        { type: 'local_shell' },
        { type: 'shell', environment: { type: 'container_auto' } },
        { type: 'shell', environment: { type: 'local' } },
      ],
      tool_choice: { type: 'shell' },
      input: [
        { role: 'user', content: 'q' },
        { type: 'local_shell_call', id: 'lsh_1', call_id: 'a', action: { type: 'exec', command: ['ls'], env: {} } },
        { type: 'shell_call', call_id: 'b', action: { commands: ['ls'], timeout_ms: null } },
        { type: 'apply_patch_call', call_id: 'c', operation: diff },
        { type: 'local_shell_call_output', id: 'lsh_1', output: 'done' },
        { type: 'shell_call_output', call_id: 'b', output: [failed, slow] },
        { type: 'apply_patch_call_output', call_id: 'c', status: 'failed' },
      ],
    });
    expect(request.tools).toMatchObject([
      { type: 'function', name: 'local_shell', parameters: { required: ['command'] } },
      { type: 'vendor', name: 'shell' },
      { type: 'function', name: 'shell', parameters: { required: ['commands'] } },
    ]);
    expect(request.toolChoice).toEqual({ type: 'tool', name: 'shell' });
    expect(request.messages.slice(1)).toMatchObject([
      {
        parts: [
          { id: 'a', name: 'local_shell', arguments: '{"command":["ls"]}' },
          { id: 'b', name: 'shell', arguments: '{"commands":["ls"]}' },
          { id: 'c', name: 'apply_patch', arguments: JSON.stringify(diff) },
        ],
      },
      {
        parts: [
          { callId: 'a', parts: [text('done')] },
          { callId: 'b', parts: [text('a\nb\n(exit code 2)\n(timed out)')] },
          { callId: 'c', parts: [text('The patch failed.')], failed: true },
        ],
      },
    ]);
  });

  test.each([
    ['auto', { type: 'auto' }],
    [
      { type: 'custom', name: 'patch' },
      { type: 'tool', name: 'patch' },
    ],
    [
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'custom', name: 'patch' }] },
      { type: 'allowed', mode: 'required', names: ['patch'] },
    ],
    [{ type: 'web_search' }, undefined],
  ])('chosen by %j', (tool_choice, expected) => {
    expect(decode({ input: 'a', tools: [custom], tool_choice }).request.toolChoice).toEqual(expected);
  });

  test.each<object>([
    { type: 'web_search' },
    { type: 'mcp', server_label: 'b', name: 'x' },
    { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search' }] },
    { type: 'allowed_tools', mode: 'required', tools: [{ type: 'custom', name: 'patch' }, { type: 'web_search' }] },
  ])('that OpenAI runs are chosen as the client wrote it: %j', (tool_choice) => {
    const include = ['web_search_call.action.sources'];
    const tools = [custom, { type: 'web_search' }, { type: 'mcp', server_label: 'b' }];
    const { request } = decode({ input: 'a', tools, tool_choice, include });
    const target = { model: 'gpt-5.2', notes: new TranslationLog(), customTools: true };
    expect(encodeResponsesRequest(request, target)).toMatchObject({
      tool_choice,
      include: [...include, 'reasoning.encrypted_content'],
    });
    expect(target.notes.list()).toEqual([]);
  });
});

describe('errors name the invalid parameter', () => {
  test.each<[object, string]>([
    [{}, 'input'],
    [{ input: 5 }, 'input'],
    [{ input: [] }, 'input'],
    [{ input: 'a', model: undefined }, 'model'],
    [{ input: [{ type: 'odd' }] }, 'input[0].type'],
    [{ input: [{ role: 'user', content: 'q' }, output('c')] }, 'input[1].call_id'],
    [{ input: [{ role: 'user', content: 'q' }, call('c')] }, 'input[1].call_id'],
    [{ input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] }, 'input[0].content[0].file_data'],
    [{ input: 'a', text: { format: { type: 'json_schema', name: 's' } } }, 'text.format.schema'],
    [{ input: 'a', tool_choice: { type: 'function', name: 'f' } }, 'tool_choice'],
    [{ input: 'a', previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0].id'],
    [{ input: 'a', conversation: 'c' }, 'conversation'],
    [{ input: 'a', background: true }, 'background'],
    [{ input: [{ type: 'compaction', encrypted_content: 'Zm9yZWlnbg==' }] }, 'input[0].encrypted_content'],
  ])('%j', (members, parameter) => {
    expect(() => decode(members)).toThrow(expect.objectContaining({ kind: 'invalid-request', parameter }));
  });

  test('any JSON is decoded or rejected with a failure', () => {
    const item = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.record({ type: fc.constantFrom('message', 'function_call', 'reasoning', 'compaction'), role: fc.string() }),
    );
    const body = fc.record(
      {
        model: fc.oneof(fc.constant('m'), fc.jsonValue()),
        input: fc.oneof(fc.string(), fc.array(item, { maxLength: 4 }), fc.jsonValue()),
        tools: fc.oneof(fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 2 }), fc.jsonValue()),
        text: fc.jsonValue(),
        reasoning: fc.jsonValue(),
        tool_choice: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(body, fc.jsonValue()), (value) => {
        try {
          decodeBody(value);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          expect(error).toMatchObject({ kind: 'invalid-request' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
