import { describe, expect, test } from 'vitest';
import { Failure } from '../../conversation/failure.ts';
import { encodeProof } from '../../conversation/foreign-proof.ts';
import type { Message } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { toJsonBody } from '../../lib/json-body.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { decodeCountRequest } from './decode-request.ts';
import { decodeBody, headOf } from './testing/decode-body.ts';

const user = { role: 'user', parts: [{ text: 'hello' }] };
const hello: Message = { role: 'user', parts: [{ type: 'text', text: 'hello' }] };

function read(body: object, url?: string): ConversationRequest {
  return decodeBody({ contents: [user], ...body }, url).request();
}

function messagesOf(...contents: readonly object[]): readonly Message[] {
  return decodeBody({ contents }).request().messages;
}

function refusalOf(body: unknown): Failure {
  try {
    decodeBody(body);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('it was accepted');
}

describe('the path', () => {
  test.each([
    ['/v1beta/models/gemini-2.5-pro:generateContent', 'gemini-2.5-pro', false],
    [
      '/v1/models/anthropic:claude-sonnet-4@20250514:streamGenerateContent?alt=sse',
      'anthropic:claude-sonnet-4@20250514',
      true,
    ],
    [
      '/v1beta/models/bedrock:anthropic.claude-3-5-sonnet-20241022-v2:0:streamGenerateContent',
      'bedrock:anthropic.claude-3-5-sonnet-20241022-v2:0',
      true,
    ],
    ['/v1beta/models/team/own:generateContent', 'team/own', false],
  ])('%s', (url, model, stream) => {
    expect(decodeBody({ contents: [user] }, url).outline).toMatchObject({
      model,
      stream,
      choiceCount: 1,
      opening: true,
    });
  });
});

describe('contents', () => {
  test('in both spellings', () => {
    const parts = [
      { inline_data: { mime_type: 'image/png', data: 'aWs=' } },
      { function_call: { name: 'f' }, thought_signature: 'c2ln' },
    ];
    const contents = [
      user,
      { role: 'model', parts },
      { parts: [{ function_response: { name: 'f', response: { a: 1 } } }] },
    ];
    expect(decodeBody({ contents, system_instruction: { parts: [{ text: 's' }] } }).request().messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 's' }] },
      hello,
      {
        role: 'assistant',
        parts: [
          { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'aWs=' } },
          { type: 'tool-call', id: 'call_1', name: 'f', arguments: '{}', proof: { dialect: 'gemini', value: 'c2ln' } },
        ],
      },
      {
        role: 'user',
        parts: [{ type: 'tool-result', callId: 'call_1', name: 'f', parts: [{ type: 'text', text: '{"a":1}' }] }],
      },
    ]);
  });

  test.each([
    ['a text', 's'],
    ['a content', { parts: [{ text: 's' }] }],
    ["a content of the user's", { role: 'user', parts: [{ text: 's' }] }],
    ['a content with one part', { parts: { text: 's' } }],
    ['a part', { text: 's' }],
    ['parts', [{ text: 's' }]],
    ['texts', ['s']],
  ])('%s as system instruction', (_name, systemInstruction) => {
    expect(read({ systemInstruction }).messages).toEqual([
      { role: 'system', parts: [{ type: 'text', text: 's' }] },
      hello,
    ]);
  });

  test('missing, old and unknown roles', () => {
    const roles = [undefined, null, '', 'function', 'user', 'somebody'].map((role) => ({
      ...withoutUndefined({ role }),
      parts: [{ text: 'x' }],
    }));
    expect(messagesOf(...roles).map(({ role }) => role)).toEqual(roles.map(() => 'user'));
    expect(
      messagesOf({ role: 'system', parts: [{ text: 'x' }] }, { role: 'assistant', parts: [{ text: 'x' }] }).map(
        ({ role }) => role,
      ),
    ).toEqual(['system', 'assistant']);
  });

  test('one content, and a bare text', () => {
    expect(decodeBody({ contents: user }).request().messages).toEqual([hello]);
    expect(decodeBody({ contents: 'hello' }).request().messages).toEqual([hello]);
  });

  test('null means absent', () => {
    const nothing = {
      systemInstruction: null,
      tools: null,
      toolConfig: null,
      generationConfig: null,
      safetySettings: null,
      cachedContent: null,
    };
    const { affinityKey: _key, ...request } = read(nothing);
    expect(request).toEqual({ model: 'm', stream: false, messages: [hello], tools: [], choiceCount: 1 });
    const part = { text: 'hello', thought: null, thoughtSignature: null, functionCall: null, inlineData: null };
    expect(messagesOf({ role: 'user', parts: [part] })).toEqual([hello]);
  });

  test('the pieces of a streamed turn are one message', () => {
    const piece = (part: object) => ({ role: 'model', parts: [part] });
    const pieces = [
      piece({ text: 'Hm', thought: true }),
      piece({ text: 'm.', thought: true, thoughtSignature: 'c2ln' }),
      piece({ text: 'Hel' }),
      piece({ text: 'lo.' }),
    ];
    expect(messagesOf(user, ...pieces)[1]).toEqual({
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hmm.', proof: { dialect: 'gemini', value: 'c2ln' } },
        { type: 'text', text: 'Hello.' },
      ],
    });
  });

  test('arguments and responses keep their digits', () => {
    const body =
      '{"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{"id":1234567890123456789}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"r":1.0}}}]}],"generationConfig":{"temperature":1.0,"topK":4e1}}';
    const request = decodeBody(body).request();
    expect(request.messages[1]?.parts).toMatchObject([{ arguments: '{"id":1234567890123456789}' }]);
    expect(request.messages[2]?.parts).toMatchObject([{ parts: [{ text: '{"r":1.0}' }] }]);
    expect(request).toMatchObject({ temperature: 1, topK: 40 });
  });

  test('numbers as text, as Google accepts them', () => {
    const config = { temperature: '0.5', topK: '40', maxOutputTokens: '100', seed: '1234567890123456789' };
    const generationConfig = { ...config, thinkingConfig: { thinkingBudget: '1024' } };
    const request = read({ contents: [user], generationConfig });
    expect(JSON.stringify(request.seed)).toBe('1234567890123456789');
    expect(request).toMatchObject({ temperature: 0.5, topK: 40, maxOutputTokens: 100, reasoning: { budget: 1024 } });
  });

  test("enum values as numbers, as Google's Python library and LangChain send them", () => {
    const parameters = { type: 6, properties: { a: { type: 5, items: { type: 3 } }, b: { type: 1, nullable: true } } };
    const body = {
      contents: [user],
      tools: [{ functionDeclarations: [{ name: 'f', parameters }] }],
      toolConfig: { functionCallingConfig: { mode: 2, allowedFunctionNames: ['f'] } },
      safetySettings: [
        { category: 7, threshold: 4 },
        { category: 10, threshold: 3 },
        { category: 1, threshold: 2 },
        { category: 'X', threshold: 4 },
      ],
      generationConfig: {
        responseMimeType: 'application/json',
        responseSchema: { type: 6, properties: { c: { type: 4 } } },
      },
    };
    const { tools, toolChoice, responseFormat, vendor } = read(body);
    expect({ tools, toolChoice, responseFormat, vendor }).toMatchObject({
      tools: [
        {
          parameters: {
            type: 'object',
            properties: { a: { type: 'array', items: { type: 'integer' } }, b: { type: ['string', 'null'] } },
          },
        },
      ],
      toolChoice: { type: 'tool', name: 'f' },
      responseFormat: { schema: { type: 'object', properties: { c: { type: 'boolean' } } } },
      vendor: {
        gemini: {
          safetySettings: [
            { category: 'HARM_CATEGORY_HARASSMENT', threshold: 4 },
            { category: 'HARM_CATEGORY_DANGEROUS_CONTENT', threshold: 3 },
            { category: 1, threshold: 2 },
            { category: 'X', threshold: 4 },
          ],
        },
      },
    });
  });

  test('an unknown part is unchanged', () => {
    const code = { executableCode: { language: 'PYTHON', code: 'x' } };
    expect(messagesOf({ role: 'model', parts: [code, {}] })).toEqual([
      { role: 'assistant', parts: [{ type: 'vendor', dialect: 'gemini', value: code }] },
    ]);
    expect(messagesOf({ role: 'user', parts: [{ text: 'x', videoMetadata: { fps: 1 } }] })).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'x', vendor: { gemini: { videoMetadata: { fps: 1 } } } }] },
    ]);
  });
});

