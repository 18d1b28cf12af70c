import { describe, expect, it } from 'vitest';
import { createId, createIdGenerator } from './ids.ts';

describe('createIdGenerator', () => {
  it('makes UUIDs of version 7 that carry the time', () => {
    const id = createIdGenerator(() => 0x0192_0000_00ff)();
    expect(id).toMatch(/^01920000-00ff-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('sorts ids of one millisecond by the order they were made in, also past the counter', () => {
    const next = createIdGenerator(() => 1_700_000_000_000);
    const ids = Array.from({ length: 10_000 }, next);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('goes on upwards when the clock goes back', () => {
    let now = 2000;
    const next = createIdGenerator(() => now);
    const before = next();
    now = 1000;
    expect(next() > before).toBe(true);
  });

  it('differs between generators at the same time', () => {
    const clock = () => 5;
    expect(createIdGenerator(clock)()).not.toBe(createIdGenerator(clock)());
  });

  it('is ready to use', () => {
    const first = createId();
    expect(first < createId()).toBe(true);
  });
});
