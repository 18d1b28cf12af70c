import { describe, expect, it } from 'vitest';
import { loadPart, MissingPartError } from './load-part.ts';

/** Fails the given number of times, then loads. */
function createLoader(failures: number) {
  let calls = 0;
  return {
    load: async () => {
      calls += 1;
      if (calls <= failures) throw new TypeError('Failed to fetch dynamically imported module: /a.js');
      return 'part';
    },
    calls: () => calls,
  };
}

/** Reachable after the given number of checks. */
function createGateway(checks: number) {
  let done = 0;
  return async () => {
    done += 1;
    return done > checks;
  };
}

describe('a part of the console', () => {
  it('is loaded at once', async () => {
    const { load, calls } = createLoader(0);
    await expect(loadPart(load, { isReachable: createGateway(0), interval: 0 })).resolves.toBe('part');
    expect(calls()).toBe(1);
  });

  it('is loaded when the gateway is back', async () => {
    const { load, calls } = createLoader(1);
    await expect(loadPart(load, { isReachable: createGateway(3), interval: 0 })).resolves.toBe('part');
    expect(calls()).toBe(2);
  });

  it('is missing if the gateway answers but does not have it', async () => {
    const { load } = createLoader(2);
    const loading = loadPart(load, { isReachable: createGateway(0), interval: 0 });
    await expect(loading).rejects.toBeInstanceOf(MissingPartError);
    await expect(loading).rejects.toMatchObject({ cause: expect.any(TypeError) });
  });
});
