import { describe, expect, test } from 'vitest';
import { collect } from '../../conversation/collect.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { Message, Part } from '../../conversation/message.ts';
import type { FunctionTool, ReasoningOptions } from '../../conversation/request.ts';
import { encodeFor } from './testing/encode-for.ts';

const sonnet4 = 'claude-sonnet-4@20250514';
const sonnet45 = 'claude-sonnet-4-5@20250929';
const opus46 = 'claude-opus-4-6';
const opus47 = 'claude-opus-4-7';
const opus55 = 'claude-opus-5-5';

const text = (words: string): Part => ({ type: 'text', text: words });
const said = (role: Message['role'], ...parts: readonly (Part | string)[]): Message => ({
  role,
  parts: parts.map((part) => (typeof part === 'string' ? text(part) : part)),
});
const call = (id: string, name = 'f', args = '{}'): Part => ({ type: 'tool-call', id, name, arguments: args });
const result = (callId: string, ...parts: readonly Part[]): Part => ({ type: 'tool-result', callId, parts });
const thought = (value = 'sig', dialect = 'anthropic-messages'): Part => ({
  type: 'reasoning',
  text: 'hm',
  proof: { dialect, value },
});
const tool = (name: string, rest: Partial<FunctionTool> = {}): FunctionTool => ({ type: 'function', name, ...rest });
const wordsOf = (body: Readonly<Record<string, unknown>>) =>
  (body.messages as { role: string; content: { text?: string; type: string }[] }[]).map(({ role, content }) => [
    role,
    ...content.map((block) => block.text ?? block.type),
  ]);

describe('messages', () => {
  test('instructions after an answer stay in place, as reminders', () => {
    const { body } = encodeFor(sonnet45, {
      messages: [
        ...[said('system', 'a'), said('user', 'x'), said('developer', 'b'), said('assistant', 'y')],
        ...[said('user', 'z'), said('developer', 'c'), said('system', '<system-reminder>d</system-reminder>')],
      ],
    });
    const texts = (value: unknown) => (value as { text: string }[]).map(({ text }) => text);
    expect(texts(body.system)).toEqual(['a', 'b']);
    const turns = body.messages as { role: string; content: unknown }[];
    expect(turns.map(({ role, content }) => [role, ...texts(content)])).toEqual([
      ['user', 'x'],
      ['assistant', 'y'],
      ['user', 'z', '<system-reminder>\nc\n</system-reminder>', '<system-reminder>d</system-reminder>'],
    ]);
  });

  test('a tool that the client runs is a function where the route rejects its type', () => {
    const bash: FunctionTool = {
      type: 'function',
      name: 'bash',
      description: 'Runs.',
      parameters: { type: 'object' },
      cacheBreakpoint: {},
      vendor: { 'anthropic-messages': { type: 'bash_20250124', strict: true } },
    };
    const request = { messages: [said('user', 'x')], tools: [bash] };
    const mark = { cache_control: { type: 'ephemeral' } };
    const taken = { type: 'bash_20250124', name: 'bash', strict: true, ...mark };
    expect(encodeFor(sonnet45, request).body.tools).toEqual([taken]);
    const described = { name: 'bash', description: 'Runs.', input_schema: { type: 'object' }, ...mark };
    const { body } = encodeFor(sonnet45, request, { refused: ['tools[].type=bash_20250124'] });
    expect(body.tools).toEqual([described]);
  });

  test('system and developer messages become the system prompt, in order', () => {
    const { body } = encodeFor(sonnet45, {
      messages: [said('system', 'Be brief.'), said('user', 'Hi'), said('developer', 'And kind.')],
    });
    expect(body).toEqual({
      max_tokens: 64_000,
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'And kind.' },
      ],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    });
  });

  test('consecutive messages with the same role are joined, with results first and calls last', () => {
    const { body } = encodeFor(sonnet45, {
      messages: [
        said('user', 'a'),
        said('user', 'b'),
        said('assistant', call('1')),
        said('assistant', 'c'),
        said('user', 'd', result('1')),
        said('user', 'e'),
      ],
    });
    expect(wordsOf(body)).toEqual([
      ['user', 'a', 'b'],
      ['assistant', 'c', 'tool_use'],
      ['user', 'tool_result', 'd', 'e'],
    ]);
  });

  test('signed thinking between calls stays where it was, in one message and in several', () => {
    const thought = (value: string): Part => ({
      type: 'reasoning',
      text: value,
      proof: { dialect: 'anthropic-messages', value },
    });
    const parts = [thought('s1'), call('1'), thought('s2'), call('2')];
    const results = said('user', result('1'), result('2'));
    for (const turn of [[said('assistant', ...parts)], parts.map((part) => said('assistant', part))]) {
      const { body } = encodeFor(sonnet45, { messages: [said('user', 'a'), ...turn, results] });
      expect(wordsOf(body)[1]).toEqual(['assistant', 'thinking', 'tool_use', 'thinking', 'tool_use']);
    }
  });

  test.each(['', ' ', '\n', '\u00a0', '\u3000', '\u2028', '\f', '\u200b'])('blank texts are removed: %j', (blank) => {
    const { body } = encodeFor(sonnet45, {
      messages: [said('system', blank), said('user', 'x', blank), said('assistant', blank), said('user', 'y')],
    });
    expect(wordsOf(body)).toEqual([['user', `x${blank}`, 'y']]);
    expect(body.system).toBeUndefined();
  });

  test('a cache mark on a blank text moves to the text before it', () => {
    const marked: Part = { type: 'text', text: '\n', cacheBreakpoint: {} };
    const { body } = encodeFor(sonnet45, { messages: [said('user', 'x', marked)] });
    expect(body.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'x\n', cache_control: { type: 'ephemeral' } }] },
    ]);
  });

  test('a blank last user message is rejected with its path', () => {
    const messages = [said('user', 'x'), said('assistant', 'y'), said('user', ' ')];
    expect(() => encodeFor(sonnet45, { messages })).toThrow(
      expect.objectContaining({ kind: 'invalid-request', parameter: 'messages[2].content' }),
    );
  });

  test('the last assistant text does not end with white space', () => {
    const { body, notes } = encodeFor(sonnet4, {
      messages: [said('user', 'x'), said('assistant', '<thinking>\n\u00a0')],
    });
    expect(wordsOf(body)).toEqual([
      ['user', 'x'],
      ['assistant', '<thinking>'],
    ]);
    expect(notes).toMatchObject([{ member: 'messages', action: 'changed' }]);
  });

  test('a model without prefill is asked to continue the last assistant message', () => {
    const { body, notes } = encodeFor(opus46, { messages: [said('user', 'x'), said('assistant', 'y')] });
    expect(wordsOf(body).map(([role]) => role)).toEqual(['user', 'assistant', 'user']);
    expect(notes).toHaveLength(1);
  });

  test('a conversation that begins with the assistant gets a user message first', () => {
    const { body } = encodeFor(sonnet45, { messages: [said('assistant', 'Hello!'), said('user', 'Hi')] });
    expect(wordsOf(body).map(([role]) => role)).toEqual(['user', 'assistant', 'user']);
  });

  test('instructions alone become a user message', () => {
    const { body } = encodeFor(sonnet45, { messages: [said('system', 'Write a poem.')] });
    expect(wordsOf(body)).toEqual([['user', 'Write a poem.']]);
    expect(body.system).toBeUndefined();
  });

  test('thinking at the end of a turn is removed', () => {
    const { body } = encodeFor(sonnet45, {
      messages: [said('user', 'x'), said('assistant', 'y', thought()), said('user', 'z'), said('assistant', thought())],
    });
    expect(wordsOf(body)).toEqual([
      ['user', 'x'],
      ['assistant', 'y'],
      ['user', 'z'],
    ]);
  });
});

