import { describe, expect, it, vi } from 'vitest';
import { Canceller, followCancellation } from './cancellation.ts';

describe('Canceller', () => {
  it('calls each listener once', () => {
    const canceller = new Canceller();
    const first = vi.fn();
    const second = vi.fn();
    canceller.addEventListener('abort', first);
    canceller.addEventListener('abort', second);
    expect(canceller.aborted).toBe(false);
    canceller.abort();
    canceller.abort();
    expect(canceller.aborted).toBe(true);
    expect(first).toHaveBeenCalledTimes(1);
    expect(second).toHaveBeenCalledTimes(1);
  });

  it('does not call removed listeners, even if removed during the call', () => {
    const canceller = new Canceller();
    const gone = vi.fn();
    canceller.addEventListener('abort', gone);
    canceller.removeEventListener('abort', gone);
    canceller.removeEventListener('abort', gone);
    const last = vi.fn();
    canceller.addEventListener('abort', () => canceller.removeEventListener('abort', last));
    canceller.addEventListener('abort', last);
    canceller.abort();
    expect(gone).not.toHaveBeenCalled();
    expect(last).toHaveBeenCalledTimes(1);
  });
});

describe('followCancellation', () => {
  it('follows a canceller and an AbortSignal, but does not abort them', () => {
    for (const leader of [new Canceller(), new AbortController()]) {
      const signal = leader instanceof Canceller ? leader : leader.signal;
      const follower = followCancellation(signal);
      const other = followCancellation(signal);
      other.abort();
      expect(signal.aborted).toBe(false);
      leader.abort();
      expect(follower.aborted).toBe(true);
      expect(followCancellation(signal).aborted).toBe(true);
    }
  });
});
