import { expect, test } from 'vitest';
import { TranslationLog } from '../../conversation/translation.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeChatRequest, isPlainChatRequest } from './encode-request.ts';
import { traitsOf } from './vendor-traits.ts';

const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stop: ['END'] };

test.each([
  ['gpt-5.1', false],
  ['o3', false],
  ['gpt-4o', true],
  ['claude-sonnet-4@20250514', true],
])('%s takes stop sequences: %s', (model, taken) => {
  const request = decodeRequest(Buffer.from(JSON.stringify(body))).request();
  const traits = traitsOf(model);
  const notes = new TranslationLog();
  expect(encodeChatRequest(request, traits, notes).stop).toEqual(taken ? ['END'] : undefined);
  expect(notes.list().map((note) => note.member)).toEqual(taken ? [] : ['stop']);
  expect(isPlainChatRequest(request, new Set(Object.keys(body)), traits)).toBe(taken);
});