describe('calls and responses', () => {
  const calls = (...given: readonly object[]) => ({
    role: 'model',
    parts: given.map((functionCall) => ({ functionCall })),
  });
  const responses = (...given: readonly object[]) => ({
    role: 'user',
    parts: given.map((response) => ({ functionResponse: { response: {}, ...response } })),
  });
  const idsIn = (messages: readonly Message[]) =>
    messages.flatMap(({ parts }) =>
      parts.flatMap((part) =>
        part.type === 'tool-call' ? [part.id] : part.type === 'tool-result' ? [part.callId] : [],
      ),
    );

  test.each([
    [
      'by ids, in the order of the calls',
      [
        { id: 'a', name: 'f' },
        { id: 'b', name: 'f' },
      ],
      [
        { id: 'b', name: 'f' },
        { id: 'a', name: 'f' },
      ],
      ['a', 'b', 'a', 'b'],
    ],
    [
      'by names',
      [{ name: 'f' }, { name: 'g' }],
      [{ name: 'g' }, { name: 'f' }],
      ['call_1', 'call_2', 'call_1', 'call_2'],
    ],
    [
      'by names in order',
      [{ name: 'f' }, { name: 'f' }],
      [{ name: 'f' }, { name: 'f' }],
      ['call_1', 'call_2', 'call_1', 'call_2'],
    ],
    [
      'by the name when only the call has an id',
      [{ id: 'a', name: 'f' }, { name: 'g' }],
      [{ name: 'g' }, { name: 'f' }],
      ['a', 'call_1', 'a', 'call_1'],
    ],
    [
      'by the name when only the response has an id',
      [{ name: 'f' }, { name: 'g' }],
      [
        { id: 'x', name: 'g' },
        { id: 'y', name: 'f' },
      ],
      ['call_1', 'call_2', 'call_1', 'call_2'],
    ],
    ['by the id alone', [{ id: 'a', name: 'f' }], [{ id: 'a' }], ['a', 'a']],
    ['by the order alone', [{ name: 'f' }], [{ name: 'other' }], ['call_1', 'call_1']],
    [
      'beside an id that looks like one of ours',
      [{ id: 'call_1', name: 'f' }, { name: 'f' }],
      [{ name: 'f' }, { name: 'f' }],
      ['call_1', 'call_2', 'call_1', 'call_2'],
    ],
  ])('%s', (_name, made, answered, expected) => {
    expect(idsIn(messagesOf(user, calls(...made), responses(...answered)))).toEqual(expected);
  });

  test('each call gets a new id, which stays the same as the conversation grows', () => {
    const turn = [calls({ name: 'f' }), responses({ name: 'f' })];
    expect(idsIn(messagesOf(user, ...turn, ...turn))).toEqual(['call_1', 'call_1', 'call_2', 'call_2']);
  });

  test.each([
    ['an object', { a: 1 }, '{"a":1}', undefined],
    ['output', { output: 'x' }, 'x', undefined],
    ['an error', { error: 'no' }, 'no', true],
    ['a text', 'x', 'x', undefined],
    ['a list', [1], '[1]', undefined],
    ['nothing', null, undefined, undefined],
  ])('the response %s', (_name, response, text, failed) => {
    const result = messagesOf(user, calls({ name: 'f' }), responses({ name: 'f', response }))[2]?.parts[0];
    expect(result).toEqual({
      ...{ type: 'tool-result', callId: 'call_1', name: 'f' },
      parts: text === undefined ? [] : [{ type: 'text', text }],
      ...withoutUndefined({ failed }),
    });
  });

  test('a response with images', () => {
    const parts = [{ inlineData: { mimeType: 'image/png', data: 'aWs=' } }];
    expect(
      messagesOf(user, calls({ name: 'f' }), responses({ name: 'f', parts, response: { output: 'see' } }))[2]?.parts,
    ).toMatchObject([
      {
        parts: [
          { type: 'text', text: 'see' },
          { type: 'image', source: { mediaType: 'image/png' } },
        ],
      },
    ]);
  });

  test('a response without a call and a call without a response are rejected by name', () => {
    expect(refusalOf({ contents: [user, responses({ name: 'f' })] })).toMatchObject({
      kind: 'invalid-request',
      parameter: 'contents[1].parts[0].functionResponse',
    });
    expect(
      refusalOf({ contents: [user, calls({ name: 'f' }, { name: 'g' }), responses({ name: 'f' })] }),
    ).toMatchObject({
      parameter: 'contents[1].parts[1].functionCall',
    });
  });
});

