import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureProcessorTime } from '../lib/testing/processor-time.ts';
import { CallIds } from './call-ids.ts';
import { isPlainIdentifier } from './plain-identifier.ts';

describe('the ids of calls', () => {
  test('a reused id is a different call with its own result', () => {
    const ids = new CallIds();
    expect([ids.ofCall('call_1'), ids.ofResult('call_1')]).toEqual(['call_1', 'call_1']);
    expect([ids.ofCall('call_1'), ids.ofResult('call_1')]).toEqual(['call_1_2', 'call_1_2']);
  });

  test('calls of one turn that share an id are answered in order', () => {
    const ids = new CallIds();
    const calls = ['c', 'c', 'd'].map((id) => ids.ofCall(id));
    expect(['c', 'c', 'd'].map((id) => ids.ofResult(id))).toEqual(calls);
  });

  test('a hundred thousand calls with one id take linear time', () => {
    const ids = new CallIds();
    const time = measureProcessorTime(() => {
      const written = Array.from({ length: 100_000 }, () => ids.ofCall('call_1'));
      expect(new Set(written).size).toBe(100_000);
    });
    // Quadratic time would be minutes.
    expect(time).toBeLessThan(4000);
  });

  test('every call has a valid and unique id, and its result has the same one', () => {
    const id = fc.oneof(fc.constantFrom('a', 'a_2', 'a b', '', 'x'.repeat(70)), fc.string({ maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(id, { maxLength: 20 }), (given) => {
        const ids = new CallIds();
        const written = given.map((each) => ids.ofCall(each));
        expect(new Set(written).size).toBe(given.length);
        expect(written.every(isPlainIdentifier)).toBe(true);
        expect(given.map((each) => ids.ofResult(each))).toEqual(written);
      }),
    );
  });
});
