import { beforeAll, describe, expect, test } from 'vitest';
import { sealProof } from '../../answer/proofs.ts';
import { type Simulator, startSimulator } from '../../start-simulator.ts';
import { askRoute, wordsOf } from '../../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

const user = { role: 'user', parts: [{ text: 'hi' }] };
const call = (name = 'f', over: object = {}): object => ({ functionCall: { name, args: {} }, ...over });
const reply = (name = 'f', response: unknown = { ok: true }): object => ({ functionResponse: { name, response } });
const model = (...parts: readonly object[]): object => ({ role: 'model', parts });
const answer = (...parts: readonly object[]): object => ({ role: 'user', parts });
const declare = (parameters: unknown, over: object = {}): object => ({
  tools: [{ functionDeclarations: [{ name: 'f', parameters, ...over }] }],
});
const signed = (name: string): object => ({ thoughtSignature: sealProof('google', `call ${name}`, 1) });

async function words(
  body: object,
  options: { readonly knobs?: string; readonly model?: string } = {},
): Promise<string> {
  return wordsOf(await askRoute(simulator, 'vertex-gemini', { body: { contents: [user], ...body }, ...options }));
}

const place = 'tools[0].function_declarations[0].parameters';

describe('refused', () => {
  test.each<readonly [string, object, string]>([
    ['a member', { model: 'x' }, 'Invalid JSON payload received. Unknown name "model": Cannot find field.'],
    [
      'additionalProperties',
      declare({ type: 'OBJECT', additionalProperties: false }),
      `Unknown name "additionalProperties" at '${place}': Cannot find field.`,
    ],
    [
      'several words, deep inside',
      declare({
        type: 'OBJECT',
        $schema: 'x',
        properties: { a: { type: 'STRING' }, b: { type: 'ARRAY', items: { const: 1 } } },
      }),
      `Unknown name "$schema" at '${place}': Cannot find field.\nInvalid JSON payload received. Unknown name "const" at '${place}.properties[1].value.items': Cannot find field.`,
    ],
    [
      '$ref',
      declare({ type: 'OBJECT', properties: { a: { $ref: '#/x' } } }),
      `Unknown name "$ref" at '${place}.properties[0].value'`,
    ],
    ['a list of types', declare({ type: ['string', 'null'] }), 'Proto field is not repeating, cannot start list.'],
    [
      'an array without items',
      declare({ type: 'OBJECT', properties: { a: { type: 'ARRAY' } } }),
      `${place}.properties[a].items: missing field.`,
    ],
    [
      'an enum of numbers',
      declare({ type: 'OBJECT', properties: { a: { type: 'INTEGER', enum: [1] } } }),
      '(TYPE_STRING), 1',
    ],
    [
      'a required property that is not there',
      declare({ type: 'OBJECT', required: ['a'] }),
      `${place}.required[0]: property is not defined`,
    ],
    ['both kinds of parameters', declare({ type: 'OBJECT' }, { parametersJsonSchema: {} }), 'mutually exclusive'],
    [
      'both kinds of answer schemas',
      {
        generationConfig: {
          responseMimeType: 'application/json',
          responseSchema: { type: 'OBJECT' },
          responseJsonSchema: {},
        },
      },
      'mutually exclusive',
    ],
    [
      'an answer schema without its type',
      { generationConfig: { responseSchema: { type: 'OBJECT' } } },
      'response_mime_type',
    ],
    [
      'an answer schema with unknown words',
      { generationConfig: { responseMimeType: 'application/json', responseSchema: { type: 'OBJECT', $defs: {} } } },
      `Unknown name "$defs" at 'generation_config.response_schema'`,
    ],
    [
      'JSON beside functions',
      { ...declare({ type: 'OBJECT' }), generationConfig: { responseMimeType: 'application/json' } },
      'is unsupported',
    ],
    ['a role of OpenAI', { contents: [{ ...user, role: 'assistant' }] }, 'Please use a valid role: user, model.'],
    ['no role', { contents: [{ parts: user.parts }] }, 'Please use a valid role: user, model.'],
    ['no parts', { contents: [{ role: 'user', parts: [] }] }, 'contents[0].parts: contents.parts must not be empty.'],
    ['an empty part', { contents: [answer({})] }, "contents[0].parts[0].data: required oneof field 'data'"],
    ['an empty text', { contents: [answer({ text: '' })] }, 'it has an empty text parameter'],
    ['an empty system text', { systemInstruction: { parts: [{ text: '' }] } }, 'it has an empty text parameter'],
    [
      'two data in one part',
      { contents: [answer({ text: 'a', inlineData: { mimeType: 'image/png', data: 'AA==' } })] },
      "oneof field 'data' is already set",
    ],
    [
      'a response that is no object',
      { contents: [user, model(call()), answer(reply('f', 'x'))] },
      '(type.googleapis.com/google.protobuf.Struct), "x"',
    ],
    [
      'fewer responses than calls',
      { contents: [user, model(call(), call()), answer(reply())] },
      'the number of function response parts is equal to the number of function call parts',
    ],
    ['no response', { contents: [user, model(call()), user] }, 'the number of function response parts'],
    [
      'responses apart',
      { contents: [user, model(call(), call()), answer(reply()), answer(reply())] },
      'the number of function response parts',
    ],
    [
      'an orphan response',
      { contents: [user, answer(reply())] },
      'function response turn comes immediately after a function call turn',
    ],
    [
      'a call at the beginning',
      { contents: [model(call()), answer(reply())] },
      'function call turn comes immediately after a user turn',
    ],
    [
      'a response of another function',
      { contents: [user, model(call()), answer(reply('g'))] },
      'function response names match',
    ],
    [
      'a broken signature',
      { contents: [user, model(call('f', { thoughtSignature: 'AAAA' })), answer(reply())] },
      'Corrupted thought signature.',
    ],
    [
      'a signature of another call',
      { contents: [user, model(call('f', signed('g'))), answer(reply())] },
      'Corrupted thought signature.',
    ],
    [
      'a signature that is no base64',
      { contents: [user, model(call('f', { thoughtSignature: '!' }))] },
      '(TYPE_BYTES), Base64 decoding failed for "!"',
    ],
    [
      'a strange name',
      { tools: [{ functionDeclarations: [{ name: '1 f' }] }] },
      'Invalid function name. Must start with a letter',
    ],
    [
      'one name twice',
      { tools: [{ functionDeclarations: [{ name: 'f' }, { name: 'f' }] }] },
      'Duplicate function declaration found: f',
    ],
    [
      'an allowed function in AUTO',
      {
        ...declare({ type: 'OBJECT' }),
        toolConfig: { functionCallingConfig: { mode: 'AUTO', allowedFunctionNames: ['f'] } },
      },
      'should only be set when the function calling mode is ANY',
    ],
    [
      'an allowed function that is not there',
      {
        ...declare({ type: 'OBJECT' }),
        toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['g'] } },
      },
      'contains g',
    ],
    [
      'six stops',
      { generationConfig: { stopSequences: ['a', 'b', 'c', 'd', 'e', 'f'] } },
      'more than 5 stop sequences',
    ],
    ['a high temperature', { generationConfig: { temperature: 3 } }, 'temperature value of 3'],
    [
      'a budget and a level',
      { generationConfig: { thinkingConfig: { thinkingBudget: 1, thinkingLevel: 'LOW' } } },
      'only one of thinking budget and thinking level',
    ],
    [
      'a level on 2.5',
      { generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } },
      'Thinking level is not supported',
    ],
    ['a large budget', { generationConfig: { thinkingConfig: { thinkingBudget: 24_577 } } }, 'between 1 and 24576'],
  ])('%s', async (_, body, expected) => {
    expect(await words(body)).toContain(expected);
    expect(await words(body, { knobs: 'strict=off' })).toBe('accepted');
  });

  test('members that a knob makes unknown, in any spelling', async () => {
    const body = { generationConfig: { topK: 3 } };
    expect(await words(body)).toBe('accepted');
    expect(await words(body, { knobs: 'reject-parameters=topK' })).toContain(
      `Unknown name "topK" at 'generation_config'`,
    );
    expect(await words(declare({ type: 'OBJECT' }), { knobs: 'empty-parameters=reject' })).toContain(
      'should be non-empty',
    );
  });
});

