import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSchemaErrors } from '../../../test/schemas/openai.ts';
import { Failure } from '../../conversation/failure.ts';
import { toJsonBody } from '../../lib/json-body.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeFailure } from './encode-failure.ts';
import { reportsUsage, usesLegacyFunctions } from './testing/answer-forms.ts';
import { arbitraryJsonText, arbitraryRequest } from './testing/arbitrary-requests.ts';
import { decodeBody } from './testing/decode-body.ts';

const hello = [{ role: 'user', content: 'hello' }];

/** The failure of a body. Its encoding is validated against the official schema. */
function failureOf(body: unknown): {
  kind: string;
  reason: string | undefined;
  parameter: string | undefined;
  message: string;
} {
  try {
    decodeBody(body);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const encoded = encodeFailure(error);
    expect(findSchemaErrors('ErrorResponse', JSON.parse(encoded.body))).toEqual([]);
    expect(encoded.status).toBe(400);
    expect(error.fault).toBe('request');
    return { kind: error.kind, reason: error.reason, parameter: error.parameter, message: error.message };
  }
  throw new Error('it was decoded');
}

test("OpenRouter's wish for the usage of a stream is no member of the request, and never relayed", () => {
  const ask = (usage: object) => decodeBody({ model: 'm', messages: hello, stream: true, usage });
  const asked = ask({ include: true });
  expect([asked.request.vendor, asked.original, asked.notes]).toEqual([undefined, undefined, []]);
  expect([reportsUsage(asked), reportsUsage(ask({ include: false }))]).toEqual([true, false]);
});

describe('members of the Responses API beside messages', () => {
  const chat = { model: 'm', messages: hello };
  const schema = { type: 'object' };
  const format = { type: 'json_schema', name: 's', schema };
  const answerFormat = { type: 'json-schema', name: 's', schema };
  test.each<[object, object, string[]]>([
    [{ max_output_tokens: 9 }, { maxOutputTokens: 9 }, []],
    [{ max_output_tokens: 9, max_tokens: 8 }, { maxOutputTokens: 8 }, ['max_output_tokens']],
    [{ max_output_tokens: 9, max_tokens: null }, { maxOutputTokens: 9 }, []],
    [{ text: { format, verbosity: 'low' } }, { responseFormat: answerFormat, verbosity: 'low' }, []],
    [{ text: { format }, response_format: { type: 'text' } }, { responseFormat: { type: 'text' } }, []],
    [{ text: {} }, {}, []],
    [{ input: 'a' }, {}, ['input']],
    [{ max_output_tokens: null, text: null, input: null, instructions: null }, {}, []],
    [{ instructions: '' }, {}, []],
    [{ background: false, previous_response_id: null, prompt: null }, {}, []],
  ])('%j', (members, expected, dropped) => {
    const { request, notes, original } = decodeBody({ ...chat, ...members });
    const { affinityKey: _, ...plain } = decodeBody(chat).request;
    expect(request).toMatchObject({ ...plain, ...expected });
    expect([request.vendor, original, notes.map(({ member }) => member)]).toEqual([undefined, undefined, dropped]);
  });

  test('instructions precede the messages', () => {
    for (const instructions of ['Be brief.', '请简短。']) {
      const { request, notes, original } = decodeBody({ ...chat, instructions });
      expect(request.messages[0]).toEqual({ role: 'system', parts: [{ type: 'text', text: instructions }] });
      expect([request.messages.length, request.vendor, notes, original]).toEqual([2, undefined, [], undefined]);
    }
  });

  test('values of other types are left to the upstream', () => {
    const members = { max_output_tokens: 'x', text: 'y', instructions: 5 };
    expect(decodeBody({ ...chat, ...members }).request.vendor).toEqual({ 'openai-chat': members });
  });
});

