import { expect, test } from 'vitest';
import { deriveAffinityKey } from './affinity-key.ts';
import type { Message } from './request.ts';

const say = (role: 'system' | 'user', text: string): Message => ({ role, content: [{ type: 'text', text }] });
const opening = [say('system', 'be brief'), say('user', 'hello')];

test('stays the same as the conversation grows', () => {
  const key = deriveAffinityKey(opening);
  const answer: Message = { role: 'assistant', content: [{ type: 'text', text: 'hi' }], toolCalls: [] };
  expect(deriveAffinityKey([...opening, answer, say('user', 'and?')])).toBe(key);
  expect(key).toMatch(/^[\w-]{22}$/);
});

test('tells conversations apart', () => {
  const keys = [
    opening,
    [say('system', 'be long'), say('user', 'hello')],
    [say('system', 'be brief'), say('user', 'bye')],
    [say('user', 'hello')],
    [say('system', 'be briefhello')],
    [],
  ].map((messages) => deriveAffinityKey(messages));
  expect(new Set(keys).size).toBe(keys.length);
});

test('images do not matter, and neither does what is far behind', () => {
  const long = 'x'.repeat(5000);
  expect(deriveAffinityKey([say('user', `${long}a`)])).toBe(deriveAffinityKey([say('user', `${long}b`)]));
  const withImage: Message = {
    role: 'user',
    content: [
      { type: 'image', url: 'data:,' },
      { type: 'text', text: 'hello' },
    ],
  };
  expect(deriveAffinityKey([withImage])).toBe(deriveAffinityKey([say('user', 'hello')]));
});