describe('signatures', () => {
  const partsOf = (part: object) => messagesOf(user, { role: 'model', parts: [part] })[1]?.parts;
  const proof = { dialect: 'gemini', value: 'c2ln' };

  test('stand on their parts', () => {
    expect(partsOf({ text: 'x', thoughtSignature: 'c2ln' })).toEqual([{ type: 'text', text: 'x', proof }]);
    expect(partsOf({ text: 'x', thought: true, thoughtSignature: 'c2ln' })).toEqual([
      { type: 'reasoning', text: 'x', proof },
    ]);
    expect(partsOf({ text: '', thoughtSignature: 'c2ln' })).toEqual([{ type: 'reasoning', text: '', proof }]);
    expect(partsOf({ thoughtSignature: 'c2ln' })).toEqual([{ type: 'reasoning', text: '', proof }]);
  });

  test.each(['skip_thought_signature_validator', 'not base64 at all', ''])('%j is not a proof', (thoughtSignature) => {
    expect(partsOf({ text: 'x', thoughtSignature })).toEqual([{ type: 'text', text: 'x' }]);
  });

  test("another vendor's proof becomes a reasoning part", () => {
    const foreign = { dialect: 'anthropic-messages', value: 'sig', model: 'claude' };
    const thoughtSignature = encodeProof(foreign, 'gemini');
    expect(partsOf({ text: 'hm', thought: true, thoughtSignature })).toEqual([
      { type: 'reasoning', text: 'hm', proof: foreign },
    ]);
    expect(partsOf({ text: 'x', thoughtSignature })).toEqual([
      { type: 'reasoning', text: '', proof: foreign },
      { type: 'text', text: 'x' },
    ]);
  });
});

