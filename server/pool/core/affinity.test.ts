import { describe, expect, it } from 'vitest';
import { AffinityMemory } from './affinity.ts';

const endpoint = { route: 'r', upstreamModel: 'model' };

describe('the affinity memory', () => {
  it('tells long keys apart by more than their beginning', () => {
    const memory = new AffinityMemory();
    const long = 'x'.repeat(100_000);
    memory.remember(`${long}1`, 'a', endpoint, 0);
    memory.remember(`${long}2`, 'b', endpoint, 0);
    expect(memory.recall(`${long}1`, 1)?.id).toBe('a');
    expect(memory.recall(`${long}2`, 1)?.id).toBe('b');
    expect(memory.recall(`${long}3`, 1)).toBeUndefined();
  });

  it('forgets what was not used for longest when it is full', () => {
    const memory = new AffinityMemory();
    for (let key = 0; key < 10_000; key++) memory.remember(`k${key}`, 'a', endpoint, key);
    memory.remember('k0', 'b', endpoint, 10_000);
    memory.remember('new', 'c', endpoint, 10_001);
    expect(memory.recall('k0', 10_002)?.id).toBe('b');
    expect(memory.recall('k1', 10_002)).toBeUndefined();
    expect(memory.recall('new', 10_002)?.id).toBe('c');
  });

  it('takes a change of credential in at once, however soon after the last use', () => {
    const memory = new AffinityMemory();
    memory.remember('k', 'a', endpoint, 0);
    memory.remember('k', 'b', endpoint, 1);
    expect(memory.recall('k', 2)?.id).toBe('b');
  });

  it('keeps a place for an hour after its last use', () => {
    const memory = new AffinityMemory();
    memory.remember('k', 'a', endpoint, 0);
    memory.remember('k', 'a', endpoint, 1_000_000);
    expect(memory.recall('k', 4_599_999)?.id).toBe('a');
    expect(memory.recall('k', 4_600_000)).toBeUndefined();
  });
});