describe('parts', () => {
  const encodePart = (part: Part) => {
    const { body, notes } = encodeFor(sonnet45, { messages: [said('user', part, 'x')] });
    const [message] = body.messages as { content: unknown[] }[];
    return { block: message?.content[0], notes };
  };

  test('an image', () => {
    const source = { type: 'base64', mediaType: 'image/png', data: 'aGk=' } as const;
    expect(encodePart({ type: 'image', source, cacheBreakpoint: { ttl: 3600 } }).block).toEqual({
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'aGk=' },
      cache_control: { type: 'ephemeral' },
    });
  });

  test('a PDF with its name', () => {
    const source = { type: 'base64', mediaType: 'application/pdf', data: 'JVBE' } as const;
    expect(encodePart({ type: 'document', source, filename: 'a.pdf' }).block).toEqual({
      type: 'document',
      title: 'a.pdf',
      source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
    });
  });

  test.each([
    [
      'plain text',
      { type: 'text', text: 'hi', mediaType: 'text/plain' },
      { type: 'text', media_type: 'text/plain', data: 'hi' },
    ],
    [
      'a text file in base64',
      { type: 'base64', mediaType: 'text/csv', data: 'YTti' },
      { type: 'text', media_type: 'text/plain', data: 'a;b' },
    ],
    ['parts', { type: 'parts', parts: [text('hi')] }, { type: 'content', content: [{ type: 'text', text: 'hi' }] }],
  ] as const)('a document of %s', (_name, source, expected) => {
    expect(encodePart({ type: 'document', source }).block).toEqual({ type: 'document', source: expected });
  });

  test.each<[string, Part, RegExp]>([
    [
      'an image by its URL',
      { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
      /nor the route to this model fetches URLs/,
    ],
    [
      'a document by its URL',
      { type: 'document', source: { type: 'url', url: 'https://x/y.pdf' } },
      /nor the route to this model fetches URLs/,
    ],
    [
      'an image of another kind',
      { type: 'image', source: { type: 'base64', mediaType: 'image/heic', data: 'aGk=' } },
      /JPEG, PNG, GIF or WebP/,
    ],
    ['audio', { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: 'aGk=' } }, /audio/],
    [
      'a document of another kind',
      { type: 'document', source: { type: 'base64', mediaType: 'application/zip', data: 'aGk=' } },
      /PDF or plain text/,
    ],
  ])('%s is rejected with its path', (_name, part, words) => {
    const failure = expect.objectContaining({
      kind: 'invalid-request',
      fault: 'request',
      parameter: 'messages[0].content[0]',
      message: expect.stringMatching(words),
    });
    expect(() => encodePart(part)).toThrow(failure);
  });

  test("only Claude's own signed thinking is sent", () => {
    const redacted: Part = {
      type: 'reasoning',
      text: '',
      proof: { dialect: 'anthropic-messages', value: 'secret', redacted: true },
    };
    const { body, notes } = encodeFor(sonnet45, {
      messages: [
        said('user', 'x'),
        said('assistant', thought(), redacted, { type: 'reasoning', text: 'unsigned' }, thought('s', 'gemini'), 'y'),
        said('user', 'z'),
      ],
    });
    const content = (body.messages as { content: unknown }[])[1]?.content;
    expect(content).toEqual([
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'redacted_thinking', data: 'secret' },
      { type: 'text', text: 'y' },
    ]);
    expect(notes).toMatchObject([{ member: 'messages[1].content[2]', action: 'dropped' }]);
  });

  test('an image has the type of its bytes', () => {
    const source = { type: 'base64', mediaType: 'image/jpg', data: 'iVBORw0KGgoAAAANSUhEUg==' } as const;
    const { block, notes } = encodePart({ type: 'image', source });
    expect([block, notes]).toMatchObject([{ source: { media_type: 'image/png' } }, [{ action: 'changed' }]]);
  });

  test('a block that the route rejects is sent as text', () => {
    const vendor = { 'anthropic-messages': { type: 'tool_reference', tool_name: 'f' } };
    const { block, notes } = encodePart({ type: 'text', text: 'The tool f.', vendor });
    expect([block, notes]).toMatchObject([{ type: 'text', text: 'The tool f.' }, [{ action: 'changed' }]]);
  });

  test('types of blocks and tools that the route is known to reject are left out, calls and results in pairs', () => {
    const own = (value: Readonly<Record<string, unknown>>): Part => ({
      type: 'vendor',
      dialect: 'anthropic-messages',
      value,
    });
    const { body, notes } = encodeFor(
      'claude-sonnet-4-5@20250929',
      {
        messages: [
          said('user', 'x'),
          said(
            'assistant',
            own({ type: 'server_tool_use', id: 's1', name: 'web_search', input: {} }),
            own({ type: 'web_search_tool_result', tool_use_id: 's1', content: [] }),
            own({ type: 'server_tool_use', id: 's2', name: 'code_execution', input: {} }),
            own({ type: 'code_execution_tool_result', tool_use_id: 's2', content: {} }),
            { type: 'text', text: 'y', vendor: { 'anthropic-messages': { type: 'compaction', content: 'y' } } },
          ),
          said('user', 'z'),
        ],
        tools: ['mcp_toolset', 'bash_20250124'].map((type) => ({
          type: 'vendor',
          dialect: 'anthropic-messages',
          name: type,
          value: { type, name: type },
        })),
        toolChoice: { type: 'tool', name: 'mcp_toolset' },
      },
      {
        refused: [
          'messages[].content[].type=code_execution_tool_result',
          'messages[].content[].type=compaction',
          'tools[].type=mcp_toolset',
        ],
      },
    );
    expect(body).toMatchObject({ tools: [{ type: 'bash_20250124' }] });
    expect(body.tool_choice).toBeUndefined();
    const content = (body.messages as { content: { type: string }[] }[])[1]?.content;
    expect(content?.map(({ type }) => type)).toEqual(['server_tool_use', 'web_search_tool_result', 'text']);
    expect(notes.map(({ member }) => member)).toEqual([
      ...['messages[1].content[2]', 'messages[1].content[3]', 'messages[1].content[4]', 'tools[0]', 'tool_choice'],
    ]);
  });

  test("a part of another vendor is dropped with a note, Claude's own stays", () => {
    const foreign: Part = { type: 'vendor', dialect: 'gemini', value: { executableCode: {} } };
    expect(encodePart(foreign)).toMatchObject({ block: { text: 'x' }, notes: [{ action: 'dropped' }] });
    const own: Part = { type: 'vendor', dialect: 'anthropic-messages', value: { type: 'search_result', later: 1 } };
    expect(encodePart(own).block).toEqual({ type: 'search_result', later: 1 });
    const refused: Part = { type: 'vendor', dialect: 'anthropic-messages', value: { type: 'tool_reference' } };
    expect(encodePart(refused).block).toMatchObject({ text: 'x' });
  });
});

