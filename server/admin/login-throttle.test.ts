import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLoginThrottle, type Guesser } from './login-throttle.ts';

const from = (address: string): Guesser => ({ kind: 'stranger', address });

const wait = (promise: Promise<void>) =>
  promise.then(
    () => 0,
    (error: { retryAfterSeconds?: number }) => error.retryAfterSeconds ?? Number.NaN,
  );

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the login throttle', () => {
  it('doubles the delay with each attempt after the fifth', async () => {
    const throttle = createLoginThrottle();
    for (let count = 0; count < 5; count += 1) expect(await wait(throttle.begin(from('10.0.0.1')))).toBe(0);
    for (const seconds of [5, 10, 20, 40, 80, 160, 320, 640, 900]) {
      expect(await wait(throttle.begin(from('10.0.0.1')))).toBe(seconds);
      vi.advanceTimersByTime(seconds * 1000 - 1000);
      expect(await wait(throttle.begin(from('10.0.0.1')))).toBe(1);
      vi.advanceTimersByTime(1000);
      expect(await wait(throttle.begin(from('10.0.0.1')))).toBe(0);
    }
  });

  it('does not allow more if they are concurrent', async () => {
    const throttle = createLoginThrottle();
    const waits = await Promise.all(Array.from({ length: 200 }, () => wait(throttle.begin(from('10.0.0.1')))));
    expect(waits.filter((seconds) => seconds === 0)).toHaveLength(5);
  });

  it('resets after a success', async () => {
    const throttle = createLoginThrottle();
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 4; count += 1) expect(await wait(throttle.begin(from('10.0.0.1')))).toBe(0);
      await throttle.succeed(from('10.0.0.1'));
    }
  });

  it('separates addresses, but counts an IPv6 /64 as one', async () => {
    const throttle = createLoginThrottle();
    for (let count = 0; count < 5; count += 1) await throttle.begin(from(`2001:db8::${count}`));
    expect(await wait(throttle.begin(from('2001:db8::ffff')))).toBe(5);
    expect(await wait(throttle.begin(from('2001:db8:0:1::1')))).toBe(0);
    for (let count = 0; count < 5; count += 1) await throttle.begin(from('10.0.0.1'));
    expect(await wait(throttle.begin(from('10.0.0.1')))).toBe(5);
  });

  it('limits the attempts of all addresses together', async () => {
    const throttle = createLoginThrottle({ attemptsPerMinute: 20 });
    for (let count = 0; count < 20; count += 1) expect(await wait(throttle.begin(from(`10.0.0.${count}`)))).toBe(0);
    expect(await wait(throttle.begin(from('10.0.1.1')))).toBe(60);
    vi.advanceTimersByTime(60_000);
    expect(await wait(throttle.begin(from('10.0.1.1')))).toBe(0);
  });

  it('admits known devices, whatever strangers try', async () => {
    const throttle = createLoginThrottle();
    for (let count = 0; count < 80; count += 1) await wait(throttle.begin(from(`10.0.1.${count}`)));
    expect(await wait(throttle.begin(from('10.0.2.1')))).toBeGreaterThan(0);
    for (const known of [
      { kind: 'device', id: 'laptop' },
      { kind: 'this-machine' },
      { kind: 'session', id: 'one' },
    ] as const) {
      expect(await wait(throttle.begin(known))).toBe(0);
    }
  });

  it('never locks out a known device, or the local machine, for more than a minute', async () => {
    const throttle = createLoginThrottle();
    for (const known of [{ kind: 'device', id: 'laptop' }, { kind: 'this-machine' }] as const) {
      let longest = 0;
      for (let count = 0; count < 15; count += 1) {
        const seconds = await wait(throttle.begin(known));
        longest = Math.max(longest, seconds);
        vi.advanceTimersByTime(seconds * 1000);
      }
      expect(longest).toBeGreaterThan(40);
      expect(longest).toBeLessThanOrEqual(60);
    }
    expect(await wait(throttle.begin({ kind: 'device', id: 'phone' }))).toBe(0);
  });

  it('has no shared counter for unknown addresses', async () => {
    const throttle = createLoginThrottle();
    for (let count = 0; count < 20; count += 1) expect(await wait(throttle.begin(from('')))).toBe(0);
  });
});
