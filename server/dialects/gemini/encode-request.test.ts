import { describe, expect, test } from 'vitest';
import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import type { Message, Part } from '../../conversation/message.ts';
import type { ConversationRequest, Tool } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { encodeGeminiRequest } from './encode-request.ts';

const usual: ConversationRequest = { model: 'm', stream: false, messages: [], tools: [], choiceCount: 1 };
const hello: Message = { role: 'user', parts: [{ type: 'text', text: 'hello' }] };

function encodeWith(changes: Partial<ConversationRequest>, model = 'gemini-2.5-flash') {
  const notes = new TranslationLog();
  const encoded = encodeGeminiRequest({ ...usual, messages: [hello], ...changes }, { model, notes });
  return { ...encoded, notes: notes.list().map(({ action, member }) => `${action} ${member}`) };
}

function contentsOf(messages: readonly Message[], model?: string): unknown {
  return encodeWith({ messages }, model).body.contents;
}

function say(role: Message['role'], ...parts: readonly (Part | string)[]): Message {
  return { role, parts: parts.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)) };
}

const call = (id: string, name = 'f', args = '{}', more: Partial<Part> = {}): Part =>
  ({ type: 'tool-call', id, name, arguments: args, ...more }) as Part;
const result = (callId: string, ...parts: readonly Part[]): Part => ({ type: 'tool-result', callId, parts });
const text = (said: string): Part => ({ type: 'text', text: said });
const sentinel = 'skip_thought_signature_validator';

describe('turns', () => {
  test('instructions after an answer stay in place, as reminders', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ text: `<system-reminder>\n${name}\n</system-reminder>` }));
    const call = { type: 'tool-call', id: 'i', name: 'f', arguments: '{}' } as const;
    const result = { type: 'tool-result', callId: 'i', parts: [] } as const;
    const messages = [
      ...[hello, say('assistant', 'hi'), say('system', 'a'), say('user', 'x'), say('developer', 'b')],
      ...[{ role: 'assistant', parts: [call] }, { role: 'user', parts: [result] }, say('system', 'c')],
    ] as const;
    const { contents, systemInstruction } = encodeWith({ messages }).body;
    expect(systemInstruction).toBeUndefined();
    expect(contents).toMatchObject([
      { role: 'user' },
      { role: 'model' },
      { role: 'user', parts: [a] },
      { role: 'user', parts: [{ text: 'x' }, b] },
      { role: 'model', parts: [{ functionCall: {} }] },
      { role: 'user', parts: [{ functionResponse: {} }] },
      { role: 'user', parts: [c] },
    ]);
  });

  test('system and developer messages before an answer become the system instruction', () => {
    const messages = [say('system', 'a'), hello, say('developer', 'b'), say('assistant', 'hi'), say('user', 'x', 'y')];
    expect(encodeWith({ messages }).body).toEqual({
      systemInstruction: { parts: [{ text: 'a' }, { text: 'b' }] },
      contents: [
        { role: 'user', parts: [{ text: 'hello' }] },
        { role: 'model', parts: [{ text: 'hi' }] },
        { role: 'user', parts: [{ text: 'x' }, { text: 'y' }] },
      ],
    });
  });

  test('instructions alone become a user message', () => {
    const { body, notes } = encodeWith({ messages: [say('system', 'a')] });
    expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'a' }] }] });
    expect(notes).toEqual(['changed messages']);
  });

  test('empty texts are dropped, and an empty conversation becomes a blank text', () => {
    expect(contentsOf([hello, say('assistant', ''), say('user', '', 'b')])).toEqual([
      { role: 'user', parts: [{ text: 'hello' }] },
      { role: 'user', parts: [{ text: 'b' }] },
    ]);
    expect(contentsOf([say('user', '')])).toEqual([{ role: 'user', parts: [{ text: ' ' }] }]);
  });

  test('a conversation that begins with the model gets a user message first', () => {
    expect(contentsOf([say('assistant', 'hi'), hello])).toMatchObject([
      { role: 'user' },
      { role: 'model' },
      { role: 'user' },
    ]);
  });

  test('names of participants and cache marks are dropped', () => {
    const marked: Message = { role: 'user', name: 'ann', parts: [{ type: 'text', text: 'a', cacheBreakpoint: {} }] };
    expect(encodeWith({ messages: [marked] }).notes).toEqual([
      'dropped messages[0].name',
      'dropped messages[0].cache_control',
    ]);
  });
});

