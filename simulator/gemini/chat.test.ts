import { beforeAll, describe, expect, test } from 'vitest';
import { withoutUndefined } from '../../server/lib/without-undefined.ts';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { askRoute, pick, wordsOf } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  return () => simulator.close();
});

const user = { role: 'user', content: 'use f' };
const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
const calling = (over: object = {}): object => ({
  role: 'assistant',
  tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, ...over }],
});
const result = { role: 'tool', tool_call_id: 'a', content: 'done' };
const three = 'gemini-3-flash-preview';

async function words(body: object, model?: string): Promise<string> {
  const asked = { body: { messages: [user], ...body }, ...withoutUndefined({ model }) };
  return wordsOf(await askRoute(simulator, 'gemini-chat', asked));
}

test.each<readonly [string, object, string]>([
  ['a member', { store: true }, 'Unknown name "store": Cannot find field.'],
  [
    'a member of a message',
    { messages: [{ ...user, cache_control: {} }] },
    `Unknown name "cache_control" at 'messages[0]'`,
  ],
  ['a role', { messages: [{ ...user, role: 'developer' }] }, 'Please use a valid role'],
  ['an effort', { reasoning_effort: 'xhigh' }, 'Invalid reasoning_effort: xhigh'],
  [
    'a word in a schema',
    {
      tools: [
        { type: 'function', function: { name: 'f', parameters: { type: 'object', additionalProperties: false } } },
      ],
    },
    `Unknown name "additionalProperties" at 'tools[0].function.parameters'`,
  ],
  ['a call without result', { messages: [user, calling(), user] }, 'the number of function response parts'],
  ['an orphan result', { messages: [user, result] }, 'function response turn'],
])('%s is refused', async (_, body, expected) => {
  expect(await words(body)).toContain(expected);
});

test('errors are in Google shape', async () => {
  const answer = await askRoute(simulator, 'gemini-chat', { body: { messages: [user], store: true } });
  expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
});

describe('thought signatures', () => {
  test('come with the first call and go back with it', async () => {
    const told = await askRoute(simulator, 'gemini-chat', { model: three, body: { messages: [user], tools } });
    const call = pick(JSON.parse(told.text), 'choices.0.message.tool_calls.0');
    expect(call).toMatchObject({ extra_content: { google: { thought_signature: expect.any(String) } } });
    const history = [user, { role: 'assistant', tool_calls: [call] }, { ...result, tool_call_id: pick(call, 'id') }];
    expect(await words({ messages: history, tools }, three)).toBe('accepted');
  });

  test('are missed on Gemini 3 only', async () => {
    expect(await words({ messages: [user, calling(), result], tools }, three)).toContain('missing a thought_signature');
    expect(await words({ messages: [user, calling(), result], tools })).toBe('accepted');
    const altered = calling({ extra_content: { google: { thought_signature: 'AAAA' } } });
    expect(await words({ messages: [user, altered, result], tools })).toBe('Corrupted thought signature.');
  });
});
