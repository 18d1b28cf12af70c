import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrangeHistory } from './arrange-history.ts';
import { Failure } from './failure.ts';
import type { AssistantMessage, Message, ToolMessage } from './request.ts';

const user: Message = { role: 'user', content: [{ type: 'text', text: 'q' }] };

function assistant(text: string, ...ids: readonly string[]): AssistantMessage {
  return {
    role: 'assistant',
    content: text === '' ? [] : [{ type: 'text', text }],
    toolCalls: ids.map((id) => ({ id, name: 'f', arguments: '{}' })),
  };
}

function result(id: string, text = id): ToolMessage {
  return { role: 'tool', toolCallId: id, content: [{ type: 'text', text }] };
}

/** `u`, `a(text,ids)`, `t:id=text` */
function sketch(messages: readonly Message[]): string {
  return messages
    .map((message) => {
      const texts = message.content.map((part) => ('text' in part ? part.text : '')).join('+');
      if (message.role === 'assistant') return `a(${[texts, ...message.toolCalls.map(({ id }) => id)].join(',')})`;
      if (message.role === 'tool') return `t:${message.toolCallId}=${texts}`;
      return 'u';
    })
    .join(' ');
}

describe('a history in order stays the same array', () => {
  test.each([
    ['a question', [user]],
    ['questions in a row', [user, user]],
    ['an answer', [user, assistant('x'), user]],
    ['calls and results', [user, assistant('', 'a', 'b'), result('a'), result('b'), assistant('x'), user]],
    ['ids that come again', [user, assistant('', 'a'), result('a'), assistant('', 'a'), result('a')]],
    ['the same id twice in one message', [user, assistant('', 'a', 'a'), result('a', '1'), result('a', '2')]],
    ['nothing', []],
    ['an answer at the end', [user, assistant('x')]],
  ])('%s', (_name, messages: readonly Message[]) => {
    expect(arrangeHistory(messages)).toBe(messages);
  });
});

describe('what is put into order', () => {
  test.each([
    ['calls and text apart', [user, assistant('', 'a'), assistant('x'), result('a')], 'u a(x,a) t:a=a'],
    ['text and calls apart', [user, assistant('x'), assistant('', 'a'), result('a')], 'u a(x,a) t:a=a'],
    ['calls apart', [user, assistant('', 'a'), assistant('', 'b'), result('b'), result('a')], 'u a(,a,b) t:a=a t:b=b'],
    ['texts apart', [user, assistant('x'), assistant('y'), assistant('z')], 'u a(x+y+z)'],
    ['results in another order', [user, assistant('', 'a', 'b'), result('b'), result('a')], 'u a(,a,b) t:a=a t:b=b'],
    ['a result behind the next question', [user, assistant('', 'a'), user, result('a')], 'u a(,a) t:a=a u'],
    ['a result before its call', [user, result('a'), assistant('', 'a')], 'u a(,a) t:a=a'],
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

describe('what no vendor takes is refused by name', () => {
  test.each([
    ['a result without a call', [user, result('a')], 'messages[1].tool_call_id', /'a' is not among/],
    [
      'a second result',
      [assistant('', 'a'), result('a'), result('a')],
      'messages[2].tool_call_id',
      /already been answered/,
    ],
    ['a result of another id', [assistant('', 'a'), result('b')], 'messages[1].tool_call_id', /'b' is not among/],
    [
      'a call without a result',
      [user, assistant('', 'a', 'b'), result('a'), user],
      'messages[1].tool_calls[1].id',
      /'b' has no result/,
    ],
    ['a call at the end', [user, assistant('', 'a')], 'messages[1].tool_calls[0].id', /'a' has no result/],
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

  test('in the words of another dialect', () => {
    const names = { toolResult: (index: number) => `input[${index}].call_id`, toolCall: () => 'x' };
    expect(() => arrangeHistory([result('a')], names)).toThrow(
      expect.objectContaining({ parameter: 'input[0].call_id' }),
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

  test('comes out in order with nothing lost, or is refused', { timeout: 20_000 }, () => {
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
          const ids = arranged.slice(index + 1, index + 1 + current.toolCalls.length).map(answeredId);
          expect(ids).toEqual(current.toolCalls.map((call) => call.id));
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
    expect(arrangeHistory(messages)).toHaveLength(messages.length);
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
  const calls = messages.flatMap((message) =>
    message.role === 'assistant' ? message.toolCalls.map((call) => call.id) : [],
  );
  const texts = messages.flatMap((message) => message.content.map((part) => ('text' in part ? part.text : '')));
  return { calls: calls.sort(), texts: texts.sort(), users: messages.filter(({ role }) => role === 'user').length };
}

function answeredId(message: Message): string | undefined {
  return message.role === 'tool' ? message.toolCallId : undefined;
}