test('both spellings are understood', async () => {
  const body = {
    system_instruction: { parts: [{ text: 'be kind' }] },
    generation_config: { max_output_tokens: 100, response_mime_type: 'application/json', response_json_schema: {} },
    contents: [user, model({ text: 'a', thought_signature: sealProof('google', '', 1) }), user],
  };
  expect(await words(body)).toBe('accepted');
});

describe('Gemini 3', () => {
  const three = { model: 'gemini-3-flash-preview' };
  const step = [model(call('f', signed('f')), call('g')), answer(reply('g'), reply('f'))];
  const bare = [model(call()), answer(reply())];
  const missing = 'Function call is missing a thought_signature in functionCall parts.';

  test('wants signatures on the first call of each step of the current turn', async () => {
    expect(await words({ contents: [user, ...step] }, three)).toBe('accepted');
    expect(await words({ contents: [user, ...bare] }, three)).toContain(missing);
    expect(await words({ contents: [user, ...step, ...bare] }, three)).toContain('`default_api:f` , position 4.');
    expect(await words({ contents: [user, ...bare] })).toBe('accepted');
  });

  test('wants none in earlier turns', async () => {
    expect(await words({ contents: [user, ...bare, model({ text: 'so' }), user] }, three)).toBe('accepted');
  });

  test('takes the documented sentinel', async () => {
    const sentinel = { thoughtSignature: 'skip_thought_signature_validator' };
    expect(await words({ contents: [user, model(call('f', sentinel)), answer(reply())] }, three)).toBe('accepted');
  });

  test('takes a level, JSON beside functions, and cannot be told not to think', async () => {
    const json = { ...declare({ type: 'OBJECT' }), generationConfig: { responseMimeType: 'application/json' } };
    expect(await words(json, three)).toBe('accepted');
    expect(await words({ generationConfig: { thinkingConfig: { thinkingLevel: 'HIGH' } } }, three)).toBe('accepted');
    expect(await words({ generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }, three)).toContain(
      'Budget 0 is invalid',
    );
  });
});

test('a model that does not think takes no thinking', async () => {
  const body = { generationConfig: { thinkingConfig: { includeThoughts: true } } };
  expect(await words(body, { model: 'gemini-2.0-flash-001' })).toContain('thinking is not supported by this model');
});
