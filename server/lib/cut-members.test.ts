import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutModel } from './relay-request.ts';
import { arbitraryJsonText } from './testing/arbitrary-requests.ts';

function relay(text: string): string | undefined {
  const original = cutModel(Buffer.from(text));
  return original && Buffer.concat([original.before, original.after]).toString();
}

describe('cutting the model out of a body', () => {
  test.each([
    ['first', '{"model":"m","a":1}', '{"a":1}'],
    ['in the middle', '{"a":1,"model":"m","b":2}', '{"a":1,"b":2}'],
    ['last', '{"a":1,"model":"m"}', '{"a":1}'],
    ['alone', '{"model":"m"}', '{}'],
    ['with white space', ' {\n "a" : 1 ,\n "model" : "m" ,\n "b" : 2 }\n', '{\n "a" : 1 ,\n "b" : 2 }\n'],
    ['first with white space', '{ "model" : "m" , "a" : 1 }', '{ "a" : 1 }'],
    ['behind a nested one', '{"a":{"model":1,"b":["model"]},"model":"m"}', '{"a":{"model":1,"b":["model"]}}'],
    ['behind a text that looks like one', '{"a":",\\"model\\":\\"x\\\\","model":"m"}', '{"a":",\\"model\\":\\"x\\\\"}'],
    ['with brackets in texts', '{"a":"}]{[","model":"}","b":"{"}', '{"a":"}]{[","b":"{"}'],
    ['an object', '{"a":1,"model":{"x":[1,{"y":2}]},"b":2}', '{"a":1,"b":2}'],
    ['a number', '{"a":1,"model":1.5e3,"b":2}', '{"a":1,"b":2}'],
    ['beside other scripts', '{"名":"值","model":"模型","b":"é"}', '{"名":"值","b":"é"}'],
    ['behind a byte order mark', '\ufeff{"model":"m","a":1}', '{"a":1}'],
  ])('%s', (_name, text, expected) => {
    expect(relay(text)).toBe(expected);
  });

  test.each([
    ['twice', '{"model":"m","model":"n"}'],
    ['once more with an escape', '{"model":"m","mod\\u0065l":"n"}'],
    ['only with an escape', '{"mod\\u0065l":"n"}'],
    ['beside another member twice', '{"a":1,"model":"m","a":2}'],
    ['not at all', '{"a":{"model":"m"}}'],
    ['in an empty object', '{}'],
  ])('not when it is there %s', (_name, text) => {
    expect(relay(text)).toBeUndefined();
  });

  test('says which members are left', () => {
    expect(cutModel(Buffer.from('{"a":1,"model":"m","b":2}'))?.members).toEqual(new Set(['a', 'b']));
  });

  test('copies nothing', () => {
    const text = '{"a":1,"model":"m","b":2}';
    const body = Buffer.from(text);
    const original = cutModel(body);
    expect(original?.before.buffer).toBe(body.buffer);
    expect(original?.after.buffer).toBe(body.buffer);
  });

  test('leaves what parsing and deleting would, for any object in any writing', { timeout: 20_000 }, () => {
    const key = fc.oneof(fc.constantFrom('model', 'a', 'model ', '"model"', '}'), fc.string({ unit: 'binary' }));
    const member = fc.tuple(key, fc.jsonValue({ maxDepth: 3 }));
    const body = fc
      .tuple(fc.array(member, { maxLength: 4 }), member, fc.array(member, { maxLength: 4 }))
      .map(([before, [, model], after]) => Object.fromEntries([...before, ['model', model], ...after]))
      .chain(arbitraryJsonText);
    let relayedCount = 0;
    fc.assert(
      fc.property(body, (text) => {
        const relayed = relay(text);
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
