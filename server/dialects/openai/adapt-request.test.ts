import { describe, expect, test } from 'vitest';
import type { Message } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { adaptForOpenai } from './adapt-request.ts';

const hello: Message = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };

function requestWith(given: Partial<ConversationRequest>): ConversationRequest {
  return { model: 'm', stream: false, messages: [hello], tools: [], choiceCount: 1, ...given };
}

function adapt(given: Partial<ConversationRequest>, model = 'gpt-5.1') {
  const request = requestWith(given);
  const notes = new TranslationLog();
  const adapted = adaptForOpenai(request, { model, notes });
  return { ...adapted, isSame: adapted.request === request, notes: notes.list().map(({ member }) => member) };
}

describe('a request for OpenAI', () => {
  test('that OpenAI accepts stays the same object', () => {
    const parameters = { type: 'object', properties: {} };
    const call = { type: 'tool-call', id: 'c'.repeat(40), name: 'f', arguments: '{}' } as const;
    const result = { type: 'tool-result', callId: call.id, name: 'f', parts: [] } as const;
    const request = {
      messages: [hello, { role: 'assistant', parts: [call] }, { role: 'user', parts: [result] }] as const,
      tools: [{ type: 'function', name: 'f', parameters } as const],
      toolChoice: { type: 'tool', name: 'f' } as const,
      responseFormat: { type: 'json-schema', name: 'n', schema: parameters } as const,
      reasoning: { mode: 'on', effort: 'low' } as const,
    };
    expect(adapt(request)).toMatchObject({ isSame: true, createAnswerTransform: expect.any(Function), notes: [] });
  });

  test('has valid names everywhere, and the client’s names are restored in the answer', () => {
    const call = { type: 'tool-call', id: 'c', name: 'a.b', arguments: '{}' } as const;
    const result = { type: 'tool-result', callId: 'c', name: 'a.b', parts: [] } as const;
    const { request, createAnswerTransform } = adapt({
      messages: [hello, { role: 'assistant', parts: [call] }, { role: 'user', parts: [result] }],
      tools: [{ type: 'function', name: 'a.b' }],
      toolChoice: { type: 'allowed', mode: 'auto', names: ['a.b'] },
    });
    const [tool] = request.tools;
    expect(tool?.name).toMatch(/^a_b_[0-9a-f]{12}$/);
    expect(JSON.stringify(request)).not.toContain('a.b');
    expect(request.toolChoice).toMatchObject({ names: [tool?.name] });
    const start = { type: 'block-start', choice: 0, block: 0, kind: 'tool-call', id: 'c' } as const;
    expect(createAnswerTransform?.()([{ ...start, name: tool?.name ?? '' }])).toEqual([{ ...start, name: 'a.b' }]);
  });

  test('has ids of calls within the limit, and each result has the id of its call', () => {
    const id = 'x'.repeat(70);
    const call = { type: 'tool-call', id, name: 'f', arguments: '{}' } as const;
    const { request } = adapt({
      messages: [
        { role: 'assistant', parts: [call, { ...call, id: `${id}y` }] },
        { role: 'user', parts: [{ type: 'tool-result', callId: id, parts: [] }] },
      ],
    });
    const [turn, results] = request.messages;
    const ids = turn?.parts.map((part) => part.type === 'tool-call' && part.id);
    expect(new Set(ids).size).toBe(2);
    expect(ids?.[0]).toMatch(/^call_[\w-]{35}$/);
    expect(results?.parts).toMatchObject([{ callId: ids?.[0] }]);
  });

  test('gives calls with the same id different ones, along with their results', () => {
    const call = { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' } as const;
    const result = { type: 'tool-result', callId: 'c', parts: [] } as const;
    const { request } = adapt({
      messages: [
        { role: 'assistant', parts: [call, call] },
        { role: 'user', parts: [result, result] },
      ],
    });
    expect(request.messages.map(({ parts }) => parts)).toMatchObject([
      [{ id: 'c' }, { id: 'c_2' }],
      [{ callId: 'c' }, { callId: 'c_2' }],
    ]);
  });

  test.each([
    ['gpt-4.1', { mode: 'on', effort: 'low' }, undefined, ['reasoning']],
    ['gpt-4.1', { mode: 'off' }, undefined, []],
    ['gpt-5.1', { mode: 'on', effort: 'max' }, { mode: 'on', effort: 'high' }, ['reasoning_effort']],
    ['gpt-5.1', { mode: 'on', budget: 900 }, { mode: 'on', budget: 900, effort: 'low' }, []],
    ['gpt-5', { mode: 'off' }, { mode: 'off', effort: 'minimal' }, ['reasoning_effort']],
    ['gpt-5', { mode: 'default', effort: 'none' }, { mode: 'default', effort: 'minimal' }, []],
    ['gpt-4.1', { mode: 'default', effort: 'none' }, undefined, []],
    ['gpt-5.1', { mode: 'on', budget: 5000 }, { mode: 'on', budget: 5000 }, []],
    ['gpt-5.1', { mode: 'adaptive' }, { mode: 'adaptive' }, []],
  ] as const)('for %s that wishes for %j reasons with %j', (model, given, reasoning, notes) => {
    const adapted = adapt({ reasoning: given }, model);
    expect([adapted.request.reasoning, adapted.notes]).toEqual([reasoning, notes]);
  });

  test('names users and caches in 64 characters, always alike', () => {
    const long = 'user_'.repeat(30);
    const { user, cacheKey } = adapt({ user: long, cacheKey: long }).request;
    expect([user, cacheKey]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), user]);
    expect(adapt({ user: long }).request.user).toBe(user);
    expect(adapt({ user: `${long}x` }).request.user).not.toBe(user);
    expect(adapt({ user: 'u'.repeat(64), cacheKey: 'k' }).isSame).toBe(true);
  });

  test.each([
    ['José Ω <x>', 'José_Ω_x_'],
    ['  a/b\\c|d  ', 'a_b_c_d'],
    ['n'.repeat(70), 'n'.repeat(64)],
    [' ', undefined],
  ])('has the name %j of a participant in a form that OpenAI allows', (name, expected) => {
    const { request, notes } = adapt({ messages: [{ ...hello, name }] });
    expect([request.messages[0]?.name, notes]).toEqual([expected, ['messages']]);
    expect(adapt({ messages: [{ ...hello, name: 'José-Ω' }] }).isSame).toBe(true);
  });

  test('stops where the model lets it', () => {
    const stop = ['a', 'b', 'c', 'd', 'e'];
    expect(adapt({ stop }, 'gpt-4.1')).toMatchObject({ request: { stop: ['a', 'b', 'c', 'd'] }, notes: ['stop'] });
    expect(adapt({ stop }, 'gpt-5.1').request.stop).toBeUndefined();
  });

  test('for JSON asks for it after the instructions', () => {
    const system: Message = { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] };
    const json = { responseFormat: { type: 'json' } } as const;
    const { request } = adapt({ messages: [system, hello], ...json });
    expect(request.messages).toMatchObject([system, { role: 'system', parts: [{ text: 'Answer in JSON.' }] }, hello]);
    expect(adapt({ messages: [{ role: 'user', parts: [{ type: 'text', text: 'As JSON' }] }], ...json }).isSame).toBe(
      true,
    );
  });

  test('for a list wraps it in an object, and extracts it from the answer', () => {
    const schema = { type: 'array', items: { type: 'string' } };
    const { request, createAnswerTransform } = adapt({ responseFormat: { type: 'json-schema', name: 'a b', schema } });
    expect(request.responseFormat).toMatchObject({
      name: expect.stringMatching(/^[\w-]+$/),
      schema: { type: 'object', properties: { value: schema } },
    });
    expect(createAnswerTransform).toBeDefined();
  });
});