describe('a complete request', () => {
  test('every member is decoded', () => {
    const tool = {
      type: 'function',
      function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
    };
    const body = {
      model: 'openai:gpt-4o',
      messages: [{ role: 'system', content: 'be brief' }, ...hello],
      stream: true,
      stream_options: { include_usage: true },
      tools: [tool],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 's', description: 'd', schema: { a: 1 }, strict: true },
      },
      max_completion_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      frequency_penalty: -1,
      presence_penalty: 1,
      seed: 7,
      stop: ['a', 'b'],
      n: 3,
      reasoning_effort: 'low',
      verbosity: 'high',
      user: 'someone',
      prompt_cache_key: 'key',
      safety_identifier: 'id',
      logit_bias: { 50256: -100 },
      logprobs: true,
      top_logprobs: 2,
      metadata: { a: 'b' },
      store: false,
      service_tier: 'auto',
      modalities: ['text'],
      prediction: { type: 'content', content: 'x' },
      web_search_options: {},
      something_new: { a: [1] },
    };
    expect(findSchemaErrors('CreateChatCompletionRequest', body)).toEqual([]);
    const decoded = decodeBody(body);
    const { request, notes } = decoded;
    expect(notes).toEqual([]);
    expect([reportsUsage(decoded), usesLegacyFunctions(decoded)]).toEqual([true, false]);
    expect(request).toEqual({
      model: 'openai:gpt-4o',
      stream: true,
      messages: [
        { role: 'system', parts: [{ type: 'text', text: 'be brief' }] },
        { role: 'user', parts: [{ type: 'text', text: 'hello' }] },
      ],
      tools: [{ type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true }],
      toolChoice: { type: 'tool', name: 'f' },
      parallelToolCalls: false,
      responseFormat: { type: 'json-schema', name: 's', description: 'd', schema: { a: 1 }, strict: true },
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      frequencyPenalty: -1,
      presencePenalty: 1,
      seed: 7,
      stop: ['a', 'b'],
      choiceCount: 3,
      reasoning: { mode: 'on', effort: 'low' },
      verbosity: 'high',
      user: 'someone',
      cacheKey: 'key',
      affinityKey: 'key',
      vendor: {
        'openai-chat': {
          stream_options: { include_usage: true },
          safety_identifier: 'id',
          logit_bias: { 50256: -100 },
          logprobs: true,
          top_logprobs: 2,
          metadata: { a: 'b' },
          store: false,
          service_tier: 'auto',
          modalities: ['text'],
          prediction: { type: 'content', content: 'x' },
          web_search_options: {},
          something_new: { a: [1] },
        },
      },
      repeatedMembers: ['stream_options'],
    });
  });

  test.each([
    ['an effort', { effort: 'high' }, { mode: 'on', effort: 'high' }],
    ['no effort', { effort: 'none' }, { mode: 'off', effort: 'none' }],
    ['a budget', { max_tokens: 2_000, exclude: true }, { mode: 'on', budget: 2_000, shown: false }],
    ['a switch', { enabled: true }, { mode: 'on', effort: 'medium' }],
    ['a switch that is off', { enabled: false, effort: 'high' }, { mode: 'off' }],
    ['only a switch', false, { mode: 'off' }],
    ['only an effort', 'HIGH', { mode: 'on', effort: 'high' }],
  ])("OpenRouter's reasoning: %s", (_name, reasoning, expected) => {
    const { request, notes, original } = decodeBody({ model: 'm', messages: hello, reasoning });
    expect([request.reasoning, request.vendor, notes, original]).toEqual([expected, undefined, [], undefined]);
  });

  test('reasoning_effort takes precedence, and unknown forms of reasoning are passed on as they are', () => {
    const both = { model: 'm', messages: hello, reasoning_effort: 'low', reasoning: { effort: 'high' } };
    expect(decodeBody(both).request.reasoning).toEqual({ mode: 'on', effort: 'low' });
    const odd = decodeBody({ model: 'm', messages: hello, reasoning: { depth: 3 } }).request;
    expect([odd.reasoning, odd.vendor]).toEqual([undefined, { 'openai-chat': { reasoning: { depth: 3 } } }]);
  });

  test('a seed that JavaScript would round keeps its digits, and top_k is read for the other APIs', () => {
    const text = '{"model":"m","messages":[{"role":"user","content":"hello"}],"seed":9007199254740993,"top_k":5,"n":1}';
    const { request } = decodeBody(text);
    expect([JSON.stringify(request.seed), request.topK]).toEqual(['9007199254740993', 5]);
  });

  test.each([null, [], undefined])('an empty tool result: %j', (content) => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    const said = { role: 'assistant', content: null, tool_calls: [call] };
    const messages = [...hello, said, { role: 'tool', tool_call_id: 'c', content }];
    expect(decodeBody({ model: 'm', messages }).request.messages.at(-1)?.parts).toEqual([
      { type: 'tool-result', callId: 'c', parts: [] },
    ]);
  });

  test('absent members stay absent', () => {
    const decoded = decodeBody({ model: 'm', messages: hello });
    const { request } = decoded;
    const { affinityKey: _, ...rest } = request;
    expect(rest).toEqual({
      model: 'm',
      stream: false,
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }],
      tools: [],
      choiceCount: 1,
    });
    expect([reportsUsage(decoded), usesLegacyFunctions(decoded)]).toEqual([false, false]);
  });

  test('null means absent in every optional member that OpenAI defines, and is kept in others', () => {
    const optional = [
      ...['stream', 'temperature', 'top_p', 'stop', 'n', 'max_tokens', 'seed', 'tools', 'tool_choice', 'logit_bias'],
      ...['metadata', 'response_format', 'stream_options', 'user', 'functions', 'function_call', 'reasoning_effort'],
    ];
    const nulls = Object.fromEntries(optional.map((name) => [name, null]));
    const { request, notes } = decodeBody({ ...nulls, model: 'm', messages: hello, mine: null });
    expect(request).toEqual(decodeBody({ model: 'm', messages: hello, mine: null }).request);
    expect(request.vendor).toEqual({ 'openai-chat': { mine: null } });
    expect(notes).toEqual([]);
  });

  test.each([
    [{ stop: 'a' }, { stop: ['a'] }],
    [{ stop: [] }, {}],
    [{ max_tokens: 5 }, { maxOutputTokens: 5 }],
    [{ max_tokens: 5, max_completion_tokens: 6 }, { maxOutputTokens: 6 }],
    [{ response_format: { type: 'json_object' } }, { responseFormat: { type: 'json' } }],
    [{ seed: 9e18 }, { seed: 9e18 }],
  ])('%j', (members, expected) => {
    expect(decodeBody({ model: 'm', messages: hello, ...members }).request).toMatchObject(expected);
  });

  test.each([
    [{ max_tokens: 256 }, { mode: 'default', effort: 'none', shown: false }],
    [{ max_tokens: 257 }, undefined],
    [{ max_completion_tokens: 9 }, undefined],
    [{ max_tokens: 9, max_completion_tokens: 9 }, undefined],
    [
      { max_tokens: 9, reasoning_effort: 'high' },
      { mode: 'on', effort: 'high' },
    ],
  ])('little reasoning within a small limit by its older name: %j', (members, reasoning) => {
    expect(decodeBody({ model: 'm', messages: hello, ...members }).request.reasoning).toEqual(reasoning);
  });

  test('warns when two limits disagree', () => {
    const { notes } = decodeBody({ model: 'm', messages: hello, max_tokens: 5, max_completion_tokens: 6 });
    expect(notes.map((note) => note.member)).toEqual(['max_tokens']);
  });
});

