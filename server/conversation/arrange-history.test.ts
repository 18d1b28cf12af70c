import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrangeHistory as arrangeBy, type HistoryNames } from './arrange-history.ts';
import { Failure } from './failure.ts';
import type { Message, Part } from './message.ts';

const names: HistoryNames = {
  toolResult: (message, part) => `result ${message}.${part}`,
  toolCall: (message, part) => `call ${message}.${part}`,
};
const arrangeHistory = (messages: readonly Message[]) => arrangeBy(messages, names);

const user: Message = { role: 'user', parts: [{ type: 'text', text: 'q' }] };

function assistant(text: string, ...ids: readonly string[]): Message {
  const calls = ids.map((id): Part => ({ type: 'tool-call', id, name: 'f', arguments: '{}' }));
  return { role: 'assistant', parts: text === '' ? calls : [{ type: 'text', text }, ...calls] };
}

function result(id: string, text = id): Message {
  return { role: 'user', parts: [resultPart(id, text)] };
}

function resultPart(callId: string, text = callId): Part {
  return { type: 'tool-result', callId, parts: [{ type: 'text', text }] };
}

const callIds = ({ parts }: Message) => parts.flatMap((part) => (part.type === 'tool-call' ? part.id : []));
const resultIds = ({ parts }: Message) => parts.flatMap((part) => (part.type === 'tool-result' ? part.callId : []));

/** `u`, `a(text,ids)`, `t:id=text` */
function sketch(messages: readonly Message[]): string {
  return messages
    .flatMap((message) => {
      const texts = message.parts.flatMap((part) => (part.type === 'text' ? part.text : [])).join('+');
      if (message.role === 'assistant') return `a(${[texts, ...callIds(message)].join(',')})`;
      return message.parts.map((part) => {
        if (part.type !== 'tool-result') return 'u';
        return `t:${part.callId}=${part.parts.map((inner) => (inner.type === 'text' ? inner.text : '')).join('+')}`;
      });
    })
    .join(' ');
}

const both: Message = { role: 'user', parts: [resultPart('a'), resultPart('b'), { type: 'text', text: 'q' }] };

describe('a history in order stays the same array', () => {
  test.each([
    ['a question', [user]],
    ['questions in a row', [user, user]],
    ['an answer', [user, assistant('x'), user]],
    ['calls and results', [user, assistant('', 'a', 'b'), result('a'), result('b'), assistant('x'), user]],
    ['ids that come again', [user, assistant('', 'a'), result('a'), assistant('', 'a'), result('a')]],
    ['the same id twice in one message', [user, assistant('', 'a', 'a'), result('a', '1'), result('a', '2')]],
    ['results and a text in one message', [user, assistant('', 'a', 'b'), both, user]],
    ['nothing', []],
    ['an answer at the end', [user, assistant('x')]],
  ])('%s', (_name, messages: readonly Message[]) => {
    expect(arrangeHistory(messages)).toBe(messages);
  });
});

describe('a history out of order is put into order', () => {
  test.each<readonly [string, readonly Message[], string]>([
    ['calls and text apart', [user, assistant('', 'a'), assistant('x'), result('a')], 'u a(x,a) t:a=a'],
    ['text and calls apart', [user, assistant('x'), assistant('', 'a'), result('a')], 'u a(x,a) t:a=a'],
    ['calls apart', [user, assistant('', 'a'), assistant('', 'b'), result('b'), result('a')], 'u a(,a,b) t:a=a t:b=b'],
    ['texts apart', [user, assistant('x'), assistant('y'), assistant('z')], 'u a(x+y+z)'],
    ['results in another order', [user, assistant('', 'a', 'b'), result('b'), result('a')], 'u a(,a,b) t:a=a t:b=b'],
    ['a result behind the next question', [user, assistant('', 'a'), user, result('a')], 'u a(,a) t:a=a u'],
    ['a result before its call', [user, result('a'), assistant('', 'a')], 'u a(,a) t:a=a'],
    [
      'results before the calls of one turn with the same id',
      [user, result('a', '1'), result('a', '2'), assistant('', 'a', 'a')],
      'u a(,a,a) t:a=1 t:a=2',
    ],
    [
      'results before the calls of two turns with the same id',
      [user, result('a', '1'), result('a', '2'), assistant('', 'a'), user, assistant('', 'a')],
      'u a(,a) t:a=1 u a(,a) t:a=2',
    ],
    [
      'results behind the next answer',
      [user, assistant('', 'a'), user, assistant('', 'b'), result('b'), result('a')],
      'u a(,a) t:a=a u a(,b) t:b=b',
    ],
    [
      'ids that come again, one result too late',
      [assistant('', 'a'), result('a', '1'), assistant('', 'a'), user, result('a', '2')],
      'a(,a) t:a=1 a(,a) t:a=2 u',
    ],
    [
      'an answer between results of another',
      [assistant('', 'a', 'b'), result('a'), assistant('x'), result('b')],
      'a(,a,b) t:a=a t:b=b a(x)',
    ],
    [
      'a stray result between texts',
      [assistant('', 'a'), user, assistant('x'), result('a'), assistant('y')],
      'a(,a) t:a=a u a(x+y)',
    ],
    [
      'a text before the results of its message',
      [user, assistant('', 'a'), { role: 'user', parts: [{ type: 'text', text: 'q' }, resultPart('a')] }],
      'u a(,a) t:a=a u',
    ],
    ['an empty answer', [user, assistant(''), user], 'u u'],
    ['an empty answer amid calls', [user, assistant('', 'a'), assistant(''), result('a')], 'u a(,a) t:a=a'],
    [
      'the same id twice, and another out of order',
      [assistant('', 'a', 'a', 'b'), result('b'), result('a', '1'), result('a', '2')],
      'a(,a,a,b) t:a=1 t:a=2 t:b=b',
    ],
  ])('%s', (_name, messages: readonly Message[], expected) => {
    const arranged = arrangeHistory(messages);
    expect(sketch(arranged)).toBe(expected);
    expect(arrangeHistory(arranged)).toBe(arranged);
  });

  test('an empty answer alone is left', () => {
    expect(arrangeHistory([assistant('')])).toEqual([assistant('')]);
  });

  test('a name is kept when messages are joined', () => {
    const [joined] = arrangeHistory([assistant('x'), { ...assistant('y'), name: 'n' }]);
    expect(joined?.name).toBe('n');
  });
});

