import { expect, it, onTestFinished, vi } from 'vitest';
import { followChanges } from './follow-changes.ts';

function setUp(failures: number) {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  let left = failures;
  let announce = () => {};
  const unwatch = vi.fn();
  const onError = vi.fn();
  const reload = vi.fn(async () => {
    left -= 1;
    if (left >= 0) throw new Error('too many connections');
  });
  const changes = followChanges({
    watch(callback) {
      announce = callback;
      return unwatch;
    },
    reload,
    onError,
  });
  return { announce: () => announce(), changes, reload, onError, unwatch };
}

it.each([0, 1, 3])('reloads until it succeeds, after %d failures', async (failures) => {
  const { announce, changes, reload, onError } = setUp(failures);
  announce();
  await changes.reloaded();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reload).toHaveBeenCalledTimes(failures + 1);
  expect(onError).toHaveBeenCalledTimes(Math.min(failures, 1));
  announce();
  await changes.reloaded();
  expect(reload).toHaveBeenCalledTimes(failures + 2);
});

it('reloads once for changes during a reload', async () => {
  const { announce, changes, reload } = setUp(0);
  for (let count = 0; count < 50; count++) announce();
  await changes.reloaded();
  expect(reload.mock.calls.length).toBeLessThanOrEqual(2);
});

it('stops with the gateway', async () => {
  const { announce, changes, reload, unwatch } = setUp(9);
  announce();
  await changes.reloaded();
  changes.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reload).toHaveBeenCalledOnce();
  expect(unwatch).toHaveBeenCalledOnce();
});