describe('the affinity key', () => {
  test('is the cache key, otherwise the user', () => {
    expect(decodeBody({ model: 'm', messages: hello, prompt_cache_key: 'k', user: 'u' }).request.affinityKey).toBe('k');
    expect(decodeBody({ model: 'm', messages: hello, user: 'u' }).request.affinityKey).toBe('u');
    const { request } = decodeBody({ model: 'm', messages: hello, safety_identifier: 's' });
    expect(request).toMatchObject({ user: 's', affinityKey: 's' });
    expect(request.vendor).toBeUndefined();
  });

  test('otherwise stays the same as the conversation grows', () => {
    const first = decodeBody({ model: 'm', messages: hello }).request.affinityKey;
    const more = [...hello, { role: 'assistant', content: 'hi' }, { role: 'user', content: 'and?' }];
    expect(decodeBody({ model: 'm', messages: more }).request.affinityKey).toBe(first);
    expect(decodeBody({ model: 'm', messages: [{ role: 'user', content: 'other' }] }).request.affinityKey).not.toBe(
      first,
    );
  });
});

describe('errors name the invalid parameter', () => {
  const messages = hello;
  test.each([
    [{ messages }, 'missing-parameter', 'model', "Missing required parameter: 'model'."],
    [{ model: 'm' }, 'missing-parameter', 'messages', "Missing required parameter: 'messages'."],
    [
      { model: 1, messages },
      'invalid-type',
      'model',
      "Invalid type for 'model': expected a string, but got an integer instead.",
    ],
    [{ model: '', messages }, 'unsupported-value', 'model', "Invalid 'model': expected a non-empty string."],
    [{ model: 'm', messages: [] }, 'unsupported-value', 'messages', /at least 1 element/],
    [{ model: 'm', messages: 'x' }, 'invalid-type', 'messages', /expected an array, but got a string/],
    [{ model: 'm', messages: [null] }, 'invalid-type', 'messages[0]', /expected an object, but got null/],
    [{ model: 'm', messages: [{ content: 'x' }] }, 'missing-parameter', 'messages[0].role', /Missing/],
    [
      { model: 'm', messages: [{ role: 'x' }] },
      'unsupported-value',
      'messages[0].role',
      /'x'. Supported values are: 'system', /,
    ],
    [{ model: 'm', messages: [...hello, { role: 'user' }] }, 'missing-parameter', 'messages[1].content', /Missing/],
    [
      { model: 'm', messages: [{ role: 'user', content: 5 }] },
      'invalid-type',
      'messages[0].content',
      /one of a string or an array/,
    ],
    [
      { model: 'm', messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'missing-parameter',
      'messages[0].content[0].text',
      /Missing/,
    ],
    [
      { model: 'm', messages: [{ role: 'user', content: [{ text: 'a' }] }] },
      'missing-parameter',
      'messages[0].content[0].type',
      /Missing/,
    ],
    [
      { model: 'm', messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      'missing-parameter',
      'messages[0].content[0].image_url.url',
      /Missing/,
    ],
    [
      { model: 'm', messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] },
      'missing-parameter',
      'messages[0].content[0].input_audio',
      /Missing/,
    ],
    [
      { model: 'm', messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] },
      'unsupported-value',
      'messages[0].content[0].file.file_data',
      /does not store files/,
    ],
    [
      { model: 'm', messages: [{ role: 'tool', content: 'x' }] },
      'missing-parameter',
      'messages[0].tool_call_id',
      /Missing/,
    ],
    [
      { model: 'm', messages: [{ role: 'tool', content: 'x', tool_call_id: 'c' }] },
      'unexpected-result',
      'messages[0].tool_call_id',
      /'c' is not among/,
    ],
    [
      { model: 'm', messages: [{ role: 'function', content: 'x', name: 'f' }] },
      'unsupported-value',
      'messages[0].name',
      /no function_call named 'f'/,
    ],
    [
      {
        model: 'm',
        messages: [...hello, { role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: {} }] }],
      },
      'missing-parameter',
      'messages[1].tool_calls[0].custom.name',
      /custom.name/,
    ],
    [
      {
        model: 'm',
        messages: [...hello, { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: {} }] }],
      },
      'missing-parameter',
      'messages[1].tool_calls[0].function.name',
      /Missing/,
    ],
    [{ model: 'm', messages, temperature: '1' }, 'invalid-type', 'temperature', /expected a number, but got a string/],
    [{ model: 'm', messages, temperature: 2.5 }, 'unsupported-value', 'temperature', /<= 2, but got 2.5/],
    [
      `{"model":"m","messages":[{"role":"user","content":"a"}],"temperature":1e999}`,
      'invalid-type',
      'temperature',
      /temperature/,
    ],
    [{ model: 'm', messages, max_tokens: 0 }, 'unsupported-value', 'max_tokens', />= 1, but got 0/],
    [{ model: 'm', messages, max_tokens: 1.5 }, 'invalid-type', 'max_tokens', /expected an integer, but got a decimal/],
    [{ model: 'm', messages, n: 129 }, 'unsupported-value', 'n', /<= 128/],
    [{ model: 'm', messages, stream: 'yes' }, 'invalid-type', 'stream', /expected a boolean/],
    [{ model: 'm', messages, stop: [1] }, 'invalid-type', 'stop[0]', /expected a string/],
    [{ model: 'm', messages, stop: 1 }, 'invalid-type', 'stop', /one of a string or an array/],
    [{ model: 'm', messages, metadata: { a: 1 } }, 'invalid-type', 'metadata', /an object of strings/],
    [
      { model: 'm', messages, response_format: { type: 'xml' } },
      'unsupported-value',
      'response_format.type',
      /'xml'. Supported values are: 'text', 'json_object', 'json_schema'/,
    ],
    [
      { model: 'm', messages, response_format: { type: 'json_schema' } },
      'missing-parameter',
      'response_format.json_schema',
      /Missing/,
    ],
    [{ model: 'm', messages, tools: [{ type: 'function' }] }, 'missing-parameter', 'tools[0].function', /Missing/],
    [
      { model: 'm', messages, tools: [{ type: 'function', function: { name: 'f', parameters: [] } }] },
      'invalid-type',
      'tools[0].function.parameters',
      /expected an object, but got an array/,
    ],
    [
      { model: 'm', messages, tools: [{ type: 'oracle', oracle: { name: 'f' } }] },
      'unsupported-value',
      'tools[0].type',
      /'oracle' are not supported/,
    ],
    [
      { model: 'm', messages, tools: [{ type: 'custom', custom: {} }] },
      'missing-parameter',
      'tools[0].custom.name',
      /custom.name/,
    ],
    [{ model: 'm', messages, tool_choice: 'some' }, 'unsupported-value', 'tool_choice', /'none', 'auto', 'required'/],
    [
      { model: 'm', messages, tool_choice: 'required' },
      'unsupported-value',
      'tool_choice',
      /only allowed when 'tools'/,
    ],
    [
      { model: 'm', messages, functions: [{ name: 'f' }], function_call: { name: 'g' } },
      'unsupported-value',
      'function_call',
      /'g' is not among/,
    ],
    [{ model: 'm', messages, functions: [{}] }, 'missing-parameter', 'functions[0].name', /Missing/],
  ])('%j', (body, reason, parameter, message) => {
    const failure = failureOf(body);
    expect(failure).toMatchObject({ kind: 'invalid-request', reason, parameter });
    expect(failure.message).toMatch(message);
  });

  test.each([['{'], [''], ['{"model":"m",}'], ['\u0000']])('text that is not JSON: %j', (text) => {
    expect(failureOf(text)).toMatchObject({ kind: 'invalid-request', reason: 'malformed-json', parameter: undefined });
  });

  test('bytes that are not UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"model":"m","messages":[{"role":"user","content":"'),
      Buffer.of(0xff),
      Buffer.from('"}]}'),
    ]);
    expect(() => decodeRequest(toJsonBody(bytes))).toThrow(expect.objectContaining({ reason: 'malformed-json' }));
  });

  test.each([['[]'], ['null'], ['1'], ['"{}"']])('JSON that is no object: %s', (text) => {
    expect(failureOf(text)).toMatchObject({ kind: 'invalid-request', reason: 'invalid-type' });
  });

  test.each([
    [
      'a member passed through',
      (deep: string) => `{"model":"m","messages":[{"role":"user","content":"a"}],"mine":${deep}}`,
      'mine',
    ],
    [
      'a schema',
      (deep: string) =>
        `{"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"a":${deep}}}}]}`,
      'tools[0].function.parameters',
    ],
    [
      'a part passed through',
      (deep: string) => `{"model":"m","messages":[{"role":"user","content":[{"type":"video","a":${deep}}]}]}`,
      'messages[0].content[0]',
    ],
    [
      'a response format',
      (deep: string) =>
        `{"model":"m","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"a":${deep}}}}}`,
      'response_format.json_schema.schema',
    ],
  ])('%s nested without end', (_name, write, parameter) => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(failureOf(write(deep))).toMatchObject({ reason: 'unsupported-value', parameter });
    expect(() => decodeBody(write('['.repeat(100) + ']'.repeat(100)))).not.toThrow();
  });

  test('nesting where nothing can be nested', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(failureOf(`{"model":"m","messages":${deep}}`)).toMatchObject({ parameter: 'messages[0]' });
    expect(failureOf(`{"model":"m","messages":[{"role":"user","content":${deep}}]}`).kind).toBe('invalid-request');
  });

  test('a million invalid items are rejected at the first', { timeout: 20_000 }, () => {
    const many = `[${'1,'.repeat(1_000_000)}1]`;
    expect(failureOf(`{"model":"m","messages":[{"role":"user","content":${many}}]}`).parameter).toBe(
      'messages[0].content[0]',
    );
    expect(failureOf(`{"model":"m","messages":${many}}`).parameter).toBe('messages[0]');
    expect(failureOf(`{"model":"m","messages":[{"role":"user","content":"a"}],"stop":${many}}`).parameter).toBe(
      'stop[0]',
    );
  });

  test('values of the client are shortened in messages', () => {
    const long = 'x'.repeat(10_000);
    expect(failureOf({ model: 'm', messages: [{ role: long }] }).message.length).toBeLessThan(300);
    expect(
      failureOf({ model: 'm', messages: [{ role: 'tool', tool_call_id: long, content: '' }] }).message.length,
    ).toBeLessThan(300);
  });
});