describe('calls and their results', () => {
  test('each result is one response, in the order of the calls, followed by other parts', () => {
    const messages = [
      hello,
      say('assistant', 'wait', call('a', 'f', '{"x":1}'), call('b', 'g', '')),
      say('user', result('a', text('one')), 'and then?', result('b', text('{"t":21}'))),
    ];
    expect(contentsOf(messages)).toEqual([
      { role: 'user', parts: [{ text: 'hello' }] },
      {
        role: 'model',
        parts: [
          { text: 'wait' },
          { functionCall: { id: 'a', name: 'f', args: { x: 1 } }, thoughtSignature: sentinel },
          { functionCall: { id: 'b', name: 'g', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'f', response: { output: 'one' } } },
          { functionResponse: { id: 'b', name: 'g', response: { t: 21 } } },
          { text: 'and then?' },
        ],
      },
    ]);
  });

  test('ids that are reused in later turns belong to the nearest call', () => {
    const turn = (name: string) => [say('assistant', call('call_0', name)), say('user', result('call_0', text('x')))];
    expect(contentsOf([hello, ...turn('f'), ...turn('g')])).toMatchObject([
      {},
      {},
      { parts: [{ functionResponse: { name: 'f' } }] },
      {},
      { parts: [{ functionResponse: { name: 'g' } }] },
    ]);
  });

  test('a failed and an empty result', () => {
    const messages = [
      hello,
      say('assistant', call('a'), call('b')),
      say('user', { type: 'tool-result', callId: 'a', parts: [text('no')], failed: true }, result('b')),
    ];
    expect(contentsOf(messages)).toMatchObject([
      {},
      {},
      {
        parts: [
          { functionResponse: { response: { error: 'no' } } },
          { functionResponse: { response: { output: '' } } },
        ],
      },
    ]);
  });

  test('numbers in arguments keep their digits', () => {
    const args = '{"id":1234567890123456789,"ratio":1.0}';
    const { body } = encodeWith({
      messages: [hello, say('assistant', call('a', 'f', args)), say('user', result('a'))],
    });
    expect(JSON.stringify(body)).toContain(`"args":${args}`);
  });

  test.each(['{"path":"a', '[1]', 'null', '"x"'])('arguments that are not an object are sent as text: %s', (args) => {
    const { body, notes } = encodeWith({
      messages: [hello, say('assistant', call('a', 'f', args)), say('user', result('a'))],
    });
    expect(body.contents).toMatchObject([{}, { parts: [{ functionCall: { args: { arguments: args } } }] }, {}]);
    expect(notes).toEqual(['changed messages[1].content[0]']);
  });

  test('long ids are shortened in the same way in call and result', () => {
    const id = `toolu|${'x'.repeat(300)}`;
    const { body } = encodeWith({ messages: [hello, say('assistant', call(id)), say('user', result(id))] });
    const ids = [...JSON.stringify(body).matchAll(/"id":"([^"]*)"/g)].map(([, given]) => given);
    expect(ids).toEqual([expect.stringMatching(/^call_[0-9a-f]{24}$/), ids[0]]);
  });

  test('an image in a result is put where the model accepts it', () => {
    const image: Part = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'aWs=' } };
    const messages = [hello, say('assistant', call('a')), say('user', result('a', text('see'), image))];
    const inlineData = { mimeType: 'image/png', data: 'aWs=' };
    expect(contentsOf(messages, 'gemini-2.5-pro')).toMatchObject([
      {},
      {},
      { parts: [{ functionResponse: { response: { output: 'see' } } }, { inlineData }] },
    ]);
    expect(contentsOf(messages, 'gemini-3-flash-preview')).toMatchObject([
      {},
      {},
      { parts: [{ functionResponse: { response: { output: 'see' }, parts: [{ inlineData }] } }] },
    ]);
  });
});

