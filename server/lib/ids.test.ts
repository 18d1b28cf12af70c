import { afterEach, describe, expect, it, vi } from 'vitest';
import { createId, createIdAt } from './ids.ts';

afterEach(() => void vi.useRealTimers());

describe('createId', () => {
  it('makes UUIDs of version 7 that carry the time', () => {
    vi.useFakeTimers({ now: 0x7fff_0000_00ff });
    expect(createId()).toMatch(/^7fff0000-00ff-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('sorts ids of the same millisecond by creation order', () => {
    vi.useFakeTimers({ now: 0x7fff_0000_1000 });
    const ids = Array.from({ length: 10_000 }, createId);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps increasing if the clock goes back', () => {
    vi.useFakeTimers({ now: 0x7fff_0000_2000 });
    const before = createId();
    vi.setSystemTime(0x7fff_0000_1000);
    expect(createId() > before).toBe(true);
  });
});

describe('createIdAt', () => {
  it('contains the given time, and is unique', () => {
    const ids = [createIdAt(0x0192_0000_00ff), createIdAt(0x0192_0000_00ff)];
    for (const id of ids) expect(id).toMatch(/^01920000-00ff-7/);
    expect(ids[0]).not.toBe(ids[1]);
  });
});