describe('a history that no vendor accepts is rejected with the name of the member', () => {
  test.each([
    ['a result without a call', [user, result('a')], 'result 1.0', /'a' is not among/],
    ['a second result', [assistant('', 'a'), result('a'), result('a')], 'result 2.0', /already been answered/],
    ['a result of another id', [assistant('', 'a'), result('b')], 'result 1.0', /'b' is not among/],
    ['a call without a result', [user, assistant('', 'a', 'b'), result('a'), user], 'call 1.1', /'b' has no result/],
    ['a call at the end', [user, assistant('', 'a')], 'call 1.0', /'a' has no result/],
  ])('%s', (_name, messages: readonly Message[], parameter, message) => {
    expect(() => arrangeHistory(messages)).toThrow(
      expect.objectContaining({
        kind: 'invalid-request',
        fault: 'request',
        parameter,
        message: expect.stringMatching(message),
      }),
    );
  });
});

describe('any history', () => {
  const id = fc.constantFrom('a', 'b', 'c');
  const message = fc.oneof(
    fc.constant(user),
    fc.tuple(fc.constantFrom('', 'x'), fc.array(id, { maxLength: 2 })).map(([text, ids]) => assistant(text, ...ids)),
    id.map((name) => result(name)),
  );

  test('is put into order without loss, or rejected', { timeout: 20_000 }, () => {
    let arrangedCount = 0;
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), (messages) => {
        const arranged = arrange(messages);
        if (arranged === undefined) return;
        arrangedCount += 1;
        expect(arrangeHistory(arranged)).toBe(arranged);
        expect(counts(arranged)).toEqual(counts(messages));
        for (const [index, current] of arranged.entries()) {
          if (current.role !== 'assistant') continue;
          const ids = arranged.slice(index + 1).flatMap(resultIds);
          expect(ids.slice(0, callIds(current).length)).toEqual(callIds(current));
          expect(arranged[index + 1]?.role).not.toBe('assistant');
        }
      }),
      { numRuns: 1000 },
    );
    expect(arrangedCount).toBeGreaterThan(50);
  });

  test('of a hundred thousand misplaced results is put in order quickly', { timeout: 20_000 }, () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => (index % 2 === 0 ? 'same' : `${index}`));
    const messages = [assistant('', ...ids), user, ...ids.map((name) => result(name))];
    expect(arrangeHistory(messages).flatMap(resultIds)).toHaveLength(ids.length);
  });
});

function arrange(messages: readonly Message[]): readonly Message[] | undefined {
  try {
    return arrangeHistory(messages);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function counts(messages: readonly Message[]): unknown {
  const parts = messages.flatMap((message) => message.parts.map((part) => ({ part, role: message.role })));
  const calls = messages.flatMap(callIds);
  const texts = parts.flatMap(({ part }) => (part.type === 'tool-result' ? part.parts : [part]));
  return {
    calls: calls.sort(),
    texts: texts.flatMap((part) => (part.type === 'text' ? part.text : [])).sort(),
    users: parts.filter(({ part, role }) => role === 'user' && part.type === 'text').length,
  };
}

test('many assistant messages in a row take linear time', () => {
  const many = Array.from({ length: 50_000 }, () => assistant('a'));
  const before = process.threadCpuUsage();
  const arranged = arrangeHistory([user, ...many, user]);
  const { user: spent } = process.threadCpuUsage(before);
  expect(arranged.map(({ parts }) => parts.length)).toEqual([1, many.length, 1]);
  // Some 20 ms. Copying the parts for each message would take seconds.
  expect(spent / 1000).toBeLessThan(500);
});