describe('media', () => {
  const partOf = (part: object) => messagesOf({ role: 'user', parts: [part] })[0]?.parts[0];
  const inline = (mimeType: string, data = 'aGk=') => ({ inlineData: { mimeType, data } });

  test.each([
    ['application/pdf', { type: 'document', source: { type: 'base64', mediaType: 'application/pdf', data: 'aGk=' } }],
    ['audio/wav', { type: 'audio', source: { type: 'base64', mediaType: 'audio/wav', data: 'aGk=' } }],
    ['text/plain', { type: 'document', source: { type: 'text', text: 'hi', mediaType: 'text/plain' } }],
    ['application/xml', { type: 'document', source: { type: 'text', text: 'hi', mediaType: 'application/xml' } }],
    ['video/mp4', { type: 'document', source: { type: 'base64', mediaType: 'video/mp4', data: 'aGk=' } }],
  ])('%s', (mimeType, expected) => {
    expect(partOf(inline(mimeType))).toMatchObject(expected);
  });

  test('Google reads from its own storage and from the web', () => {
    expect(partOf({ fileData: { fileUri: 'gs://bucket/a.pdf', mimeType: 'application/pdf' } })).toMatchObject({
      type: 'document',
      source: { type: 'url', url: 'gs://bucket/a.pdf' },
    });
    expect(partOf({ fileData: { fileUri: 'https://youtu.be/x' } })).toMatchObject({
      type: 'document',
      source: { type: 'url' },
    });
    const image = { fileUri: 'https://example.com/a.png', mimeType: 'image/png' };
    expect(partOf({ fileData: image })).toEqual({
      type: 'image',
      source: { type: 'url', url: image.fileUri, mediaType: 'image/png' },
      vendor: { gemini: { fileData: image } },
    });
  });

  test.each(['https://generativelanguage.googleapis.com/v1beta/files/abc', 'files/abc'])(
    '%s is refused: nothing is stored',
    (fileUri) => {
      expect(
        refusalOf({ contents: [{ role: 'user', parts: [{ text: 'x' }, { fileData: { fileUri } }] }] }),
      ).toMatchObject({
        kind: 'invalid-request',
        reason: 'unsupported-feature',
        parameter: 'contents[0].parts[1].fileData.fileUri',
      });
    },
  );
});

