import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CustomInputReader, encodeCustomInput, readCustomInput } from './custom-input.ts';

function readPieces(pieces: readonly string[]): string[] {
  const reader = new CustomInputReader();
  return [...pieces.map((piece) => reader.add(piece)), reader.end()];
}

const escapeAll = (text: string) =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

describe('the text of a custom tool', () => {
  test('is the same in one piece and in any pieces, and no piece has half a character', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('"', '\\', '\n', '😀', '你'), fc.string({ unit: 'grapheme' })),
    });
    const cuts = fc.array(fc.nat(40), { maxLength: 8 });
    fc.assert(
      fc.property(text, cuts, fc.boolean(), (given, places, escaped) => {
        const written = escaped ? `{ "input" : "${escapeAll(given)}" }` : encodeCustomInput(given);
        expect(readCustomInput(written)).toBe(given);
        const ordered = [
          0,
          ...places.map((place) => place % (written.length + 1)).sort((a, b) => a - b),
          written.length,
        ];
        const pieces = readPieces(ordered.slice(1).map((end, index) => written.slice(ordered[index], end)));
        expect(pieces.join('')).toBe(given);
        expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
      }),
    );
  });

  test('comes as it is written', () => {
    expect(readPieces(['{"in', 'put":"*** Beg', 'in\\', 'n+ \\"a', '\\""', '}'])).toEqual([
      '',
      '*** Beg',
      'in',
      '\n+ "a',
      '"',
      '',
      '',
    ]);
  });

  test.each([
    ['under another name', '{"patch":"x"}', 'x'],
    ['as a text', '"x"', 'x'],
    ['not as JSON', 'x', 'x'],
    ['beside other arguments', '{"a":1,"b":2}', '{"a":1,"b":2}'],
    ['beside other arguments, first', '{"input":"x","b":2}', 'x'],
    ['of another type', '{"input":{"a":1}}', '{"input":{"a":1}}'],
    ['that was cut', '{"input":"x\\n', 'x\n'],
    ['that was cut within an escape', '{"input":"x\\', 'x\\'],
    ['that was cut behind its end', '{"input":"x"', 'x'],
    ['with line breaks that are not escaped', '{"input":"a\nb"}', 'a\nb'],
    ['with escapes that are none', '{"input":"a\\qb\\nc\nd"}', 'a\\qb\nc\nd'],
    ['with quotation marks that are not escaped', '{"input":"say "hi" now"}', 'say "hi" now'],
    ['that is empty', '{"input":""}', ''],
    ['without anything', '', ''],
  ])('%s', (_, written, text) => {
    expect(readCustomInput(written)).toBe(text);
    expect(readPieces([...written]).join('')).toBe(text);
  });

  test('takes time in proportion to its length', () => {
    const reader = new CustomInputReader();
    let length = reader.add('{"input":"').length;
    for (let piece = 0; piece < 200_000; piece += 1) length += reader.add('ab\\n').length;
    expect(length + reader.add('"}').length + reader.end().length).toBe(600_000);
  });
});