describe('proofs of reasoning', () => {
  const proof = { dialect: 'gemini', value: 'c2ln' };

  test('stand on their parts', () => {
    const parts: Part[] = [
      { type: 'reasoning', text: 'hm', proof },
      { type: 'reasoning', text: '', proof },
      { type: 'text', text: 'a', proof },
      call('a', 'f', '{}', { proof }),
      call('b', 'f', '{}', { proof }),
    ];
    expect(contentsOf([hello, say('assistant', ...parts), say('user', result('a'), result('b'))])).toMatchObject([
      {},
      {
        parts: [
          { text: 'hm', thought: true, thoughtSignature: 'c2ln' },
          { text: '', thoughtSignature: 'c2ln' },
          { text: 'a', thoughtSignature: 'c2ln' },
          { functionCall: { id: 'a' }, thoughtSignature: 'c2ln' },
          { functionCall: { id: 'b' }, thoughtSignature: 'c2ln' },
        ],
      },
      {},
    ]);
  });

  test('are restored to their call', () => {
    const apart: Part = { type: 'reasoning', text: '', proof: { ...proof, of: 'next' } };
    expect(contentsOf([hello, say('assistant', apart, call('a')), say('user', result('a'))])).toMatchObject([
      {},
      { parts: [{ functionCall: { id: 'a' }, thoughtSignature: 'c2ln' }] },
      {},
    ]);
  });

  test.each([
    ['another vendor', { dialect: 'anthropic-messages', value: 'c2ln' }],
    ['nobody', undefined],
    ['a signature that was broken', { dialect: 'gemini', value: 'no base64 at all' }],
  ])('reasoning of %s is never sent', (_name, given) => {
    const parts: Part[] = [
      { type: 'reasoning', text: 'secret', ...(given && { proof: given }) },
      call('a', 'f', '{}', given && { proof: given }),
    ];
    const { body, notes } = encodeWith({ messages: [hello, say('assistant', ...parts), say('user', result('a'))] });
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body.contents).toMatchObject([
      {},
      { parts: [{ functionCall: { id: 'a' }, thoughtSignature: sentinel }] },
      {},
    ]);
    expect(notes).toEqual(['dropped messages[1].content[0]']);
  });
});

describe('media', () => {
  const base64 = { type: 'base64', mediaType: 'application/pdf', data: 'cGRm' } as const;

  test('in the request itself', () => {
    const parts: Part[] = [
      { type: 'document', source: base64, filename: 'a.pdf' },
      { type: 'audio', source: { ...base64, mediaType: 'audio/wav' } },
      { type: 'document', source: { type: 'text', text: 'plain', mediaType: 'text/plain' } },
      { type: 'document', source: { type: 'parts', parts: [text('one'), { type: 'image', source: base64 }] } },
    ];
    const { body, notes } = encodeWith({ messages: [say('user', ...parts)] });
    const inlineData = { mimeType: 'application/pdf', data: 'cGRm' };
    expect(body.contents).toEqual([
      {
        role: 'user',
        parts: [
          { inlineData },
          { inlineData: { mimeType: 'audio/wav', data: 'cGRm' } },
          { text: 'plain' },
          { text: 'one' },
          { inlineData },
        ],
      },
    ]);
    expect(notes).toEqual(['dropped messages[0].content[0].filename']);
  });

  test('URLs are rejected', () => {
    const image: Part = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } };
    const refused = () => encodeWith({ messages: [say('user', 'see', image)] });
    expect(refused).toThrow(Failure);
    expect(refused).toThrow(/messages\[0\]\.content\[1\].*fetches images from URLs/);
  });
});