describe('tools', () => {
  test("declarations of both kinds, and Google's own tools", () => {
    const parameters = { type: 'OBJECT', properties: { a: { type: 'STRING', nullable: true } } };
    const schema = { $schema: 'x', type: 'object', properties: { a: { const: 1 } } };
    const tools = [
      {
        function_declarations: [
          { name: 'f', description: 'd', parameters },
          { name: 'g', parametersJsonSchema: schema },
          { name: 'h', behavior: 'X' },
        ],
      },
      { googleSearch: {}, urlContext: {} },
    ];
    expect(read({ tools }).tools).toEqual([
      {
        type: 'function',
        name: 'f',
        description: 'd',
        parameters: { type: 'object', properties: { a: { type: ['string', 'null'] } } },
      },
      { type: 'function', name: 'g', parameters: schema },
      { type: 'function', name: 'h', vendor: { gemini: { behavior: 'X' } } },
      { type: 'vendor', dialect: 'gemini', name: 'googleSearch', value: { googleSearch: {} } },
      { type: 'vendor', dialect: 'gemini', name: 'urlContext', value: { urlContext: {} } },
    ]);
  });

  test.each([
    ['AUTO', [], { type: 'auto' }],
    ['auto', [], { type: 'auto' }],
    ['NONE', [], { type: 'none' }],
    ['ANY', [], { type: 'required' }],
    ['ANY', ['f'], { type: 'tool', name: 'f' }],
    ['ANY', ['f', 'g'], { type: 'allowed', mode: 'required', names: ['f', 'g'] }],
    ['VALIDATED', [], { type: 'auto' }],
    ['VALIDATED', ['f'], { type: 'allowed', mode: 'auto', names: ['f'] }],
    ['MODE_UNSPECIFIED', [], undefined],
  ])('mode %s with %j', (mode, allowedFunctionNames, expected) => {
    expect(read({ toolConfig: { functionCallingConfig: { mode, allowedFunctionNames } } }).toolChoice).toEqual(
      expected,
    );
    expect(
      read({ tool_config: { function_calling_config: { mode, allowed_function_names: allowedFunctionNames } } })
        .toolChoice,
    ).toEqual(expected);
  });

  test('streamed arguments are not requested', () => {
    const toolConfig = { functionCallingConfig: { mode: 'AUTO', streamFunctionCallArguments: true } };
    const { request, notes } = decodeBody({ contents: [user], toolConfig });
    expect(request().vendor).toBeUndefined();
    expect(notes).toMatchObject([{ action: 'dropped' }]);
  });
});

