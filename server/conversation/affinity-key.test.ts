import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asByteString, toByteString } from '../lib/byte-string.ts';
import { deriveAffinityKey } from './affinity-key.ts';
import type { Message } from './message.ts';

const say = (role: 'system' | 'user', text: string): Message => ({ role, parts: [{ type: 'text', text }] });
const opening = [say('system', 'be brief'), say('user', 'hello')];

test('stays the same as the conversation grows', () => {
  const key = deriveAffinityKey(opening);
  const answer: Message = { role: 'assistant', parts: [{ type: 'text', text: 'hi' }] };
  expect(deriveAffinityKey([...opening, answer, say('user', 'and?')])).toBe(key);
  expect(key).toMatch(/^\d+-\d+$/);
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

test('is the same whether texts are decoded or not', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('你好'.repeat(2000), `${'x'.repeat(2047)}🔐a`),
  );
  fc.assert(
    fc.property(texts, texts, (instruction, question) => {
      const undecoded = [say('system', toByteString(instruction)), say('user', toByteString(question))];
      const key = deriveAffinityKey([say('system', instruction), say('user', question)]);
      expect(deriveAffinityKey(undecoded, asByteString)).toBe(key);
    }),
  );
});

test('images and the end of long texts do not matter', () => {
  const long = 'x'.repeat(5000);
  expect(deriveAffinityKey([say('user', `${long}a`)])).toBe(deriveAffinityKey([say('user', `${long}b`)]));
  const withImage: Message = {
    role: 'user',
    parts: [
      { type: 'image', source: { type: 'url', url: 'data:,' } },
      { type: 'text', text: 'hello' },
    ],
  };
  expect(deriveAffinityKey([withImage])).toBe(deriveAffinityKey([say('user', 'hello')]));
});
