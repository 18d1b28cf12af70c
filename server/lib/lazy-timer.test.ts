import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LazyTimer } from './lazy-timer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each<[string, readonly number[], readonly number[]]>([
  ['expires once', [100], [100]],
  ['never expires without a limit', [0], []],
  ['is put off when it is started again', [100, 500], [500]],
  ['is brought forward when it is started again', [500, 100], [100]],
  ['loses its limit', [100, 0], []],
  ['gets its limit back', [100, 0, 300], [300]],
])('a timer %s', (_name, starts, expected) => {
  const expired: number[] = [];
  const begun = performance.now();
  const timer = new LazyTimer(() => expired.push(performance.now() - begun));
  for (const milliseconds of starts) timer.start(milliseconds);
  vi.advanceTimersByTime(1000);
  expect(expired).toEqual(expected);
  expect(vi.getTimerCount()).toBe(0);
  timer.start(50);
  vi.advanceTimersByTime(1000);
  expect(expired).toHaveLength(expected.length + 1);
});

test('a timer that is cleared does not expire', () => {
  const expire = vi.fn();
  const timer = new LazyTimer(expire);
  timer.start(100);
  timer.clear();
  vi.advanceTimersByTime(1000);
  expect(expire).not.toHaveBeenCalled();
});
