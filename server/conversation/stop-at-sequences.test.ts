import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';
import type { ConversationEvent } from './events.ts';
import { stopperFor } from './stop-at-sequences.ts';

/** An answer of one text, in pieces, and a call. */
function answerOf(pieces: readonly string[]): ConversationEvent[] {
  return [
    { type: 'start' },
    { type: 'block-start', choice: 0, block: 0, kind: 'text' },
    ...pieces.map((text): ConversationEvent => ({ type: 'block-delta', choice: 0, block: 0, kind: 'text', text })),
    { type: 'block-end', choice: 0, block: 0 },
    { type: 'block-start', choice: 0, block: 1, kind: 'tool-call', id: 'a', name: 'f' },
    { type: 'block-end', choice: 0, block: 1 },
    { type: 'finish', choice: 0, reason: 'tool-calls' },
  ];
}

function stopped(pieces: readonly string[], wanted: readonly string[], sent?: readonly string[]) {
  const transform = stopperFor(wanted, sent)?.();
  const events = answerOf(pieces).flatMap((event) => transform?.([event]) ?? [event]);
  const [choice] = collect(events).choices;
  const [first] = choice?.parts ?? [];
  const text = first?.type === 'text' ? first.text : '';
  return { text, parts: choice?.parts.length, finish: choice?.finish };
}

describe('an answer', () => {
  test.each<readonly [string, readonly string[], readonly string[], string, string]>([
    ['in one piece', ['one END two'], ['END'], 'one ', 'END'],
    ['over pieces', ['one E', 'N', 'D two', ' END'], ['END'], 'one ', 'END'],
    ['at the first of several', ['a b c'], ['c', 'b'], 'a ', 'b'],
    ['at the first that is complete', ['abc'], ['abcd', 'b'], 'a', 'b'],
    ['at the longest', ['abc'], ['c', 'bc'], 'a', 'bc'],
    ['at its beginning', ['\nx'], ['\n'], '', '\n'],
  ])('ends at a sequence %s', (_place, pieces, stop, text, stopSequence) => {
    expect(stopped(pieces, stop)).toMatchObject({ text, finish: { reason: 'stop-sequence', stopSequence } });
  });

  test('goes on if a sequence only begins', () => {
    expect(stopped(['one EN', 'E', 'EN'], ['END'])).toMatchObject({
      text: 'one ENEEN',
      parts: 2,
      finish: { reason: 'tool-calls' },
    });
  });

  test('ends as if it had come at once', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 6 }), fc.array(letters, { maxLength: 3 }), (pieces, stop) => {
        expect(stopped(pieces, stop)).toEqual(stopped([pieces.join('')].filter(Boolean), stop));
      }),
    );
  });
});

test.each([
  [undefined, undefined],
  [
    ['a', ''],
    ['a', 'b'],
  ],
])('nothing is left to do for %j if the vendor gets %j', (wanted, sent) => {
  expect(stopperFor(wanted, sent)).toBeUndefined();
});
