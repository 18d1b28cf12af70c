import { describe, expect, it } from 'vitest';
import { AffinityMemory } from './affinity.ts';

describe('the affinity memory', () => {
  it('tells long keys apart by more than their beginning', () => {
    const memory = new AffinityMemory();
    const long = 'x'.repeat(100_000);
    memory.remember(`${long}1`, 'a', 0);
    memory.remember(`${long}2`, 'b', 0);
    expect(memory.recall(`${long}1`, 1)).toBe('a');
    expect(memory.recall(`${long}2`, 1)).toBe('b');
    expect(memory.recall(`${long}3`, 1)).toBeUndefined();
  });

  it('forgets what was not used for longest when it is full', () => {
    const memory = new AffinityMemory();
    for (let key = 0; key < 10_000; key++) memory.remember(`k${key}`, 'a', key);
    memory.remember('k0', 'b', 10_000);
    memory.remember('new', 'c', 10_001);
    expect(memory.recall('k0', 10_002)).toBe('b');
    expect(memory.recall('k1', 10_002)).toBeUndefined();
    expect(memory.recall('new', 10_002)).toBe('c');
  });

  it('takes a change of credential in at once, however soon after the last use', () => {
    const memory = new AffinityMemory();
    memory.remember('k', 'a', 0);
    memory.remember('k', 'b', 1);
    expect(memory.recall('k', 2)).toBe('b');
  });

  it('keeps a place for an hour after its last use', () => {
    const memory = new AffinityMemory();
    memory.remember('k', 'a', 0);
    memory.remember('k', 'a', 1_000_000);
    expect(memory.recall('k', 4_599_999)).toBe('a');
    expect(memory.recall('k', 4_600_000)).toBeUndefined();
  });
});
