import { describe, expect, it } from 'vitest';
import { shareRuns } from './share-runs.ts';

/** A task whose runs the test completes explicitly. */
function setUp() {
  const runs: PromiseWithResolvers<void>[] = [];
  const share = shareRuns(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  return { runs, share };
}
/** Waits until all promises that can settle have done so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('shareRuns', () => {
  it('shares one run between concurrent calls', async () => {
    const { runs, share } = setUp();
    const calls = [share(), share(), share()];
    await settle();
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await Promise.all(calls);
  });

  it('starts exactly one more run for calls during a run', async () => {
    const { runs, share } = setUp();
    const first = share();
    await settle();
    const later = [share(), share()];
    await settle();
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await first;
    await settle();
    expect(runs).toHaveLength(2);
    runs[1]?.resolve();
    await Promise.all(later);
  });

  it('rejects the calls that wait for a failed run, and runs again for the next ones', async () => {
    const { runs, share } = setUp();
    const failing = share();
    await settle();
    runs[0]?.reject(new Error('broken'));
    await expect(failing).rejects.toThrow('broken');
    const next = share();
    await settle();
    runs[1]?.resolve();
    await expect(next).resolves.toBeUndefined();
  });
});
