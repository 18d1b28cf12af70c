import { beforeAll, describe, expect, test } from 'vitest';
import { sealProof } from '../../answer/proofs.ts';
import { type Simulator, startSimulator } from '../../start-simulator.ts';
import { askRoute, wordsOf } from '../../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

type Options = { readonly knobs?: string; readonly model?: string };

const open = { type: 'object', properties: { a: { type: 'string' } } };
const user = { role: 'user', content: 'hi' };

describe('Chat Completions', () => {
  const call = (id = 'a', over: object = {}): object => ({
    id,
    type: 'function',
    function: { name: 'f', arguments: '{}' },
    ...over,
  });
  const calling = (...calls: readonly object[]): object => ({ role: 'assistant', content: null, tool_calls: calls });
  const custom = (members: object | undefined): object => ({ tools: [{ type: 'custom', custom: members }] });
  const result = (id = 'a', content: unknown = 'done'): object => ({ role: 'tool', tool_call_id: id, content });
  const tool = (over: object = {}): object => ({
    type: 'function',
    function: { name: 'f', parameters: open, ...over },
  });

  async function words(body: object, options: Options = {}): Promise<string> {
    return wordsOf(await askRoute(simulator, 'openai-chat', { body: { messages: [user], ...body }, ...options }));
  }

  test.each<readonly [string, object, string]>([
    ['max_tokens', { max_tokens: 5 }, "Use 'max_completion_tokens' instead."],
    ['a temperature', { temperature: 0.5 }, "'temperature' does not support 0.5 with this model"],
    ['top_p', { top_p: 0.5 }, "Unsupported parameter: 'top_p' is not supported with this model."],
    ['a penalty', { presence_penalty: 1 }, "'presence_penalty' is not supported"],
    ['stop', { stop: ['a'] }, "'stop' is not supported"],
    ['an unknown member', { thinking: {} }, "Unknown parameter: 'thinking'."],
    [
      'a member of a message',
      { messages: [{ ...user, cache_control: {} }] },
      "Unknown parameter: 'messages[0].cache_control'.",
    ],
    [
      'a member of a call',
      { messages: [user, calling(call('a', { index: 0 })), result()] },
      "'messages[1].tool_calls[0].index'",
    ],
    [
      'a member of a part',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'x', cache_control: {} }] }] },
      "'messages[0].content[0].cache_control'",
    ],
    [
      'a tool of Anthropic',
      { tools: [{ name: 'f', input_schema: {} }] },
      "Invalid value: 'undefined'. Supported values are: 'function' and 'custom'.",
    ],
    ['an effort', { reasoning_effort: 'xhigh' }, "'reasoning_effort' does not support 'xhigh' with this model"],
    ['no tools', { tools: [] }, "Invalid 'tools': empty array."],
    ['a custom tool without its member', custom(undefined), "Missing required parameter: 'tools[0].custom.name'."],
    [
      'the members of a function in a custom tool',
      custom({ name: 'p', parameters: {} }),
      "Unknown parameter: 'tools[0].custom.parameters'.",
    ],
    [
      'a grammar in the format of the Responses API',
      custom({ name: 'p', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } }),
      "Unknown parameter: 'tools[0].custom.format.syntax'.",
    ],
    [
      'a grammar without a definition',
      custom({ name: 'p', format: { type: 'grammar', grammar: { syntax: 'lark' } } }),
      "Missing required parameter: 'tools[0].custom.format.grammar.definition'.",
    ],
    [
      'a grammar of another syntax',
      custom({ name: 'p', format: { type: 'grammar', grammar: { syntax: 'ebnf', definition: 'a' } } }),
      "Invalid value: 'ebnf'. Supported values are: 'lark' and 'regex'.",
    ],
    [
      'a format of another type',
      custom({ name: 'p', format: { type: 'json' } }),
      "Invalid value: 'json'. Supported values are: 'text' and 'grammar'.",
    ],
    [
      'the choice of a custom tool that is not declared',
      { ...custom({ name: 'p' }), tool_choice: { type: 'custom', custom: { name: 'q' } } },
      "no custom tool named 'q'",
    ],
    [
      'a custom call without input',
      {
        messages: [user, calling(call('a', { type: 'custom', function: undefined, custom: { name: 'p' } })), result()],
      },
      "Missing required parameter: 'messages[1].tool_calls[0].custom.input'.",
    ],
    ['a long user', { user: 'u'.repeat(65) }, "Invalid 'user': string too long."],
    [
      'a strange name',
      { tools: [tool({ name: 'a.b' })] },
      "Invalid 'tools[0].function.name': string does not match pattern.",
    ],
    [
      'a long description',
      { tools: [tool({ description: 'a'.repeat(1025) })] },
      'string too long. Expected a string with maximum length 1024',
    ],
    ['a long name', { tools: [tool({ name: 'a'.repeat(65) })] }, 'maximum length 64, but got a string with length 65'],
    [
      'a schema of no object',
      { tools: [tool({ parameters: {} })] },
      `schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`,
    ],
    [
      'an array without items',
      { tools: [tool({ parameters: { type: 'object', properties: { a: { type: 'array' } } } })] },
      "In context=('properties', 'a'), array schema missing items.",
    ],
    [
      'a pattern with lookaround',
      { tools: [tool({ parameters: { type: 'object', properties: { a: { type: 'string', pattern: '^(?!a)' } } } })] },
      '"^(?!a)" is not a \'regex\'.',
    ],
    [
      'an open strict schema',
      { tools: [tool({ strict: true })] },
      "In context=(), 'additionalProperties' is required to be supplied and to be false.",
    ],
    [
      'a strict schema with a property left out',
      { tools: [tool({ strict: true, parameters: { ...open, additionalProperties: false, required: [] } })] },
      "Missing 'a'.",
    ],
    [
      'an open answer schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema: open } } },
      "Invalid schema for response_format 'x'",
    ],
    [
      'an answer schema without name',
      { response_format: { type: 'json_schema', json_schema: { schema: open } } },
      "'response_format.json_schema.name'",
    ],
    ['JSON without the word', { response_format: { type: 'json_object' } }, "must contain the word 'json'"],
    ['a choice without tools', { tool_choice: 'auto' }, "'tool_choice' is only allowed when 'tools' are specified"],
    [
      'a choice that is not there',
      { tools: [tool()], tool_choice: { type: 'function', function: { name: 'g' } } },
      "no function named 'g'",
    ],
    ['stream options without stream', { stream_options: {} }, "only allowed when 'stream' is enabled"],
    ['a role', { messages: [{ role: 'model', content: 'x' }] }, "Invalid value: 'model'."],
    [
      'no content',
      { messages: [{ role: 'user', content: null }] },
      "Invalid value for 'content': expected a string, got null.",
    ],
    [
      'an image in a result',
      { messages: [user, calling(call()), result('a', [{ type: 'image_url', image_url: { url: 'x' } }])] },
      "Image URLs are only allowed for messages with role 'user'",
    ],
    [
      'a part of Responses',
      { messages: [{ role: 'user', content: [{ type: 'input_text', text: 'x' }] }] },
      "Invalid value: 'input_text'.",
    ],
    [
      'an orphan result',
      { messages: [user, result()] },
      "must be a response to a preceeding message with 'tool_calls'",
    ],
    [
      'a call without result',
      { messages: [user, calling(call(), call('b')), result(), user] },
      'did not have response messages: b',
    ],
    [
      'a long id',
      { messages: [user, calling(call('a'.repeat(41))), result('a'.repeat(41))] },
      'maximum length 40, but got a string with length 41',
    ],
    [
      'arguments that are no text',
      { messages: [user, calling(call('a', { function: { name: 'f', arguments: {} } })), result()] },
      'expected a string, but got an object',
    ],
    ['no calls', { messages: [user, calling()] }, "Invalid 'messages[1].tool_calls': empty array."],
  ])('%s is refused', async (_, body, expected) => {
    expect(await words(body)).toContain(expected);
    expect(await words(body, { knobs: 'strict=off' })).toBe('accepted');
  });

  test.each<readonly [string, object]>([
    ['a tool loop', { tools: [tool()], messages: [user, calling(call(), call('b')), result('b'), result(), user] }],
    [
      'defaults',
      { temperature: 1, top_p: 1, presence_penalty: 0, max_completion_tokens: 50, reasoning_effort: 'none' },
    ],
    [
      'a closed strict schema',
      { tools: [tool({ strict: true, parameters: { ...open, additionalProperties: false, required: ['a'] } })] },
    ],
    ['a custom tool', custom({ name: 'p' })],
    [
      'a custom tool with a grammar, and its call',
      {
        ...custom({ name: 'p', format: { type: 'grammar', grammar: { syntax: 'regex', definition: 'a+' } } }),
        tool_choice: { type: 'custom', custom: { name: 'p' } },
        messages: [user, calling({ id: 'a', type: 'custom', custom: { name: 'p', input: 'aa' } }), result()],
      },
    ],
  ])('%s is accepted', async (_, body) => {
    expect(await words(body)).toBe('accepted');
  });

  test('functions and an effort do not go together on newer models', async () => {
    const body = { tools: [tool()], reasoning_effort: 'low' };
    const expected =
      'Function tools with reasoning_effort are not supported for gpt-5.4-2026-03-05 in /v1/chat/completions.';
    expect(await words(body, { model: 'gpt-5.4-2026-03-05' })).toContain(expected);
    expect(await words({ tools: [tool()] }, { model: 'gpt-5.4-2026-03-05' })).toBe('accepted');
    expect(await words({ tools: [tool()] }, { model: 'sim-gpt-5.6' })).toContain("or set reasoning_effort to 'none'");
    expect(await words({ tools: [tool()], reasoning_effort: 'none' }, { model: 'sim-gpt-5.6' })).toBe('accepted');
    expect(await words(body, { model: 'gpt-5-2025-08-07' })).toBe('accepted');
    expect(await words({ reasoning_effort: 'none' }, { model: 'gpt-5-2025-08-07' })).toContain(
      "does not support 'none'",
    );
  });

  test('models that do not reason take what they always took', async () => {
    expect(await words({ temperature: 0, max_tokens: 5, stop: ['x'] }, { model: 'sim-gpt-4o' })).toBe('accepted');
    expect(await words({ reasoning_effort: 'low' }, { model: 'sim-gpt-4o' })).toContain("'reasoning_effort'");
  });

  test("a member is refused by knob, in the vendor's words", async () => {
    expect(await words({ seed: 1 }, { knobs: 'reject-parameters=seed' })).toBe("Unknown parameter: 'seed'.");
  });
});