describe('calls and results', () => {
  const history = (...calls: readonly Part[]): Message[] => [
    said('user', 'x'),
    said('assistant', ...calls),
    said('user', ...calls.flatMap((part) => (part.type === 'tool-call' ? [result(part.id, text('r'))] : []))),
  ];
  const blocksOf = (messages: readonly Message[]) => {
    const { body, notes } = encodeFor(sonnet45, { messages, tools: [tool('f')] });
    return {
      blocks: (body.messages as { content: { [name: string]: unknown }[] }[]).flatMap((turn) => turn.content),
      notes,
    };
  };

  test('ids that Claude rejects are rewritten in the same way in both', () => {
    const { blocks } = blocksOf(history(call('functions.f:0'), call('x'.repeat(100))));
    const [, first, second, firstResult, secondResult] = blocks;
    expect(first?.id).toMatch(/^functions_f_0_[0-9a-f]{12}$/);
    expect([firstResult?.tool_use_id, secondResult?.tool_use_id]).toEqual([first?.id, second?.id]);
    expect(String(second?.id).length).toBeLessThanOrEqual(64);
  });

  test('an id that is reused in a later turn gets another one', () => {
    const { blocks } = blocksOf([...history(call('call_1')), ...history(call('call_1')).slice(1)]);
    const ids = blocks.map((block) => block.id ?? block.tool_use_id).filter((id) => id !== undefined);
    expect(ids).toEqual(['call_1', 'call_1', 'call_1_2', 'call_1_2']);
  });

  test.each([
    ['', {}],
    ['  ', {}],
    ['{"a":1}', { a: 1 }],
    ['{"path":"a.txt","content":"lo', { malformed_arguments: '{"path":"a.txt","content":"lo' }],
    ['[1]', { malformed_arguments: '[1]' }],
  ])('the arguments %j', (written, input) => {
    const { blocks, notes } = blocksOf(history(call('1', 'f', written)));
    expect(blocks[1]?.input).toEqual(input);
    expect(notes).toHaveLength('malformed_arguments' in input ? 1 : 0);
  });

  test('a result has its failure and its media', () => {
    const image: Part = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'aGk=' } };
    const reference: Part = { type: 'vendor', dialect: 'anthropic-messages', value: { type: 'tool_reference' } };
    const audio: Part = { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: 'aGk=' } };
    const { blocks, notes } = blocksOf([
      said('user', 'x'),
      said('assistant', call('1'), call('2')),
      said(
        'user',
        { type: 'tool-result', callId: '1', parts: [text(''), text('r'), image, reference, audio], failed: false },
        result('2'),
      ),
    ]);
    expect(blocks.slice(3)).toEqual([
      {
        type: 'tool_result',
        tool_use_id: '1',
        is_error: false,
        content: [
          { type: 'text', text: 'r' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
        ],
      },
      { type: 'tool_result', tool_use_id: '2' },
    ]);
    expect(notes.map((note) => note.member)).toEqual([
      'messages[2].content[0].content[3]',
      'messages[2].content[0].content[4]',
    ]);
  });

  test('a failed result has texts only, and at least one', () => {
    const image: Part = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'aGk=' } };
    const failed = (callId: string, ...parts: readonly Part[]): Part => ({
      ...{ type: 'tool-result', callId, parts, failed: true },
    });
    const { blocks, notes } = blocksOf([
      ...[said('user', 'x'), said('assistant', call('1'), call('2'), call('3'))],
      said('user', failed('1', text('r')), failed('2', text('')), failed('3', text('r'), image)),
    ]);
    expect(blocks.slice(4)).toEqual([
      { type: 'tool_result', tool_use_id: '1', content: [{ type: 'text', text: 'r' }], is_error: true },
      { type: 'tool_result', tool_use_id: '2', content: [{ type: 'text', text: 'The tool failed.' }], is_error: true },
      {
        type: 'tool_result',
        tool_use_id: '3',
        content: [
          { type: 'text', text: 'r' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
        ],
      },
    ]);
    expect(notes).toMatchObject([{ member: 'messages[2].content[2].is_error' }]);
  });

  test('calls without any tool get tools that cannot be called', () => {
    const { body } = encodeFor(sonnet45, { messages: history(call('1', 'a.b'), call('2', 'a.b')) });
    expect(body).toMatchObject({
      tools: [{ name: expect.stringMatching(/^a_b_/), input_schema: { type: 'object' } }],
      tool_choice: { type: 'none' },
    });
  });
});

