import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AbridgedBody, isAbridged, requireWholeText, WholeTextNeeded } from './abridged-body.ts';
import type { JsonBody } from './json-body.ts';
import { JsonScanner, longRun } from './json-scanner.ts';

const unlimited = { values: 1e9, members: 1e9, levels: 1e9 };

function abridge(json: string, pieceLength = 65_536): AbridgedBody {
  const whole = Buffer.from(json);
  const scanner = new JsonScanner(unlimited);
  for (let start = 0; start < whole.length; start += pieceLength)
    scanner.scan(whole.subarray(start, start + pieceLength));
  return new AbridgedBody({ bytes: whole, scan: scanner.finish(whole) }, scanner.runs);
}

const completed = (body: AbridgedBody, made: string | Uint8Array) =>
  Buffer.concat(body.complete([Buffer.from(made)])).toString('utf8');

const file = 'iVBORw0KGgo'.padEnd(3 * longRun, 'A1b2/+x9');

test('short texts and texts with escapes are left unchanged', () => {
  const json = JSON.stringify({ a: 'x'.repeat(longRun - 1), b: 'line\n'.repeat(longRun), c: [1, 2] });
  const body = abridge(json);
  expect(body.bytes.toString()).toBe(json);
  expect(body.missing).toEqual([]);
  expect(isAbridged(body.bytes)).toBe(false);
});

test('long runs are cut out, and put back at any level of quoting', () => {
  const value = { image: `data:image/png;base64,${file}==`, text: `${'你好 wörld, '.repeat(longRun)}\\end`, n: 1 };
  const body = abridge(JSON.stringify(value));
  expect(body.bytes.length).toBeLessThan(400_000);
  expect(isAbridged(body.bytes)).toBe(true);
  expect(body.missing.map(({ head }) => Buffer.from(head, 'latin1').toString().slice(0, 10))).toEqual([
    'data:image',
    '你好 wörld, ',
  ]);
  const short: typeof value = JSON.parse(body.bytes.toString());
  expect(completed(body, body.bytes)).toBe(JSON.stringify(value));
  const quoted = (given: object) => JSON.stringify([{ inner: JSON.stringify({ deeper: JSON.stringify(given) }) }]);
  expect(completed(body, quoted(short))).toBe(quoted(value));
  expect(completed(body, JSON.stringify([short.text, short.image, short.text]))).toBe(
    JSON.stringify([value.text, value.image, value.text]),
  );
  expect(short.image.length % 4).toBe(value.image.length % 4);
  expect(() => requireWholeText(short.text)).toThrow(WholeTextNeeded);
  expect(() => requireWholeText(value.text)).not.toThrow();
});

test('a body can be completed again', () => {
  const json = JSON.stringify([file]);
  const body = abridge(json);
  const short = body.bytes;
  body.restore();
  expect(completed(body, short)).toBe(json);
  expect(body.bytes.toString()).toBe(json);
  expect(body.missing).toEqual([]);
  expect(completed(body, json)).toBe(json);
});

test('a released body cannot be read any more', () => {
  const body = abridge(JSON.stringify([file]));
  const short = body.bytes;
  expect(body.isReleased).toBe(false);
  body.release();
  expect(body.isReleased).toBe(true);
  for (const read of [() => body.bytes, () => body.restore(), () => completed(body, short)]) expect(read).toThrow();
});

test('completing restores the original, for any JSON in any chunks', () => {
  const piece = fc.oneof(
    fc.constantFrom('\n', '"', '\\', 'é', '你', '😀', '\u0000', 'A'.repeat(longRun), '你'.repeat(longRun / 2)),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('').toWellFormed());
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), fc.integer({ min: 1000, max: 300_000 }), (texts, pieceLength) => {
      const json = JSON.stringify(texts);
      const body = abridge(json, pieceLength);
      expect(body.bytes.length).toBeLessThan(json.length * 3 + 1);
      expect(completed(body, JSON.stringify(JSON.parse(body.bytes.toString()))) === json).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test('the members are found in the abridged text and in the complete one', () => {
  const json = `{"a":"${file}" , "b":[1,"${file}"],"c":2}`;
  const body = abridge(json);
  const namesOf = ({ bytes, scan }: JsonBody) =>
    scan.members.map(({ start, end }) => Object.keys(JSON.parse(`{${bytes.toString('utf8', start, end)}}`)));
  expect(namesOf(body.json)).toEqual([['a'], ['b'], ['c']]);
  body.restore();
  expect(namesOf(body.json)).toEqual([['a'], ['b'], ['c']]);
});