describe('tools', () => {
  const tool = (name: string, more: Partial<Tool> = {}): Tool => ({ type: 'function', name, ...more }) as Tool;
  const parameters = { type: 'object', properties: { a: { const: 1 } } };

  test('are declared with JSON Schemas that Gemini accepts', () => {
    const tools = [
      tool('f', { description: 'd', parameters }),
      tool('g'),
      tool('h', { parameters: { type: 'object', properties: {} } }),
    ];
    expect(encodeWith({ tools }).body.tools).toEqual([
      {
        functionDeclarations: [
          {
            name: 'f',
            description: 'd',
            parametersJsonSchema: { type: 'object', properties: { a: { type: 'integer', enum: [1] } } },
          },
          { name: 'g' },
          { name: 'h' },
        ],
      },
    ]);
  });

  test('unsupported settings are noted', () => {
    const tools = [
      tool('f', { strict: true, cacheBreakpoint: {} }),
      tool('f'),
      { type: 'vendor', dialect: 'anthropic-messages', name: 'web_search', value: {} },
    ] as const;
    expect(encodeWith({ tools, parallelToolCalls: false }).notes).toEqual([
      'dropped tools[0].strict',
      'dropped tools[0].cache_control',
      'dropped tools[1]',
      'dropped tools[2]',
      'dropped parallel_tool_calls',
    ]);
  });

  test('of Google itself are sent', () => {
    const tools: Tool[] = [{ type: 'vendor', dialect: 'gemini', name: 'googleSearch', value: { googleSearch: {} } }];
    expect(encodeWith({ tools, toolChoice: { type: 'required' } }).body).toMatchObject({
      tools: [{ googleSearch: {} }],
    });
    expect(encodeWith({ tools, toolChoice: { type: 'required' } }).body).not.toHaveProperty('toolConfig');
  });

  test.each([
    [{ type: 'auto' }, { mode: 'AUTO' }, ['f', 'g']],
    [{ type: 'none' }, { mode: 'NONE' }, ['f', 'g']],
    [{ type: 'required' }, { mode: 'ANY' }, ['f', 'g']],
    [{ type: 'tool', name: 'g' }, { mode: 'ANY', allowedFunctionNames: ['g'] }, ['f', 'g']],
    [{ type: 'tool', name: 'unknown' }, { mode: 'ANY' }, ['f', 'g']],
    [
      { type: 'allowed', mode: 'required', names: ['f', 'x'] },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
      ['f', 'g'],
    ],
    [{ type: 'allowed', mode: 'auto', names: ['f'] }, { mode: 'AUTO' }, ['f']],
  ] as const)('the choice %j', (toolChoice, functionCallingConfig, names) => {
    const { body } = encodeWith({ tools: [tool('f'), tool('g')], toolChoice });
    expect(body.toolConfig).toEqual({ functionCallingConfig });
    expect(body.tools).toMatchObject([{ functionDeclarations: names.map((name) => ({ name })) }]);
  });

  test('there is no tool choice without functions', () => {
    expect(encodeWith({ toolChoice: { type: 'required' } }).body).not.toHaveProperty('toolConfig');
    const none = encodeWith({ tools: [tool('f')], toolChoice: { type: 'allowed', mode: 'auto', names: ['x'] } });
    expect(none.body).not.toHaveProperty('tools');
    expect(none.body).not.toHaveProperty('toolConfig');
  });

  test('names that Gemini rejects are rewritten everywhere, and restored in answers', () => {
    const name = '7 wonders/你好';
    const { body, createAnswerTransform } = encodeWith({
      tools: [tool(name), tool('f')],
      toolChoice: { type: 'tool', name },
      messages: [hello, say('assistant', call('a', name)), say('user', result('a'))],
    });
    const names = [...JSON.stringify(body).matchAll(/"name":"([^"]*)"/g)].map(([, given]) => given);
    const rewritten = names[0] ?? '';
    expect(rewritten).toMatch(/^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/);
    expect(names).toEqual([rewritten, rewritten, rewritten, 'f']);
    expect(body.toolConfig).toEqual({ functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [rewritten] } });
    const start = (called: string): ConversationEvent => ({
      ...{ type: 'block-start', choice: 0, block: 0, kind: 'tool-call', id: 'a' },
      name: called,
    });
    const transform = createAnswerTransform?.();
    expect(transform?.([start(rewritten), start('f')])).toEqual([start(name), start('f')]);
  });
});

