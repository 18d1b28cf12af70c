import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallIds, isValidIdentifier, ToolNames, toValidIdentifier } from './identifiers.ts';

describe('one identifier', () => {
  test.each(['toolu_01', 'call-1', 'a'.repeat(64)])('%s stays', (text) => {
    expect(toValidIdentifier(text)).toBe(text);
  });

  test('another stays readable', () => {
    expect(toValidIdentifier('functions.read:0')).toMatch(/^functions_read_0_[0-9a-f]{12}$/);
  });

  test('any text becomes a valid one, always the same, and different ones for different texts', () => {
    const text = fc.string({ unit: 'binary', maxLength: 100 });
    fc.assert(
      fc.property(text, text, (left, right) => {
        const written = toValidIdentifier(left);
        expect(isValidIdentifier(written)).toBe(true);
        expect(toValidIdentifier(left)).toBe(written);
        expect(toValidIdentifier(right) === written).toBe(left === right);
      }),
    );
  });
});

describe('the ids of calls', () => {
  test('an id that comes again is another call, with its result', () => {
    const ids = new CallIds();
    expect([ids.ofCall('call_1'), ids.ofResult('call_1')]).toEqual(['call_1', 'call_1']);
    expect([ids.ofCall('call_1'), ids.ofResult('call_1')]).toEqual(['call_1_2', 'call_1_2']);
  });

  test('calls of one turn that share an id are answered in order', () => {
    const ids = new CallIds();
    const calls = ['c', 'c', 'd'].map((id) => ids.ofCall(id));
    expect(['c', 'c', 'd'].map((id) => ids.ofResult(id))).toEqual(calls);
  });

  test('a hundred thousand calls with one id take no time', () => {
    const ids = new CallIds();
    const start = performance.now();
    const written = Array.from({ length: 100_000 }, () => ids.ofCall('call_1'));
    expect(new Set(written).size).toBe(100_000);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('every call has a valid id of its own, and its result the same one', () => {
    const id = fc.oneof(fc.constantFrom('a', 'a_2', 'a b', '', 'x'.repeat(70)), fc.string({ maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(id, { maxLength: 20 }), (given) => {
        const ids = new CallIds();
        const written = given.map((each) => ids.ofCall(each));
        expect(new Set(written).size).toBe(given.length);
        expect(written.every(isValidIdentifier)).toBe(true);
        expect(given.map((each) => ids.ofResult(each))).toEqual(written);
      }),
    );
  });
});

describe('the names of tools', () => {
  test('names that Claude takes stay', () => {
    expect(new ToolNames(['read_file', 'write-file']).unchanged).toBe(true);
  });

  test('a rewritten name leaves the names of others alone', () => {
    const first = new ToolNames(['a.b']).toClaude('a.b');
    const names = new ToolNames(['a.b', first]);
    expect(names.toClaude(first)).toBe(first);
    expect(names.toClient(first)).toBe(first);
    expect(names.toClient(names.toClaude('a.b'))).toBe('a.b');
  });

  test('all names are valid, distinct, and lead back', () => {
    const name = fc.oneof(fc.constantFrom('a.b', 'a/b', 'a_b', 'n'.repeat(65)), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(fc.uniqueArray(name), (given) => {
        const names = new ToolNames(given);
        const written = given.map((each) => names.toClaude(each));
        expect(written.every(isValidIdentifier)).toBe(true);
        expect(new Set(written).size).toBe(given.length);
        expect(written.map((each) => names.toClient(each))).toEqual(given);
      }),
    );
  });
});