describe('tools', () => {
  test('one with everything', () => {
    const parameters = { type: 'object', properties: { a: { $ref: '#/$defs/A' } }, $defs: { A: {} } };
    const { body, notes } = encodeFor(sonnet45, {
      tools: [tool('f', { description: 'F', parameters, strict: true, cacheBreakpoint: {} }), tool('g')],
    });
    expect(body.tools).toEqual([
      { name: 'f', description: 'F', input_schema: parameters, cache_control: { type: 'ephemeral' } },
      { name: 'g', input_schema: { type: 'object', properties: {} } },
    ]);
    expect(notes).toMatchObject([{ member: 'tools[0].strict', action: 'dropped' }]);
  });

  test('a schema of alternatives is merged into one object', () => {
    const branch = (name: string) => ({ properties: { [name]: { type: 'string' } }, required: [name] });
    const { body, notes } = encodeFor(sonnet45, {
      tools: [tool('f', { parameters: { anyOf: [branch('a'), branch('b')], allOf: [branch('c')] } })],
    });
    expect(body.tools).toMatchObject([
      { input_schema: { type: 'object', properties: { a: {}, b: {}, c: {} }, required: ['c'] } },
    ]);
    expect(notes).toHaveLength(1);
  });

  test('equal ones are sent once, different ones with the same name are rejected', () => {
    const { body } = encodeFor(sonnet45, { tools: [tool('f'), tool('g'), tool('f')] });
    expect(body.tools).toMatchObject([{ name: 'f' }, { name: 'g' }]);
    expect(() => encodeFor(sonnet45, { tools: [tool('f'), tool('f', { description: 'other' })] })).toThrow(
      expect.objectContaining({ parameter: 'tools[1]', fault: 'request' }),
    );
  });

  test("members and tools of the API's own", () => {
    const { body, notes } = encodeFor(sonnet45, {
      tools: [
        tool('f', { vendor: { 'anthropic-messages': { type: 'custom', defer_loading: true, later: 1 } } }),
        {
          type: 'vendor',
          dialect: 'anthropic-messages',
          name: 'web_search',
          value: { type: 'web_search_20250305', name: 'web_search', defer_loading: true, max_uses: 2 },
        },
        { type: 'vendor', dialect: 'gemini', name: 'googleSearch', value: { googleSearch: {} } },
      ],
    });
    expect(body.tools).toEqual([
      { type: 'custom', name: 'f', input_schema: { type: 'object', properties: {} } },
      { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
    ]);
    expect(notes.map((note) => note.member)).toEqual(['tools[0].defer_loading', 'tools[0].later', 'tools[2]']);
  });

  test.each<[object, object | undefined]>([
    [{}, undefined],
    [{ parallelToolCalls: true }, undefined],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ toolChoice: { type: 'auto' } }, { type: 'auto' }],
    [{ toolChoice: { type: 'none' } }, { type: 'none' }],
    [
      { toolChoice: { type: 'required' }, parallelToolCalls: false },
      { type: 'any', disable_parallel_tool_use: true },
    ],
    [{ toolChoice: { type: 'tool', name: 'f' } }, { type: 'tool', name: 'f' }],
    [{ toolChoice: { type: 'tool', name: 'absent' } }, undefined],
  ])('the choice %j', (given, expected) => {
    expect(encodeFor(sonnet45, { tools: [tool('f')], ...given }).body.tool_choice).toEqual(expected);
  });

  test.each([
    ['auto', { type: 'auto' }],
    ['required', { type: 'any' }],
  ] as const)('only allowed ones are shown (%s)', (mode, expected) => {
    const { body } = encodeFor(sonnet45, {
      tools: [tool('f'), tool('g')],
      toolChoice: { type: 'allowed', mode, names: ['g'] },
    });
    expect(body).toMatchObject({ tools: [{ name: 'g' }], tool_choice: expected });
  });

  test('a name that Claude rejects is rewritten everywhere, and restored in the answer', () => {
    const name = 'mcp:files.read';
    const { body, transformAnswer } = encodeFor(sonnet45, {
      messages: [said('user', 'x'), said('assistant', call('1', name)), said('user', result('1'))],
      tools: [tool(name)],
      toolChoice: { type: 'tool', name },
    });
    const [sent] = body.tools as { name: string }[];
    expect(sent?.name).toMatch(/^mcp_files_read_[0-9a-f]{12}$/);
    expect(body).toMatchObject({
      tool_choice: { name: sent?.name },
      messages: [{}, { content: [{ name: sent?.name }] }, {}],
    });
    const answered: ConversationEvent = {
      type: 'block-start',
      choice: 0,
      block: 0,
      kind: 'tool-call',
      id: 'i',
      name: sent?.name ?? '',
    };
    expect(transformAnswer?.([answered])).toEqual([{ ...answered, name }]);
  });
});

