import { describe, expect, it } from 'vitest';
import { AffinityMemory } from './affinity.ts';

const endpoint = { route: 'r', upstreamModel: 'model' };
const minute = 60_000;

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

  it('keeps a place for five minutes after its last use, the end of an answer being one', () => {
    const memory = new AffinityMemory();
    memory.remember('k', 'a', endpoint, 0);
    memory.remember('k', 'a', endpoint, 4 * minute);
    expect(memory.recall('k', 9 * minute - 1)?.id).toBe('a');
    expect(memory.recall('k', 9 * minute)).toBeUndefined();
    memory.learn('k', 'a', endpoint, { read: 0, written: 5000 }, 8 * minute);
    expect(memory.recall('k', 13 * minute - 1)).toMatchObject({ id: 'a', cachedTokens: 5000 });
  });

  it('knows what is cached at a place, until the conversation moves', () => {
    const memory = new AffinityMemory();
    memory.remember('k', 'a', endpoint, 0);
    memory.learn('k', 'a', endpoint, { read: 3000, written: 200 }, 1);
    memory.learn('k', 'b', endpoint, { read: 1, written: 1 }, 1);
    expect(memory.recall('k', 2)).toMatchObject({ id: 'a', cachedTokens: 3200 });
    memory.remember('k', 'b', endpoint, 3);
    expect(memory.recall('k', 4)).toMatchObject({ id: 'b', cachedTokens: 0 });
  });

  /** A conversation with this pause between its turns. @returns how long its place is remembered, in minutes */
  function keptAfter(rests: readonly (readonly [minutes: number, isHit: boolean])[]): number {
    const memory = new AffinityMemory();
    let now = 0;
    memory.remember('k', 'a', endpoint, now);
    memory.learn('k', 'a', endpoint, { read: 0, written: 1000 }, now);
    for (const [rest, isHit] of rests) {
      now += rest * minute;
      memory.remember('k', 'a', endpoint, now);
      memory.learn('k', 'a', endpoint, isHit ? { read: 1000, written: 0 } : { read: 0, written: 1000 }, now);
    }
    let kept = 0;
    while (memory.recall('k', now + kept * minute) !== undefined) kept += 0.5;
    return kept;
  }

  it('learns of the cache how long that is', () => {
    expect(keptAfter([])).toBe(5);
    expect(
      keptAfter([
        [1, true],
        [2, true],
      ]),
    ).toBe(5);
    expect(keptAfter([[4, true]])).toBe(8);
    expect(
      keptAfter([
        [4, true],
        [7, true],
        [13, true],
        [25, true],
        [50, true],
      ]),
    ).toBe(60);
    expect(
      keptAfter([
        [4, true],
        [7, false],
      ]),
    ).toBe(7);
    expect(keptAfter([[2, false]])).toBe(2);
    expect(
      keptAfter([
        [2, false],
        [2, true],
      ]),
    ).toBe(5);
    expect(keptAfter([[0.5, false]])).toBe(5);
  });

  it('is there again after a restart', () => {
    const memory = new AffinityMemory();
    for (const key of ['k1', 'k2', 'k3']) memory.remember(key, 'a', endpoint, 1000);
    memory.remember('other', 'b', endpoint, 1000);
    memory.learn('k3', 'a', endpoint, { read: 0, written: 700 }, 1000);
    const places = memory.placesOf('a', 2000, 2);
    const again = new AffinityMemory();
    again.restore('a', places, 3000);
    expect(again.recall('k1', 3000)).toBeUndefined();
    expect(again.recall('k2', 3000)?.id).toBe('a');
    expect(again.recall('k3', 3000)).toMatchObject({ id: 'a', cachedTokens: 700 });
    expect(again.recall('k3', 3000 + 5 * minute)).toBeUndefined();
    expect(memory.placesOf('a', 61 * minute, 2)).toEqual([]);
  });
});
