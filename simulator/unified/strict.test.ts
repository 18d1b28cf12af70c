import { beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { chat } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

const user = { role: 'user', content: 'hi' };
const call = (id: string, written: unknown = '{}'): object => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: written },
});
const calling = (...ids: readonly string[]): object => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => call(id)),
});
const result = (id: string): object => ({ role: 'tool', tool_call_id: id, content: 'done' });
const tool = (parameters: object, over: object = {}): object => ({
  type: 'function',
  function: { name: 'f', parameters },
  ...over,
});
const plain = { type: 'object', properties: {} };

async function refusal(model: string, payload: object, knobs: string): Promise<string> {
  const answer = await chat(simulator, { model, knobs, payload: { messages: [user], ...payload } });
  return answer.status === 200 ? 'accepted' : answer.text;
}

describe('newer OpenAI models, always', () => {
  test.each([
    ['max_tokens', { max_tokens: 5 }, "Unsupported parameter: 'max_tokens'"],
    ['a temperature', { temperature: 0.5 }, "'temperature' does not support 0.5"],
    ['the usual temperature', { temperature: 1, max_completion_tokens: 50 }, 'accepted'],
  ])('%s', async (_, payload, expected) => {
    for (const model of ['gpt-5.1', 'sim-gpt-5', 'sim-o3'])
      expect(await refusal(model, payload, '')).toContain(expected);
    expect(await refusal('gpt-5.1', payload, 'strict=off')).toBe('accepted');
    expect(await refusal('claude-sonnet-4@20250514', payload, '')).toBe('accepted');
    expect(await refusal('sim-gpt-4o', payload, '')).toBe('accepted');
  });
});

describe('a history that every vendor takes', () => {
  test.each(['claude-sonnet-4@20250514', 'gpt-5.1', 'gemini-2.5-pro'])('%s', async (model) => {
    const payload = {
      tools: [tool(plain)],
      messages: [
        { role: 'system', content: 'be kind' },
        user,
        { ...calling('a', 'b'), content: 'wait' },
        result('b'),
        result('a'),
        { role: 'assistant', content: [{ type: 'text', text: 'so' }] },
        user,
      ],
    };
    expect(await refusal(model, payload, 'strict=vendor')).toBe('accepted');
  });
});

describe('Anthropic, when asked', () => {
  test.each([
    [
      'two assistant messages',
      { messages: [user, calling('a'), { role: 'assistant', content: 'x' }, result('a')] },
      'roles must alternate',
    ],
    [
      'an orphan result',
      { messages: [user, result('a')] },
      'unexpected `tool_use_id` found in `tool_result` blocks: a',
    ],
    ['a result twice', { messages: [user, calling('a'), result('a'), result('a')] }, 'unexpected `tool_use_id`'],
    [
      'a call without result',
      { messages: [user, calling('a', 'b'), result('a'), user] },
      '`tool_use` ids were found without `tool_result` blocks immediately after: b',
    ],
    ['a call at the end', { messages: [user, calling('a')] }, '`tool_use` ids were found without'],
    ['no tools', { tools: [] }, 'tools: List should have at least 1 item'],
    [
      'refusal',
      { messages: [user, { role: 'assistant', content: 'x', refusal: null }, user] },
      'messages.1.refusal: Extra inputs are not permitted',
    ],
    ['parsed', { messages: [user, { role: 'assistant', content: 'x', parsed: null }, user] }, 'messages.1.parsed'],
    ['cache_control on a message', { messages: [{ ...user, cache_control: {} }] }, 'messages.0.cache_control'],
    [
      'cache_control on a part',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'x', cache_control: {} }] }] },
      'messages.0.content.0.cache_control',
    ],
    ['name beside function', { tools: [tool(plain, { name: 'f' })] }, 'tools.0.name: Extra inputs are not permitted'],
    [
      'strict: null',
      { tools: [{ type: 'function', function: { name: 'f', parameters: plain, strict: null } }] },
      'tools.0.function.strict',
    ],
    ['$schema', { tools: [tool({ ...plain, $schema: 'x' })] }, '$schema is not supported'],
    [
      '$ref, deep inside',
      { tools: [tool({ type: 'object', properties: { a: { items: [{ $ref: '#/x' }] } } })] },
      '$ref is not supported',
    ],
    ['a role of OpenAI', { messages: [{ role: 'developer', content: 'x' }, user] }, 'Unexpected role'],
    ['an empty text', { messages: [{ role: 'user', content: '' }] }, 'non-empty content'],
    [
      'an empty part',
      { messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] },
      'text content blocks must be non-empty',
    ],
    [
      'broken arguments',
      { messages: [user, { role: 'assistant', content: null, tool_calls: [call('a', '{')] }, result('a')] },
      'tool_use.input',
    ],
    [
      'a call without id',
      { messages: [user, { role: 'assistant', content: null, tool_calls: [call('')] }] },
      'tool_use.id: Field required',
    ],
    ['a high temperature', { temperature: 1.5 }, 'temperature: Input should be less than or equal to 1'],
  ])('%s', async (_, payload, expected) => {
    expect(await refusal('claude-sonnet-4@20250514', payload, 'strict=vendor')).toContain(expected);
    expect(await refusal('claude-sonnet-4@20250514', payload, '')).toBe('accepted');
  });
});

describe('OpenAI, when asked', () => {
  test.each([
    ['no tools', { tools: [] }, 'empty array'],
    [
      'an orphan result',
      { messages: [user, result('a')] },
      "must be a response to a preceeding message with 'tool_calls'",
    ],
    ['a call without result', { messages: [user, calling('a'), user] }, 'did not have response messages: a'],
    ['a call at the end', { messages: [user, calling('a')] }, 'did not have response messages: a'],
    ['unknown members', { messages: [{ ...user, cache_control: {} }] }, 'messages[0].cache_control'],
    ['$schema', { tools: [tool({ ...plain, $schema: 'x' })] }, '$schema is not permitted'],
  ])('%s', async (_, payload, expected) => {
    expect(await refusal('sim-gpt-4o', payload, 'strict=vendor')).toContain(expected);
    expect(await refusal('sim-gpt-4o', payload, '')).toBe('accepted');
  });
});

test('Gemini refuses what its schemas do not know', async () => {
  const payload = { tools: [tool({ ...plain, $schema: 'x' })] };
  expect(await refusal('gemini-2.5-pro', payload, 'strict=vendor')).toContain('Unknown name \\"$schema\\"');
});