describe('settings', () => {
  const settings = (generationConfig: object) => {
    const {
      model: _m,
      stream: _s,
      messages: _x,
      tools: _t,
      choiceCount,
      affinityKey: _k,
      ...rest
    } = read({ generationConfig });
    return choiceCount === 1 ? rest : { ...rest, choiceCount };
  };

  test('by their names', () => {
    expect(
      settings({
        ...{ temperature: 0.5, topP: 0.9, topK: 40, candidateCount: 2, maxOutputTokens: 100, stopSequences: ['a'] },
        ...{
          presencePenalty: 0.1,
          frequencyPenalty: 0.2,
          seed: 7,
          mediaResolution: 'LOW',
          responseModalities: ['TEXT'],
        },
      }),
    ).toEqual({
      ...{ temperature: 0.5, topP: 0.9, topK: 40, choiceCount: 2, maxOutputTokens: 100, stop: ['a'] },
      ...{ presencePenalty: 0.1, frequencyPenalty: 0.2, seed: 7 },
      vendor: { gemini: { generationConfig: { mediaResolution: 'LOW', responseModalities: ['TEXT'] } } },
    });
    expect(settings({ max_output_tokens: 5, stop_sequences: 'x' })).toEqual({ maxOutputTokens: 5, stop: ['x'] });
  });

  test.each([
    ['application/json', { responseFormat: [{ text: { mimeType: 'application/json', schema: { type: 'object' } } }] }],
    ['APPLICATION_JSON', { response_format: { text: { mime_type: 'APPLICATION_JSON', schema: { type: 'object' } } } }],
    ['no type', { responseFormat: [{ text: { schema: { type: 'object' } } }] }],
  ])('the newer form of a format (%s)', (_name, config) => {
    const responseFormat = { type: 'json-schema', name: 'response', schema: { type: 'object' }, strict: true };
    expect(settings(config)).toEqual({ responseFormat });
  });

  test('the newer form of a format without a schema, and those of other modalities', () => {
    const image = { image: { aspectRatio: '1:1' } };
    expect(settings({ responseFormat: [image, { text: { mimeType: 'application/json' } }] })).toEqual({
      responseFormat: { type: 'json' },
      vendor: { gemini: { generationConfig: { responseFormat: [image] } } },
    });
    expect(settings({ responseFormat: [{ text: { mimeType: 'text/plain' } }] })).toEqual({});
  });

  test.each([
    [{ responseMimeType: 'application/json' }, { type: 'json' }],
    [
      { response_mime_type: 'application/json', response_schema: { type: 'ARRAY', items: { type: 'STRING' } } },
      { type: 'json-schema', name: 'response', schema: { type: 'array', items: { type: 'string' } }, strict: true },
    ],
    [
      { responseMimeType: 'application/json', responseJsonSchema: { $ref: '#/x' } },
      { type: 'json-schema', name: 'response', schema: { $ref: '#/x' }, strict: true },
    ],
    [{ responseMimeType: 'text/plain' }, { type: 'text' }],
    [{}, undefined],
  ])('the format %j', (config, responseFormat) => {
    expect(settings(config)).toEqual(responseFormat === undefined ? {} : { responseFormat });
  });

  test.each([
    [{ includeThoughts: true }, { mode: 'on', shown: true }],
    [{ includeThoughts: false }, undefined],
    [{ thinkingBudget: 0, includeThoughts: true }, { mode: 'off' }],
    [{ thinkingBudget: -1 }, { mode: 'adaptive', shown: false }],
    [
      { thinking_budget: 500, include_thoughts: true },
      { mode: 'on', budget: 500, shown: true },
    ],
    [{ thinkingLevel: 'HIGH' }, { mode: 'on', effort: 'high', shown: false }],
    [{}, undefined],
  ])('thinking %j', (thinkingConfig, reasoning) => {
    expect(settings({ thinkingConfig })).toEqual(reasoning === undefined ? {} : { reasoning });
  });

  test('unknown members are kept', () => {
    const own = {
      safetySettings: [{ category: 'HARM_CATEGORY_X', threshold: 'OFF' }],
      labels: { a_b: 'c' },
      toolConfig: { retrievalConfig: { latLng: {} } },
    };
    expect(read({ ...own, model: 'models/x' }).vendor).toEqual({ gemini: own });
  });
});

