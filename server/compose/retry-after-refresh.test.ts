import { describe, expect, it, vi } from 'vitest';
import { retryAfterRefresh } from './retry-after-refresh.ts';

class Unknown extends Error {}

/** A registry that knows one name, and after a refresh a second one. */
function setUp() {
  const known = new Set(['old']);
  const refresh = vi.fn(async () => void known.add('new'));
  const measureName = (name: string) => {
    if (name === 'forbidden') throw new Error('forbidden');
    if (!known.has(name)) throw new Unknown(name);
    return name.length;
  };
  return { refresh, find: retryAfterRefresh(measureName, refresh, (error) => error instanceof Unknown) };
}

describe('retryAfterRefresh', () => {
  it('answers immediately what is known', () => {
    const { find, refresh } = setUp();
    expect(find('old')).toBe(3);
    expect(refresh).not.toHaveBeenCalled();
  });

  it('finds what was just created', async () => {
    const { find } = setUp();
    await expect(find('new')).resolves.toBe(3);
  });

  it('rejects what is unknown, after one refresh', async () => {
    const { find, refresh } = setUp();
    await expect(find('none')).rejects.toThrow(Unknown);
    expect(refresh).toHaveBeenCalledOnce();
  });

  it('rejects immediately for other reasons', () => {
    const { find, refresh } = setUp();
    expect(() => find('forbidden')).toThrow('forbidden');
    expect(refresh).not.toHaveBeenCalled();
  });
});