describe('settings', () => {
  test('have Gemini’s names', () => {
    const { body, notes } = encodeWith({
      ...{ temperature: 0.5, topP: 0.9, topK: 40, frequencyPenalty: 0.1, presencePenalty: 0, seed: 7 },
      ...{ maxOutputTokens: 100, stop: ['a', '\n'] },
    });
    expect(body.generationConfig).toEqual({
      ...{ temperature: 0.5, topP: 0.9, topK: 40, frequencyPenalty: 0.1, seed: 7, maxOutputTokens: 100 },
      stopSequences: ['a', '\n'],
    });
    expect(notes).toEqual([]);
  });

  test('unsupported values are limited or dropped with a note', () => {
    const stop = ['a', '', 'b', 'c', 'd', 'e', 'f'];
    const odd = { seed: 2 ** 40, verbosity: 'low', user: 'u', cacheKey: 'k', stop };
    const { body, notes } = encodeWith(odd, 'gemini-2.0-flash-001');
    expect(body.generationConfig).toEqual({ stopSequences: ['a', 'b', 'c', 'd', 'e'] });
    expect(notes).toEqual([
      ...['dropped stop', 'changed stop', 'dropped seed'],
      ...['dropped verbosity', 'dropped user', 'dropped prompt_cache_key'],
    ]);
  });

  test("another dialect's members are dropped, and Gemini's own are sent", () => {
    const vendor = {
      'openai-chat': { logit_bias: {} },
      gemini: { safetySettings: [], generationConfig: { mediaResolution: 'LOW' }, toolConfig: { retrievalConfig: {} } },
    };
    const { body, notes } = encodeWith({ vendor, temperature: 1 });
    expect(body).toMatchObject({
      safetySettings: [],
      generationConfig: { mediaResolution: 'LOW', temperature: 1 },
      toolConfig: { retrievalConfig: {} },
    });
    expect(notes).toEqual(['dropped logit_bias']);
  });

  const format = {
    type: 'json-schema',
    name: 'n',
    schema: { $schema: 'x', type: 'object', properties: { a: { const: 'b' } } },
  } as const;

  test('JSON, and JSON by a schema', () => {
    expect(encodeWith({ responseFormat: { type: 'text' } }).body).not.toHaveProperty('generationConfig');
    expect(encodeWith({ responseFormat: { type: 'json' } }).body.generationConfig).toEqual({
      responseMimeType: 'application/json',
    });
    expect(encodeWith({ responseFormat: format }).body.generationConfig).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', properties: { a: { type: 'string', enum: ['b'] } } },
    });
  });

  test('with functions, the prompt asks older models for JSON', () => {
    const tools: Tool[] = [{ type: 'function', name: 'f' }];
    const { body, notes, createAnswerTransform } = encodeWith({
      tools,
      responseFormat: format,
      messages: [say('system', 's'), hello],
    });
    expect(body).not.toHaveProperty('generationConfig');
    expect(body.systemInstruction).toEqual({
      parts: [{ text: 's' }, { text: expect.stringContaining(JSON.stringify(format.schema)) }],
    });
    expect(notes).toEqual(['changed response_format']);
    const said = (piece: string): ConversationEvent => ({
      type: 'block-delta',
      choice: 0,
      block: 0,
      kind: 'text',
      text: piece,
    });
    const end: ConversationEvent = { type: 'block-end', choice: 0, block: 0 };
    const transform = createAnswerTransform?.();
    const start: ConversationEvent = { type: 'block-start', choice: 0, block: 0, kind: 'text' };
    expect(transform?.([start, said('```json\n{"a":1}\n```'), end])).toEqual([start, said('{"a":1}'), end]);
    expect(encodeWith({ tools, responseFormat: format }, 'gemini-3-flash-preview').body).toHaveProperty(
      'generationConfig.responseJsonSchema',
    );
  });
});

