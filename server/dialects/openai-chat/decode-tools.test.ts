import { describe, expect, test } from 'vitest';
import { usesLegacyFunctions } from './testing/answer-forms.ts';
import { decodeBody, type WholeRequest } from './testing/decode-body.ts';

function decode(members: object): WholeRequest {
  const body = { model: 'm', messages: [{ role: 'user', content: 'q' }], ...members };
  return decodeBody(body);
}

const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };
const plain = { type: 'function', name: 'f', parameters: { type: 'object' } };

describe('tools', () => {
  test('a plain one may be relayed', () => {
    const { request, original } = decode({ tools: [tool], tool_choice: 'auto', parallel_tool_calls: true });
    expect(request).toMatchObject({ tools: [plain], toolChoice: { type: 'auto' }, parallelToolCalls: true });
    expect(original).toBeDefined();
  });

  test.each([
    ['a null strict', { ...tool, function: { ...tool.function, strict: null } }],
    ['a null description', { ...tool, function: { ...tool.function, description: null } }],
    ['a name beside function', { ...tool, name: 'f' }],
    ['no type', { function: tool.function }],
    ['the Responses API’s flat form', { type: 'function', ...tool.function }],
    ['$schema', { ...tool, function: { name: 'f', parameters: { $schema: 'x', type: 'object' } } }],
  ])('%s is cleaned away, which loses nothing', (_name, odd) => {
    const { request, original, notes } = decode({ tools: [odd] });
    expect(request.tools).toEqual([plain]);
    expect(notes).toEqual([]);
    expect(original).toBeUndefined();
  });

  test('references in schemas are inlined', () => {
    const parameters = { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'string' } } };
    const { request, notes } = decode({ tools: [{ type: 'function', function: { name: 'f', parameters } }] });
    expect(request.tools).toMatchObject([{ parameters: { type: 'object', properties: { a: { type: 'string' } } } }]);
    expect(notes).toEqual([]);
  });

  test('an unresolvable reference is reported', () => {
    const parameters = { properties: { a: { $ref: '#/$defs/gone' } } };
    const { request, notes } = decode({
      tools: [{ type: 'function', function: { name: 'f', parameters, strict: true } }],
    });
    // A schema that allows anything cannot be strict.
    expect(request.tools).toEqual([{ type: 'function', name: 'f', parameters: { properties: { a: {} } } }]);
    expect(notes.map(({ member }) => member)).toEqual(['tools[0].function.parameters']);
  });

  test('a recursive schema is kept, for the vendors that support it', () => {
    const parameters = { type: 'object', properties: { a: { $ref: '#' } } };
    const { request, notes } = decode({
      tools: [{ type: 'function', function: { name: 'f', parameters, strict: true } }],
    });
    expect(request.tools).toEqual([{ type: 'function', name: 'f', parameters, strict: true }]);
    expect(notes).toEqual([]);
  });

  test('unknown members are reported', () => {
    const { notes } = decode({ tools: [{ ...tool, cached: {} }] });
    expect(notes.map(({ member }) => member)).toEqual(['tools[0].cached']);
  });

  test.each([
    [{ ...tool, cache_control: { type: 'ephemeral', ttl: '1h' } }],
    [{ type: 'function', function: { ...tool.function, cache_control: { type: 'ephemeral', ttl: '1h' } } }],
    [{ ...tool.function, cache_control: { type: 'ephemeral', ttl: '1h' } }],
  ])('marks for the cache are kept: %j', (marked) => {
    const { request, notes } = decode({ tools: [marked] });
    expect(request.tools).toMatchObject([{ type: 'function', cacheBreakpoint: { ttl: 3_600 } }]);
    expect(notes).toEqual([]);
  });

  test('an empty list means no tools, and members that depend on tools are dropped', () => {
    const { request, original, notes } = decode({ tools: [], tool_choice: 'auto', parallel_tool_calls: true });
    expect(request).toMatchObject({ tools: [] });
    expect(request.toolChoice ?? request.parallelToolCalls ?? original).toBeUndefined();
    expect(notes).toEqual([]);
    expect(decode({ tools: [] }).original).toBeUndefined();
  });
});