describe('errors name the invalid member', () => {
  test.each([
    ['no JSON', '{', undefined, 'malformed-json'],
    ['no object', '[]', undefined, 'invalid-type'],
    ['no contents', {}, 'contents', 'missing-parameter'],
    ['empty contents', { contents: [] }, 'contents', 'unsupported-value'],
    ['contents of a wrong type', { contents: 7 }, 'contents', 'invalid-type'],
    ['a text of a wrong type', { contents: [{ parts: [{ text: 7 }] }] }, 'contents[0].parts[0].text', 'invalid-type'],
    [
      'a call without a name',
      { contents: [{ parts: [{ functionCall: {} }] }] },
      'contents[0].parts[0].functionCall.name',
      'missing-parameter',
    ],
    [
      'a tool without a name',
      { contents: [user], tools: [{ functionDeclarations: [{}] }] },
      'tools[0].functionDeclarations[0].name',
      'missing-parameter',
    ],
    [
      'two schemas',
      {
        contents: [user],
        tools: [{ functionDeclarations: [{ name: 'f', parameters: {}, parametersJsonSchema: {} }] }],
      },
      'tools[0].functionDeclarations[0]',
      'unsupported-value',
    ],
    [
      'a mode that is none',
      { contents: [user], toolConfig: { functionCallingConfig: { mode: 'x' } } },
      'toolConfig.functionCallingConfig.mode',
      'unsupported-value',
    ],
    [
      'a temperature',
      { contents: [user], generationConfig: { temperature: 3 } },
      'generationConfig.temperature',
      'unsupported-value',
    ],
    [
      'a count',
      { contents: [user], generationConfig: { maxOutputTokens: 1.5 } },
      'generationConfig.maxOutputTokens',
      'invalid-type',
    ],
    [
      'a schema without JSON',
      { contents: [user], generationConfig: { responseSchema: {} } },
      'generationConfig.responseMimeType',
      'unsupported-value',
    ],
    [
      'two wishes to think',
      { contents: [user], generationConfig: { thinkingConfig: { thinkingBudget: 1, thinkingLevel: 'LOW' } } },
      'generationConfig.thinkingConfig',
      'unsupported-value',
    ],
    [
      'cached contents',
      { contents: [user], cachedContent: 'cachedContents/x' },
      'cachedContent',
      'unsupported-feature',
    ],
  ])('%s', (_name, body, parameter, reason) => {
    const refusal = refusalOf(body);
    expect(refusal).toMatchObject({ kind: 'invalid-request', fault: 'request', reason, parameter });
    expect(refusal.message).toMatch(/[.]$/);
  });

  test('too deep nesting', () => {
    const deep = `${'['.repeat(300)}${']'.repeat(300)}`;
    expect(refusalOf(`{"contents":[{"parts":[{"text":"x"}]}],"labels":${deep}}`)).toMatchObject({
      parameter: 'labels',
    });
    expect(() => decodeBody(`{"contents":${'['.repeat(200_000)}`)).toThrow(Failure);
  });
});