describe('thinking', () => {
  const flash = 'gemini-2.5-flash';
  test.each([
    ['no wish', undefined, flash, undefined],
    ['shown', { mode: 'on' }, flash, { includeThoughts: true }],
    ['hidden', { mode: 'on', shown: false }, flash, { includeThoughts: false }],
    ['a budget', { mode: 'on', budget: 2000 }, flash, { includeThoughts: true, thinkingBudget: 2000 }],
    ['too large a budget', { mode: 'on', budget: 99_000 }, flash, { includeThoughts: true, thinkingBudget: 24_576 }],
    ['too small a budget', { mode: 'on', budget: 1 }, 'gemini-2.5-pro', { includeThoughts: true, thinkingBudget: 128 }],
    ['an effort', { mode: 'on', effort: 'low' }, flash, { includeThoughts: true, thinkingBudget: 4096 }],
    ['as the model likes', { mode: 'adaptive' }, flash, { includeThoughts: true, thinkingBudget: -1 }],
    ['off', { mode: 'off' }, flash, { thinkingBudget: 0 }],
    ['off by effort', { mode: 'off', effort: 'none' }, flash, { thinkingBudget: 0 }],
    ['off where it cannot be', { mode: 'off' }, 'gemini-2.5-pro-preview-03-25', { thinkingBudget: 128 }],
    ['a model that does not think', { mode: 'on', effort: 'high' }, 'gemini-2.0-flash-001', undefined],
    ['off there', { mode: 'off' }, 'gemini-2.0-flash-001', undefined],
    [
      'an effort as level',
      { mode: 'on', effort: 'medium' },
      'gemini-3-flash-preview',
      { includeThoughts: true, thinkingLevel: 'MEDIUM' },
    ],
    [
      'the most',
      { mode: 'on', effort: 'max' },
      'gemini-3-flash-preview',
      { includeThoughts: true, thinkingLevel: 'HIGH' },
    ],
    [
      'a level that pro lacks',
      { mode: 'on', effort: 'medium' },
      'gemini-3-pro-preview',
      { includeThoughts: true, thinkingLevel: 'HIGH' },
    ],
    [
      'a budget for the newest',
      { mode: 'on', budget: 500 },
      'gemini-3.1-pro',
      { includeThoughts: true, thinkingBudget: 500 },
    ],
    [
      'adaptive for the newest',
      { mode: 'adaptive' },
      'gemini-flash-latest',
      { includeThoughts: true, thinkingBudget: -1 },
    ],
    ['off for the newest', { mode: 'off' }, 'gemini-3-flash-preview', { thinkingLevel: 'MINIMAL' }],
    ['off for the newest pro', { mode: 'off' }, 'gemini-3-pro-preview', { thinkingLevel: 'LOW' }],
  ] as const)('%s', (_name, reasoning, model, thinkingConfig) => {
    const { body } = encodeWith(reasoning === undefined ? {} : { reasoning }, model);
    expect(body.generationConfig).toEqual(thinkingConfig && { thinkingConfig });
  });

  test('an effort leaves room for the answer', () => {
    expect(
      encodeWith({ reasoning: { mode: 'on', effort: 'high' }, maxOutputTokens: 1000 }).body.generationConfig,
    ).toEqual({
      maxOutputTokens: 1000,
      thinkingConfig: { includeThoughts: true, thinkingBudget: 500 },
    });
  });

  test('unsupported thinking settings are noted', () => {
    expect(encodeWith({ reasoning: { mode: 'on', budget: 99_000 } }).notes).toEqual(['changed reasoning']);
    expect(encodeWith({ reasoning: { mode: 'off' } }, 'gemini-2.5-pro').notes).toEqual(['changed reasoning']);
    expect(encodeWith({ reasoning: { mode: 'on' } }, 'gemini-2.0-flash-001').notes).toEqual(['dropped reasoning']);
  });
});
