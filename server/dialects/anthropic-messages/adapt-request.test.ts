import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message, Part } from '../../conversation/message.ts';
import type { ConversationRequest } from '../../conversation/request.ts';
import { TranslationLog } from '../../conversation/translation.ts';
import { isBlank } from '../../lib/blank.ts';
import { adaptForClaude } from './adapt-request.ts';

function requestOf(messages: readonly Message[], changes: Partial<ConversationRequest> = {}): ConversationRequest {
  return { model: 'm', stream: false, choiceCount: 1, messages, tools: [], ...changes };
}

function adapt(request: ConversationRequest) {
  const notes = new TranslationLog();
  return { request: adaptForClaude(request, notes), notes: notes.list().map(({ member }) => member) };
}

const text = (value: string): Part => ({ type: 'text', text: value });
const hello: Message = { role: 'user', parts: [text('Hello')] };

test('a request that Claude accepts stays the same object', () => {
  const request = requestOf(
    [
      hello,
      { role: 'assistant', parts: [{ type: 'tool-call', id: 'call_1', name: 'f', arguments: '{"a":1.0}' }] },
      { role: 'user', parts: [{ type: 'tool-result', callId: 'call_1', parts: [text('ok')] }] },
    ],
    { tools: [{ type: 'function', name: 'f' }], stop: ['END'] },
  );
  expect(adapt(request)).toEqual({ request, notes: [] });
  expect(adapt(request).request).toBe(request);
});

test('a blank text is joined to the previous one, and a message of blanks is left to the encoder', () => {
  const parts = [text('\n'), text('a'), text('\u3000'), text('b')];
  const { request } = adapt(requestOf([{ role: 'user', parts }, { role: 'assistant', parts: [text(' ')] }, hello]));
  expect(request.messages.map((message) => message.parts)).toEqual([
    [text('a\u3000'), text('b')],
    [text(' ')],
    hello.parts,
  ]);
});

test('the last assistant text and stop sequences do not end with a blank', () => {
  const { request, notes } = adapt(
    requestOf([hello, { role: 'assistant', parts: [text('Once\u00a0\n')] }], { stop: ['\n', 'END'] }),
  );
  expect(request.messages.at(-1)?.parts).toEqual([text('Once')]);
  expect(request.stop).toEqual(['END']);
  expect(notes).toEqual(['messages', 'stop']);
  expect(adapt(requestOf([hello], { stop: ['\t'] })).request).not.toHaveProperty('stop');
});

describe('whatever the conversation', () => {
  const id = fc.constantFrom('a', 'a|b', 'x'.repeat(70), '工具', 'call_1');
  const turn = fc
    .record({ ids: fc.array(id, { maxLength: 3 }), written: fc.constantFrom('{}', '', '[1]', '{"a":', '{"n":1e400}') })
    .map(({ ids, written }): Message[] => [
      {
        role: 'assistant',
        parts: [text('x'), ...ids.map((one): Part => ({ type: 'tool-call', id: one, name: 'f', arguments: written }))],
      },
      {
        role: 'user',
        parts: [
          ...ids.map((one): Part => ({ type: 'tool-result', callId: one, parts: [text('ok')] })),
          text('go on'),
          text('\u200b'),
        ],
      },
    ]);

  test('every call has a unique id and an object, every result has a call, and adapting twice changes nothing', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 4 }), (turns) => {
        const { request } = adapt(requestOf([hello, ...turns.flat()]));
        const parts = request.messages.flatMap((message) => message.parts);
        const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
        const results = parts.flatMap((part) => (part.type === 'tool-result' ? [part.callId] : []));
        expect(new Set(calls.map((call) => call.id)).size).toBe(calls.length);
        expect(results).toEqual(calls.map((call) => call.id));
        for (const call of calls) {
          expect(call.id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
          expect(JSON.parse(call.arguments)).toEqual(expect.any(Object));
          expect(call.arguments).toMatch(/^\{/);
        }
        expect(parts.some((part) => part.type === 'text' && isBlank(part.text))).toBe(false);
        expect(request.tools.length).toBe(calls.length === 0 ? 0 : 1);
        expect(adapt(request).request).toBe(request);
      }),
    );
  });
});