describe('generation settings', () => {
  test.each([
    [sonnet45, {}, {}, 64_000],
    [sonnet45, {}, { maxOutputTokens: 5000 }, 5000],
    [sonnet45, { maxOutputTokens: 100 }, {}, 100],
    [sonnet45, { maxOutputTokens: 128_000 }, { maxOutputTokens: 64_000 }, 64_000],
  ])('%s bounds its answer: %j, %j', (model, given, target, expected) => {
    expect(encodeFor(model, given, target).body.max_tokens).toBe(expected);
  });

  const thinkingOf = (model: string, reasoning: ReasoningOptions, given: object = {}) => {
    const { body, notes } = encodeFor(model, { reasoning, ...given });
    return { ...(body.thinking as object), max: body.max_tokens, output: body.output_config, notes: notes.length };
  };

  test.each<[string, ReasoningOptions, object, object]>([
    [sonnet45, { mode: 'on', effort: 'low' }, {}, { type: 'enabled', budget_tokens: 4096, max: 64_000 }],
    [sonnet45, { mode: 'on', effort: 'minimal' }, {}, { budget_tokens: 1024 }],
    [sonnet45, { mode: 'on' }, {}, { budget_tokens: 16_384 }],
    [sonnet45, { mode: 'adaptive', effort: 'high' }, {}, { type: 'enabled', budget_tokens: 32_768 }],
    [sonnet45, { mode: 'on', budget: 10 }, {}, { budget_tokens: 1024 }],
    [sonnet45, { mode: 'on', budget: 5000 }, { maxOutputTokens: 6000 }, { budget_tokens: 5000, max: 6000, notes: 0 }],
    [sonnet45, { mode: 'on', budget: 5000 }, { maxOutputTokens: 4000 }, { budget_tokens: 3000, max: 4000, notes: 1 }],
    [sonnet45, { mode: 'on', effort: 'high' }, { maxOutputTokens: 500 }, { budget_tokens: 1024, max: 1524, notes: 1 }],
    [opus46, { mode: 'on', effort: 'max' }, {}, { type: 'adaptive', output: { effort: 'max' } }],
    [opus46, { mode: 'on', budget: 5000 }, {}, { type: 'enabled', budget_tokens: 5000 }],
    [opus47, { mode: 'on', budget: 5000, shown: true }, {}, { type: 'adaptive', display: 'summarized', notes: 1 }],
    [
      opus47,
      { mode: 'adaptive', effort: 'minimal', shown: false },
      {},
      { display: 'omitted', output: { effort: 'low' } },
    ],
  ])('%s thinks as wished: %j, %j', (model, reasoning, given, expected) => {
    expect(thinkingOf(model, reasoning, given)).toMatchObject(expected);
  });

  test.each<[string, ReasoningOptions, object, number]>([
    ['claude-3-5-sonnet-v2@20241022', { mode: 'on', effort: 'high' }, {}, 1],
    [sonnet45, { mode: 'off' }, {}, 0],
    [sonnet45, { mode: 'on' }, { tools: [tool('f')], toolChoice: { type: 'required' } }, 1],
    [opus46, { mode: 'on' }, { tools: [tool('f')], toolChoice: { type: 'tool', name: 'f' } }, 1],
    [opus55, { mode: 'off' }, {}, 1],
  ])('%s does not think: %j, %j', (model, reasoning, given, notes) => {
    const { body, notes: noted } = encodeFor(model, { reasoning, ...given });
    expect(body.thinking).toBeUndefined();
    expect(noted).toHaveLength(notes);
  });

  test('thinking is switched off for a model that thinks by default', () => {
    expect(encodeFor('claude-sonnet-5', { reasoning: { mode: 'off' } }).body.thinking).toEqual({ type: 'disabled' });
  });

  const toolTurn = (...parts: readonly Part[]): Message[] => [
    said('user', 'x'),
    said('assistant', ...parts, call('1')),
    said('user', result('1')),
  ];
  test.each<[string, string, Message[], string | undefined]>([
    ['without signed thinking, by budget', sonnet45, toolTurn(), undefined],
    ['with foreign thinking, by budget', sonnet45, toolTurn(thought('s', 'gemini')), undefined],
    ['with signed thinking', sonnet45, toolTurn(thought()), 'enabled'],
    ['that adapts', opus46, toolTurn(), 'adaptive'],
    ['that is over', sonnet45, [...toolTurn(), said('assistant', 'y'), said('user', 'z')], 'enabled'],
    ['that goes on with given words', sonnet45, [said('user', 'x'), said('assistant', 'y')], undefined],
    [
      'whose later calls came without more thinking',
      sonnet45,
      [...toolTurn(thought()), said('assistant', call('2')), said('user', result('2'))],
      'enabled',
    ],
  ])('in a turn %s', (_name, model, messages, expected) => {
    const { body, notes } = encodeFor(model, { messages, tools: [tool('f')], reasoning: { mode: 'on' } });
    expect((body.thinking as { type: string } | undefined)?.type).toBe(expected);
    if (expected === undefined) expect(notes.map((note) => note.member)).toContain('reasoning');
  });

  const samplingOf = (model: string, given: object) => {
    const { body, notes } = encodeFor(model, given);
    const { temperature, top_p, top_k } = body;
    return { temperature, top_p, top_k, notes: notes.length };
  };
  const thinks = { reasoning: { mode: 'on' } };

  test.each<[string, object, object]>([
    [sonnet4, { temperature: 0.5, topP: 0.9, topK: 5 }, { temperature: 0.5, top_p: 0.9, top_k: 5, notes: 0 }],
    [sonnet4, { temperature: 1.7 }, { temperature: 1, notes: 1 }],
    [sonnet45, { temperature: 0.5, topP: 0.9 }, { temperature: 0.5, top_p: undefined, notes: 1 }],
    [sonnet45, { temperature: 0.5, topP: 1 }, { temperature: 0.5, top_p: undefined, notes: 0 }],
    [sonnet45, { temperature: 1, topP: 0.9 }, { temperature: undefined, top_p: 0.9, notes: 0 }],
    [sonnet45, { temperature: 0.5, topK: 3, ...thinks }, { temperature: undefined, top_k: undefined, notes: 2 }],
    [sonnet45, { temperature: 1, ...thinks }, { temperature: 1, notes: 0 }],
    [sonnet45, { topP: 0.5, ...thinks }, { top_p: undefined, notes: 1 }],
    [sonnet45, { topP: 0.97, ...thinks }, { top_p: 0.97, notes: 0 }],
    [
      opus47,
      { temperature: 0.5, topP: 0.5, topK: 3 },
      { temperature: undefined, top_p: undefined, top_k: undefined, notes: 3 },
    ],
    [opus47, { temperature: 1, topP: 1 }, { temperature: undefined, top_p: undefined, notes: 0 }],
  ])('%s samples: %j', (model, given, expected) => {
    expect(samplingOf(model, given)).toMatchObject(expected);
  });

  test.each([
    [['\n'], undefined, 1],
    [['', 'a'], ['a'], 1],
    [['a', 'b'], ['a', 'b'], 0],
  ])('it stops at %j', (stop, expected, notes) => {
    const { body, notes: noted } = encodeFor(sonnet45, { stop });
    expect(body.stop_sequences).toEqual(expected);
    expect(noted).toHaveLength(notes);
  });

  test('unsupported settings are noted, unless they have the default value', () => {
    const { notes } = encodeFor(sonnet45, { frequencyPenalty: 0.5, presencePenalty: 0, seed: 1, verbosity: 'low' });
    expect(notes.map((note) => note.member)).toEqual(['frequency_penalty', 'seed', 'verbosity']);
  });
});