describe('any input', () => {
  test('any JSON is decoded or rejected with a failure', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.jsonValue().chain(arbitraryJsonText), fc.string()), (text) => {
        expect(outcome(text)).toMatch(/^(decoded|invalid-request)$/);
      }),
      { numRuns: 500 },
    );
  });

  test('any request is decoded or rejected with a failure', { timeout: 20_000 }, () => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(arbitraryRequest, (body) => {
        const result = outcome(JSON.stringify(body));
        outcomes.set(result, (outcomes.get(result) ?? 0) + 1);
        expect(result).toMatch(/^(decoded|invalid-request)$/);
      }),
      { numRuns: 500 },
    );
    expect(outcomes.get('decoded')).toBeGreaterThan(50);
    expect(outcomes.get('invalid-request')).toBeGreaterThan(50);
  });

  test('a member named __proto__ changes nothing', () => {
    const { request, original, notes } = decodeBody(
      '{"model":"m","messages":[{"role":"user","content":"a"}],"__proto__":{"stream":true,"n":5}}',
    );
    expect(request).toMatchObject({ stream: false, choiceCount: 1 });
    expect(request.vendor).toBeUndefined();
    expect(original).toBeUndefined();
    expect(notes.map((note) => note.member)).toEqual(['__proto__']);
  });

  test('lone surrogates and unusual characters are kept', () => {
    const { request } = decodeBody('{"model":"m","messages":[{"role":"user","content":"\\ud800 \\u0000 \u2028"}]}');
    expect(request.messages[0]?.parts).toEqual([{ type: 'text', text: '\ud800 \u0000 \u2028' }]);
  });
});

function outcome(text: string): string {
  try {
    decodeBody(text);
    return 'decoded';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(findSchemaErrors('ErrorResponse', JSON.parse(encodeFailure(error).body))).toEqual([]);
    return error.kind;
  }
}
