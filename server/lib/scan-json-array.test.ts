import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createArrayScanner } from './scan-json-array.ts';

function scanPieces(pieces: readonly string[]) {
  const scanner = createArrayScanner();
  return { items: pieces.flatMap((piece) => scanner.scan(piece)), openLength: scanner.openLength };
}

test('the items are found wherever the text is split', () => {
  const item = fc.oneof(fc.object({ maxDepth: 2 }), fc.array(fc.string(), { maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(item, { maxLength: 4 }), fc.constantFrom(undefined, 1), (items, indent) => {
      const text = JSON.stringify(items, undefined, indent);
      const { items: found, openLength } = scanPieces([...text]);
      expect(found.map((each) => JSON.parse(each))).toEqual(JSON.parse(text));
      expect(scanPieces([text])).toEqual({ items: found, openLength });
      expect(openLength).toBe(0);
    }),
  );
});

test.each([
  ['[', [], 0],
  ['[{"a":1},', ['{"a":1}'], 0],
  ['[1, "[{" , {"a":"]}"} ,{"b', ['{"a":"]}"}'], 3],
  [String.raw`[["\"]"]`, [String.raw`["\"]"]`], 0],
  ['[{}]{"behind":1}', ['{}'], 0],
])('of %j', (text, items, openLength) => {
  expect(scanPieces([text])).toEqual({ items, openLength });
  expect(scanPieces([...text])).toEqual({ items, openLength });
});

test('a long item that arrives in many pieces takes linear time', () => {
  const piece = 'x'.repeat(10_000);
  const { items } = scanPieces(['[{"a":"', ...Array.from({ length: 1000 }, () => piece), '"}]']);
  // Quadratic time would be many seconds.
  expect(items[0]).toHaveLength(piece.length * 1000 + '{"a":""}'.length);
});