describe('answers in JSON', () => {
  const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
  const format = { type: 'json-schema', name: 'answer', schema } as const;
  const blockEvents = (start: object, ...deltas: readonly string[]): ConversationEvent[] => [
    { type: 'block-start', choice: 0, block: 0, ...start } as ConversationEvent,
    ...deltas.map(
      (piece): ConversationEvent => ({
        type: 'block-delta',
        choice: 0,
        block: 0,
        kind: 'kind' in start && start.kind === 'text' ? 'text' : 'tool-call',
        text: piece,
      }),
    ),
    { type: 'block-end', choice: 0, block: 0 },
  ];

  test('are the input of a tool that must be called, and are returned as text', () => {
    const { body, notes, transformAnswer } = encodeFor(sonnet45, { responseFormat: format });
    expect(body).toMatchObject({
      tools: [{ name: 'json_answer', input_schema: schema }],
      tool_choice: { type: 'tool', name: 'json_answer' },
    });
    expect(notes).toMatchObject([{ member: 'response_format', action: 'changed' }]);
    const events: ConversationEvent[] = [
      ...blockEvents({ kind: 'tool-call', id: 'i', name: 'json_answer' }, '{"a":', '1}'),
      { type: 'finish', choice: 0, reason: 'tool-calls', vendorReason: 'tool_use' },
    ];
    expect(collect(transformAnswer?.(events) ?? []).choices[0]).toMatchObject({
      parts: [{ type: 'text', text: '{"a":1}' }],
      finish: { reason: 'stop' },
    });
  });

  test('that are not an object are a member of the input', () => {
    const list = { type: 'array', items: { type: 'integer' } };
    const { body, transformAnswer } = encodeFor(sonnet45, { responseFormat: { ...format, schema: list } });
    expect(body.tools).toMatchObject([{ input_schema: { properties: { value: list }, required: ['value'] } }]);
    const events = blockEvents({ kind: 'tool-call', id: 'i', name: 'json_answer' }, '{"value":', '[1]}');
    expect(collect(transformAnswer?.(events) ?? []).choices[0]?.parts).toEqual([{ type: 'text', text: '[1]' }]);
  });

  test("work alongside the client's tools, whose calls stay calls", () => {
    const { body, transformAnswer } = encodeFor(sonnet45, { responseFormat: format, tools: [tool('json_answer')] });
    expect(body).toMatchObject({
      tools: [{ name: 'json_answer' }, { name: 'json_answer_' }],
      tool_choice: { type: 'any' },
    });
    const finish: ConversationEvent = { type: 'finish', choice: 0, reason: 'tool-calls' };
    const events = [...blockEvents({ kind: 'tool-call', id: 'i', name: 'json_answer' }, '{}'), finish];
    expect(transformAnswer?.(events)).toEqual(events);
  });

  test.each<[string, string, object]>([
    ['while the model thinks', sonnet45, { reasoning: { mode: 'on' } }],
    ['when a call is demanded', sonnet45, { tools: [tool('f')], toolChoice: { type: 'required' } }],
    ['of any schema', sonnet45, { responseFormat: { type: 'json' } }],
    ['for a model that no call can be demanded of', opus55, {}],
  ])('are asked for in words %s', (_name, model, given) => {
    const { body, transformAnswer } = encodeFor(model, { responseFormat: format, ...given });
    expect(body.system).toMatchObject([{ text: expect.stringContaining('nothing else') }]);
    expect(JSON.stringify(body.tools ?? [])).not.toContain('json_answer');
    const fenced = blockEvents({ kind: 'text' }, '```json\n{"a"', ':1}\n```');
    expect(collect(transformAnswer?.(fenced) ?? []).choices[0]?.parts).toMatchObject([{ text: '{"a":1}' }]);
  });

  const own = { 'anthropic-messages': { output_config: { format: { type: 'json_schema', schema }, later: 1 } } };

  test("use the API's own member if the client did", () => {
    const { body, transformAnswer } = encodeFor(sonnet45, { responseFormat: format, vendor: own });
    expect(body.output_config).toEqual({ format: { type: 'json_schema', schema }, later: 1 });
    expect(transformAnswer).toBeUndefined();
  });

  test('move from the older member to the newer one', () => {
    const older = { 'anthropic-messages': { output_format: { type: 'json_schema', schema } } };
    const { body } = encodeFor(sonnet45, { responseFormat: format, vendor: older });
    expect(body).not.toHaveProperty('output_format');
    expect(body.output_config).toEqual({ format: { type: 'json_schema', schema } });
  });

  test('use a tool if that member is rejected', () => {
    const refused = encodeFor(sonnet45, { responseFormat: format, vendor: own }, { refused: ['output_config'] });
    expect(refused.body.tools).toMatchObject([{ name: 'json_answer' }]);
    expect(encodeFor(sonnet4, { responseFormat: format, vendor: own }).body.tools).toHaveLength(1);
  });
});

