import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onNpmExit } from './npm-exit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('calls back once when the parent npm process has changed', () => {
  const runtime = { env: { npm_command: 'run' }, ppid: 100 };
  const callback = vi.fn();
  onNpmExit(runtime, callback);
  vi.advanceTimersByTime(5000);
  expect(callback).not.toHaveBeenCalled();
  runtime.ppid = 1;
  vi.advanceTimersByTime(5000);
  expect(callback).toHaveBeenCalledOnce();
});

it('does nothing if npm did not start the process', () => {
  const runtime = { env: {}, ppid: 100 };
  const callback = vi.fn();
  onNpmExit(runtime, callback);
  runtime.ppid = 1;
  vi.advanceTimersByTime(5000);
  expect(callback).not.toHaveBeenCalled();
});
