import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startMemoryRelief } from './memory-relief.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const state = { busy: false };
  const relieve = vi.fn();
  const relief = startMemoryRelief({ isBusy: () => state.busy, startQuietTime: 100, quietTime: 1000, relieve });
  return { state, relieve, relief };
}

describe('startMemoryRelief', () => {
  it('gives the memory of the start back once it is quiet, and then rests', () => {
    const { relieve } = setUp();
    vi.advanceTimersByTime(99);
    expect(relieve).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(relieve).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for the end of the work, and a while longer', () => {
    const { state, relieve, relief } = setUp();
    vi.advanceTimersByTime(60);
    relief.touch();
    vi.advanceTimersByTime(99);
    expect(relieve).not.toHaveBeenCalled();
    state.busy = true;
    vi.advanceTimersByTime(5000);
    expect(relieve).not.toHaveBeenCalled();
    state.busy = false;
    vi.advanceTimersByTime(100);
    expect(relieve).toHaveBeenCalledOnce();
  });

  it('does so again after more work, but not for each pause', () => {
    const { relieve, relief } = setUp();
    vi.advanceTimersByTime(100);
    for (let call = 0; call < 8; call += 1) {
      relief.touch();
      vi.advanceTimersByTime(999);
    }
    expect(relieve).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(relieve).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(10_000);
    expect(relieve).toHaveBeenCalledTimes(2);
  });

  it('does nothing once it is stopped', () => {
    const { relieve, relief } = setUp();
    relief.stop();
    vi.advanceTimersByTime(10_000);
    expect(relieve).not.toHaveBeenCalled();
  });
});