describe('tool_choice', () => {
  const allowed = { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] };
  test.each([
    ['none', { type: 'none' }],
    ['required', { type: 'required' }],
    ['validated', { type: 'auto' }],
    ['any', { type: 'required' }],
    [
      { type: 'function', function: { name: 'f' } },
      { type: 'tool', name: 'f' },
    ],
    [
      { type: 'function', name: 'f' },
      { type: 'tool', name: 'f' },
    ],
    [
      { type: 'allowed_tools', allowed_tools: allowed },
      { type: 'allowed', mode: 'required', names: ['f'] },
    ],
    [
      { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] },
      { type: 'allowed', mode: 'auto', names: ['f'] },
    ],
  ])('%j', (choice, expected) => {
    expect(decode({ tools: [tool], tool_choice: choice }).request.toolChoice).toEqual(expected);
  });

  test.each(['validated', 'any'])('%j is never relayed', (choice) => {
    expect(decode({ tools: [tool], tool_choice: choice }).original).toBeUndefined();
    expect(decode({ tools: [tool], tool_choice: 'auto' }).original).toBeDefined();
  });

  test('a tool as MCP lists it has its parameters', () => {
    const inputSchema = { type: 'object', properties: { x: { type: 'string' } } };
    const { request, notes } = decode({ tools: [{ name: 'f', description: 'd', inputSchema }] });
    expect(request.tools).toEqual([{ type: 'function', name: 'f', description: 'd', parameters: inputSchema }]);
    expect(notes).toEqual([]);
  });

  test.each([
    [{ type: 'function', function: { name: 'f' }, more: 1 }],
    [{ type: 'function', name: 'f' }],
    [{ type: 'allowed_tools', allowed_tools: allowed }],
  ])('%j is not relayed', (choice) => {
    expect(decode({ tools: [tool], tool_choice: choice }).original).toBeUndefined();
  });

  test('an allowed tool must be declared', () => {
    const choice = { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ function: { name: 'g' } }] } };
    expect(() => decode({ tools: [tool], tool_choice: choice })).toThrow(/'g' is not among/);
  });
});

describe('legacy functions', () => {
  test.each([
    ['auto', { type: 'auto' }],
    ['none', { type: 'none' }],
    [{ name: 'f' }, { type: 'tool', name: 'f' }],
    [undefined, undefined],
  ])('with function_call %j', (choice, expected) => {
    const decoded = decode({ functions: [tool.function], function_call: choice });
    const { request, original } = decoded;
    expect(request).toMatchObject({ tools: [plain], parallelToolCalls: false });
    expect(request.toolChoice).toEqual(expected);
    expect(original).toBeUndefined();
    expect(usesLegacyFunctions(decoded)).toBe(true);
  });

  test('are ignored if there are tools', () => {
    const decoded = decode({ functions: [{ name: 'g' }], tools: [tool] });
    expect(decoded.request.tools).toEqual([plain]);
    expect(usesLegacyFunctions(decoded)).toBe(false);
  });
});

describe('response_format', () => {
  test.each([
    [{ type: 'text' }, { type: 'text' }, true],
    [{ type: 'json_object' }, { type: 'json' }, true],
    [{ type: 'json_schema', json_schema: { name: 's' } }, { type: 'json-schema', name: 's' }, true],
    [{ type: 'json_schema', json_schema: { name: 's', strict: null } }, { type: 'json-schema', name: 's' }, false],
    [{ type: 'json_schema', json_schema: { name: 's', more: 1 } }, { type: 'json-schema', name: 's' }, false],
    [{ type: 'json_schema', name: 's', schema: {} }, { type: 'json-schema', name: 's', schema: {} }, false],
    [{ type: 'json_schema', schema: {} }, { type: 'json-schema', name: 'answer', schema: {} }, false],
    [{ type: 'json_schema', json_schema: { schema: {} } }, { type: 'json-schema', name: 'answer', schema: {} }, false],
  ])('%j', (format, expected, relayed) => {
    const { request, original } = decode({ response_format: format });
    expect(request.responseFormat).toEqual(expected);
    expect(original !== undefined).toBe(relayed);
  });
});
