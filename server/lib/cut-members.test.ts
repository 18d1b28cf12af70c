import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryJsonText } from '../dialects/openai-chat/testing/arbitrary-requests.ts';
import { cutMembers } from './cut-members.ts';
import { distinctMembers, toJsonBody } from './json-body.ts';

/** The text without the members; undefined if it is not equivalent to its parsed value. */
function cut(text: string, ...names: readonly string[]): string | undefined {
  const body = toJsonBody(text);
  const members = distinctMembers(body);
  return members && Buffer.concat(cutMembers(body.bytes, members, new Set(names))).toString();
}

const cutModel = (text: string) => cut(text, 'model');

describe('cutting members out of a body', () => {
  test.each([
    ['first', '{"model":"m","a":1}', '{"a":1}'],
    ['in the middle', '{"a":1,"model":"m","b":2}', '{"a":1,"b":2}'],
    ['last', '{"a":1,"model":"m"}', '{"a":1}'],
    ['alone', '{"model":"m"}', '{}'],
    ['with white space', ' {\n "a" : 1 ,\n "model" : "m" ,\n "b" : 2 }\n', '{\n "a" : 1,"b" : 2 }\n'],
    ['first with white space', '{ "model" : "m" , "a" : 1 }', '{ "a" : 1 }'],
    ['behind a nested one', '{"a":{"model":1,"b":["model"]},"model":"m"}', '{"a":{"model":1,"b":["model"]}}'],
    ['behind a text that looks like one', '{"a":",\\"model\\":\\"x\\\\","model":"m"}', '{"a":",\\"model\\":\\"x\\\\"}'],
    ['with brackets in texts', '{"a":"}]{[","model":"}","b":"{"}', '{"a":"}]{[","b":"{"}'],
    ['an object', '{"a":1,"model":{"x":[1,{"y":2}]},"b":2}', '{"a":1,"b":2}'],
    ['a number', '{"a":1,"model":1.5e3,"b":2}', '{"a":1,"b":2}'],
    ['beside other scripts', '{"名":"值","model":"模型","b":"é"}', '{"名":"值","b":"é"}'],
    ['behind a byte order mark', '\ufeff{"model":"m","a":1}', '{"a":1}'],
  ])('%s', (_name, text, expected) => {
    expect(cutModel(text)).toBe(expected);
  });

  test.each([
    ['twice', '{"model":"m","model":"n"}'],
    ['once more with an escape', '{"model":"m","mod\\u0065l":"n"}'],
    ['only with an escape', '{"mod\\u0065l":"n"}'],
    ['beside another member twice', '{"a":1,"model":"m","a":2}'],
  ])('not when it is there %s', (_name, text) => {
    expect(cutModel(text)).toBeUndefined();
  });

  test('leaves a body without these members unchanged', () => {
    for (const text of ['{"a":{"model":"m"}}', '{}']) expect(cutModel(text)).toBe(text);
  });

  test('cuts several members, adjacent or not', () => {
    expect(cut('{"a":1,"b":2,"c":3,"d":4,"e":5}', 'a', 'c', 'd')).toBe('{"b":2,"e":5}');
    expect(cut('{"a":1,"b":2}', 'a', 'b')).toBe('{}');
  });

  test('copies nothing', () => {
    const body = toJsonBody('{"a":1,"model":"m","b":2}');
    const { bytes } = body;
    const members = distinctMembers(body) ?? [];
    const pieces = cutMembers(bytes, members, new Set(['model']));
    expect(pieces.filter((piece) => piece.length > 1).every((piece) => piece.buffer === bytes.buffer)).toBe(true);
  });

  test('is equivalent to parsing and deleting, for any object in any notation', { timeout: 20_000 }, () => {
    const key = fc.oneof(fc.constantFrom('model', 'a', 'model ', '"model"', '}'), fc.string({ unit: 'binary' }));
    const member = fc.tuple(key, fc.jsonValue({ maxDepth: 3 }));
    const body = fc
      .tuple(fc.array(member, { maxLength: 4 }), member, fc.array(member, { maxLength: 4 }))
      .map(([before, [, model], after]) => Object.fromEntries([...before, ['model', model], ...after]))
      .chain(arbitraryJsonText);
    let relayedCount = 0;
    fc.assert(
      fc.property(body, (text) => {
        const relayed = cutModel(text);
        const { model: _, ...rest } = JSON.parse(text);
        if (relayed === undefined) return /\\/.test(text);
        relayedCount += 1;
        expect(JSON.parse(relayed)).toEqual(rest);
        return true;
      }),
      { numRuns: 500 },
    );
    expect(relayedCount).toBeGreaterThan(50);
  });
});