describe('bodies that may be relayed', () => {
  const isPlain = (body: object) => decodeBody({ contents: [user], ...body }).original !== undefined;
  const call = { functionCall: { name: 'f', args: {} }, thoughtSignature: 'skip_thought_signature_validator' };
  const answered = { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'x' } } }] };

  test.each([
    ['a text', {}],
    [
      'with settings',
      { generationConfig: { temperature: 1, thinkingConfig: { includeThoughts: true } }, safetySettings: [], x: 1 },
    ],
    ['with a signed call', { contents: [user, { role: 'model', parts: [{ text: 'x' }, call] }, answered, user] }],
    [
      'with its own schemas',
      {
        tools: [
          {
            functionDeclarations: [
              { name: 'f', parameters: { type: 'OBJECT', properties: { a: { type: 'STRING' } } } },
            ],
          },
          { googleSearch: {} },
        ],
      },
    ],
    [
      'with JSON Schemas that it takes',
      {
        tools: [
          {
            functionDeclarations: [
              { name: 'f', parametersJsonSchema: { type: 'object', properties: { a: { type: 'string' } } } },
            ],
          },
        ],
      },
    ],
    [
      'in snake case',
      { contents: [{ role: 'user', parts: [{ inline_data: { mime_type: 'image/png', data: 'aWs=' } }] }] },
    ],
    [
      'with URL-safe base64',
      { contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: '_-8=' } }] }] },
    ],
    ['of pieces of the user', { contents: [user, user] }],
    [
      'with a signed text',
      { contents: [user, { role: 'model', parts: [{ text: 'x', thoughtSignature: 'c2ln' }] }, user] },
    ],
  ])('%s', (_name, body) => expect(isPlain(body)).toBe(true));

  test.each([
    ['a role that is absent', { contents: [{ parts: [{ text: 'x' }] }] }],
    ['a null beside the part’s content', { contents: [{ role: 'user', parts: [{ text: 'x', inlineData: null }] }] }],
    [
      'base64 in several lines',
      { contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'aWtp\naWtp' } }] }] },
    ],
    ['texts instead of contents', { contents: ['x'] }],
    [
      'a signature within the call',
      {
        contents: [
          user,
          { role: 'model', parts: [{ ...call, functionCall: { name: 'f', thoughtSignature: 'c2ln' } }] },
          answered,
        ],
      },
    ],
    [
      'a response with another name than its call',
      {
        contents: [
          user,
          { role: 'model', parts: [{ ...call, functionCall: { id: 'a', name: 'f', args: {} } }] },
          { role: 'user', parts: [{ functionResponse: { id: 'a', name: 'g', response: { output: 'x' } } }] },
        ],
      },
    ],
    ['an empty text', { contents: [{ role: 'user', parts: [{ text: '' }, { text: 'x' }] }] }],
    [
      'the newer form of a format',
      { contents: [user], generationConfig: { responseFormat: [{ text: { mimeType: 'text/plain' } }] } },
    ],
    ['categories of harm as numbers', { contents: [user], safetySettings: [{ category: 7, threshold: 4 }] }],
    ['an unsigned call', { contents: [user, { role: 'model', parts: [{ functionCall: { name: 'f' } }] }, answered] }],
    [
      'a broken signature',
      { contents: [user, { role: 'model', parts: [{ text: 'x', thoughtSignature: 'no base64' }] }, user] },
    ],
    [
      'a foreign signature',
      {
        contents: [
          user,
          {
            role: 'model',
            parts: [{ text: 'x', thoughtSignature: encodeProof({ dialect: 'a', value: 'b' }, 'gemini') }],
          },
          user,
        ],
      },
    ],
    [
      'pieces of a streamed turn',
      { contents: [user, { role: 'model', parts: [{ text: 'x' }] }, { role: 'model', parts: [{ text: 'y' }] }, user] },
    ],
    [
      'responses in another order',
      {
        contents: [
          user,
          { role: 'model', parts: [{ ...call, functionCall: { name: 'g' } }, call] },
          { role: 'user', parts: [...answered.parts, { functionResponse: { name: 'g', response: {} } }] },
        ],
      },
    ],
    [
      'a response that is no object',
      {
        contents: [
          user,
          { role: 'model', parts: [call] },
          { role: 'user', parts: [{ functionResponse: { name: 'f', response: 'x' } }] },
        ],
      },
    ],
    [
      'foreign keywords',
      { tools: [{ functionDeclarations: [{ name: 'f', parameters: { $schema: 'x', type: 'object' } }] }] },
    ],
    [
      'a JSON Schema that needs other words',
      {
        tools: [
          {
            functionDeclarations: [
              { name: 'f', parametersJsonSchema: { type: 'object', properties: { a: { const: 1 } } } },
            ],
          },
        ],
      },
    ],
    ['several candidates', { generationConfig: { candidateCount: 2 } }],
    ['an instruction of nothing', { systemInstruction: { parts: [] } }],
  ])('not %s', (_name, body) => expect(isPlain(body)).toBe(false));

  test('a body with a duplicate member is not relayed', () => {
    const text = '{"contents":[{"role":"user","parts":[{"text":"x"}]}],"labels":{},"labels":{}}';
    expect(decodeBody(text).original).toBeUndefined();
  });
});

describe('counting', () => {
  const url = '/v1beta/models/m:countTokens';
  const count = (body: object) => decodeCountRequest(toJsonBody(JSON.stringify(body)), headOf(url));

  test('contents only, and a complete request', () => {
    expect(count({ contents: [user] }).messages).toEqual([hello]);
    const whole = {
      generateContentRequest: {
        model: 'models/m',
        contents: [user],
        systemInstruction: 's',
        tools: [{ googleSearch: {} }],
      },
    };
    expect(count(whole)).toMatchObject({
      model: 'm',
      messages: [{ role: 'system' }, hello],
      tools: [{ name: 'googleSearch' }],
    });
    expect(count({ generate_content_request: { contents: [user] } }).messages).toEqual([hello]);
    expect(() => count({})).toThrow(/'contents' is missing/);
  });
});
