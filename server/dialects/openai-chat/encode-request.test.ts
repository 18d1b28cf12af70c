import { expect, test } from 'vitest';
import type { Part } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { readArray } from '../../lib/json.ts';
import { toJsonBody } from '../../lib/json-body.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeChatRequest, isPlainChatRequest } from './encode-request.ts';
import { traitsOf } from './vendor-traits.ts';

const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stop: ['END'] };

test.each([
  ['gpt-5.1', false],
  ['o3', false],
  ['gpt-4o', true],
  ['claude-sonnet-4@20250514', true],
])('%s supports stop sequences: %s', (model, taken) => {
  const request = decodeRequest(toJsonBody(JSON.stringify(body))).request();
  const traits = traitsOf(model);
  const notes = new TranslationLog();
  expect(encodeChatRequest(request, traits, notes).stop).toEqual(taken ? ['END'] : undefined);
  expect(notes.list().map((note) => note.member)).toEqual(taken ? [] : ['stop']);
  expect(isPlainChatRequest(request, new Set(Object.keys(body)), traits)).toBe(taken);
});

test('a result of texts stays in the tool message, whatever holds the texts', () => {
  const call = { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' } as const;
  const found = { type: 'parts', parts: [{ type: 'text', text: 'found' }] } as const;
  const own = { type: 'vendor', dialect: 'another', value: {} } as const;
  const image = { type: 'image', source: { type: 'url', url: 'https://x/y.png' } } as const;
  const request = (parts: readonly Part[]): ConversationRequest => ({
    model: 'm',
    stream: false,
    choiceCount: 1,
    tools: [],
    messages: [
      { role: 'assistant', parts: [call] },
      { role: 'user', parts: [{ type: 'tool-result', callId: 'c', parts }] },
    ],
  });
  const encode = (...parts: readonly Part[]) =>
    readArray(encodeChatRequest(request(parts), traitsOf('gpt-4o'), new TranslationLog()).messages).slice(1);
  expect(encode({ type: 'document', source: found })).toMatchObject([{ role: 'tool', content: 'found' }]);
  expect(encode(own)).toEqual([{ role: 'tool', tool_call_id: 'c', content: '' }]);
  expect(encode(own, image)).toMatchObject([{ content: 'The result follows.' }, { role: 'user', content: [{}] }]);
});

test('only texts stay in instructions: media follow in a user message', () => {
  const image: Part = { type: 'image', source: { type: 'url', url: 'https://x/y.png' } };
  const file: Part = { type: 'document', source: { type: 'text', text: 'file', mediaType: 'text/plain' } };
  const encode = (...parts: readonly Part[]) => {
    const request: ConversationRequest = {
      model: 'm',
      stream: false,
      choiceCount: 1,
      tools: [],
      messages: [
        { role: 'system', parts },
        { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
      ],
    };
    return readArray(encodeChatRequest(request, traitsOf('gpt-4o'), new TranslationLog()).messages);
  };
  expect(encode({ type: 'text', text: 'S' }, image, file)).toMatchObject([
    { role: 'system', content: [{ text: 'S' }, { type: 'text' }] },
    { role: 'user', content: [{ type: 'image_url' }] },
    { role: 'user', content: 'Hi' },
  ]);
  expect(encode(image)).toMatchObject([{ role: 'user', content: [{ type: 'image_url' }] }, { content: 'Hi' }]);
});