describe('Responses', () => {
  const call = (id = 'a', over: object = {}): object => ({
    type: 'function_call',
    call_id: id,
    name: 'f',
    arguments: '{}',
    ...over,
  });
  const output = (id = 'a'): object => ({ type: 'function_call_output', call_id: id, output: 'x' });
  const reasoning = (over: object = {}): object => ({
    type: 'reasoning',
    id: 'rs_1',
    summary: [],
    encrypted_content: sealProof('openai', 'x', 1),
    ...over,
  });
  const said = { role: 'assistant', content: [{ type: 'output_text', text: 'x' }] };

  async function words(body: object, options: Options = {}): Promise<string> {
    return wordsOf(await askRoute(simulator, 'openai-responses', { body: { input: [user], ...body }, ...options }));
  }

  test.each<readonly [string, object, string]>([
    ['an unknown member', { messages: [] }, "Unknown parameter: 'messages'."],
    [
      'a member of an item',
      { input: [{ ...user, cache_control: {} }] },
      "Unknown parameter: 'input[0].cache_control'.",
    ],
    [
      'a member of a part',
      { input: [{ role: 'user', content: [{ type: 'input_text', text: 'x', x: 1 }] }] },
      "'input[0].content[0].x'",
    ],
    ['a kind of item', { input: [{ type: 'thought' }] }, "Invalid value: 'thought'."],
    ['a kind of tool', { tools: [{ type: 'toolbox' }] }, "Invalid value: 'toolbox'."],
    [
      'a tool of Chat',
      { tools: [{ type: 'function', function: { name: 'f' } }] },
      "Unknown parameter: 'tools[0].function'.",
    ],
    ['a temperature', { temperature: 0.5 }, "Unsupported parameter: 'temperature'"],
    ['few tokens', { max_output_tokens: 15 }, 'Expected a value >= 16, but got 15 instead.'],
    ['an effort', { reasoning: { effort: 'minimal' } }, "'minimal' is not supported with the 'gpt-5.1' model"],
    [
      'a choice that is not there',
      { tool_choice: { type: 'function', name: 'g' } },
      "Tool choice 'function' not found in 'tools'",
    ],
    [
      'an open strict schema',
      { tools: [{ type: 'function', name: 'f', strict: true, parameters: open }] },
      "'additionalProperties' is required",
    ],
    [
      'an answer schema without name',
      { text: { format: { type: 'json_schema', schema: open } } },
      "'text.format.name'",
    ],
    ['JSON without the word', { text: { format: { type: 'json_object' } } }, "must contain the word 'json'"],
    [
      'a text of the user as output',
      { input: [{ role: 'user', content: [{ type: 'output_text', text: 'x' }] }] },
      "Invalid value: 'output_text'.",
    ],
    [
      'a text of the assistant as input',
      { input: [user, { role: 'assistant', content: [{ type: 'input_text', text: 'x' }] }] },
      "Supported values are: 'output_text' and 'refusal'.",
    ],
    ['an orphan output', { input: [user, output()] }, 'No tool call found for function call output with call_id a.'],
    ['an unanswered call', { input: [user, call()] }, 'No tool output found for function call a.'],
    [
      'a long call_id',
      { input: [user, call('a'.repeat(65)), output('a'.repeat(65))] },
      "Invalid 'input[1].call_id': string too long. Expected a string with maximum length 64",
    ],
    [
      'a strange id',
      { input: [user, call('a', { id: 'toolu_1' }), output()] },
      "Expected an ID that begins with 'fc'.",
    ],
    [
      'a call without name',
      { input: [user, call('a', { name: undefined }), output()] },
      "Missing required parameter: 'input[1].name'.",
    ],
    [
      'arguments that are no text',
      { input: [user, call('a', { arguments: {} }), output()] },
      'expected a string, but got an object',
    ],
    [
      'altered reasoning',
      { input: [user, reasoning({ encrypted_content: 'gAAAabcd' }), said, user] },
      'could not be verified',
    ],
    [
      "another vendor's reasoning",
      { input: [user, reasoning({ encrypted_content: sealProof('anthropic', 'x', 1) }), said, user] },
      'could not be verified',
    ],
    ['reasoning alone', { input: [reasoning(), user] }, 'without its required following item'],
    [
      'reasoning by its id',
      { input: [user, reasoning({ encrypted_content: undefined }), said, user] },
      "Item with id 'rs_1' not found.",
    ],
    ['a reference', { input: [user, { type: 'item_reference', id: 'msg_1' }] }, "Item with id 'msg_1' not found."],
    ['an earlier response', { previous_response_id: 'resp_1' }, "Previous response with id 'resp_1' not found."],
  ])('%s is refused', async (_, body, expected) => {
    expect(await words(body)).toContain(expected);
    expect(await words(body, { knobs: 'strict=off' })).toBe('accepted');
  });

  test.each<readonly [string, object]>([
    [
      'a tool loop with reasoning',
      { input: [user, reasoning(), call('a', { id: 'fc_1' }), call('b'), output('b'), output(), said, user] },
    ],
    ['hosted tools', { tools: [{ type: 'web_search' }, { type: 'custom', name: 'p' }] }],
    ['an output of parts', { input: [user, call(), { ...output(), output: [{ type: 'input_text', text: 'x' }] }] }],
  ])('%s is accepted', async (_, body) => {
    expect(await words(body)).toBe('accepted');
  });
});