describe('cache marks', () => {
  const marked = (words: string): Part => ({ type: 'text', text: words, cacheBreakpoint: {} });
  const marks = (body: unknown) => JSON.stringify(body).split('"cache_control"').length - 1;

  test('are at most four: the first two and the last two', () => {
    const { body, notes } = encodeFor(sonnet45, {
      messages: [said('system', marked('s'), marked('t')), said('user', marked('a'), marked('b'), marked('c'))],
      tools: [tool('f', { cacheBreakpoint: { ttl: 300 } })],
    });
    expect(marks(body)).toBe(4);
    expect(JSON.stringify(body.messages)).toContain('"text":"b","cache_control":{"type":"ephemeral"}');
    expect(notes).toMatchObject([{ member: 'cache_control' }]);
  });

  test('of thinking, of what is left out and of blank texts move to the block before', () => {
    const { body } = encodeFor(sonnet45, {
      messages: [
        ...[said('user', 'x'), said('assistant', 'a', { ...thought(), cacheBreakpoint: {} }, 'b')],
        ...[said('user', 'y'), said('assistant', 'c', { ...thought('s', 'gemini'), cacheBreakpoint: {} })],
        said('user', 'z', marked(' ')),
      ],
    });
    const mark = { cache_control: { type: 'ephemeral' } };
    expect(body.messages).toMatchObject([
      {},
      { content: [{ text: 'a', ...mark }, { type: 'thinking', thinking: 'hm', signature: 'sig' }, { text: 'b' }] },
      {},
      { content: [{ text: 'c', ...mark }] },
      { content: [{ text: 'z ', ...mark }] },
    ]);
    expect(marks(body)).toBe(3);
  });

  test('of instructions after the first question stay behind it', () => {
    const { body } = encodeFor(sonnet45, {
      messages: [said('system', marked('a')), said('user', 'x'), said('system', marked('b'))],
    });
    expect(body.system).toEqual([
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'b' },
    ]);
    expect(body.messages).toMatchObject([{ content: [{ text: 'x', cache_control: { type: 'ephemeral' } }] }]);
  });

  test("the request's own moves to its last block", () => {
    const vendor = { 'anthropic-messages': { cache_control: { type: 'ephemeral' } } };
    const { body } = encodeFor(sonnet45, { vendor });
    expect(body.cache_control).toBeUndefined();
    expect(body.messages).toMatchObject([{ content: [{ cache_control: { type: 'ephemeral' } }] }]);
  });
});

test.each([
  ['someone@example.com', false],
  ['{"email":"someone@example.com"}', false],
  ['+49 (30) 901820-00', false],
  ['x'.repeat(257), false],
  ['user_0a1b_account__session_5f0d1c9a-6a2b-4e7c-9a52-0d8a3e1f7b64', true],
  ['u', true],
])('the user %s', (user, isSent) => {
  const { body } = encodeFor(sonnet45, { user });
  expect(body.metadata).toEqual({ user_id: isSent ? user : expect.stringMatching(/^[0-9a-f]{64}$/) });
});

describe('members that only this API has', () => {
  test('are sent, except those that the routes reject', () => {
    const { body, notes } = encodeFor(sonnet45, {
      user: 'u',
      vendor: {
        'anthropic-messages': {
          metadata: { later: 1 },
          mcp_servers: [],
          later: true,
          context_management: {},
          speed: 'fast',
        },
        gemini: { safetySettings: [] },
      },
    });
    expect(body).toMatchObject({ metadata: { later: 1, user_id: 'u' }, mcp_servers: [], later: true });
    expect(notes.map((note) => note.member)).toEqual(['safetySettings', 'context_management', 'speed']);
  });
});
