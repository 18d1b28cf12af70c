import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { createKnownDevices, deviceLifetime } from './known-devices.ts';

const start = Date.UTC(2026, 0, 1);
const key = (letter: string) => createSecretKey(Buffer.alloc(32, letter));

test('accepts its own cookie, also in another process with the same key, until it expires', () => {
  let now = start;
  const devices = createKnownDevices(key('a'), () => now);
  const cookie = devices.issue();
  const id = devices.read(cookie);
  expect(id).toMatch(/^[\w-]{22}$/);
  expect(createKnownDevices(key('a'), () => now).read(cookie)).toBe(id);
  expect(devices.read(devices.issue())).not.toBe(id);
  const issuers = ['a', 'a', 'b'].map((letter) => createKnownDevices(key(letter), () => now).issuer);
  expect(new Set(issuers).size).toBe(2);
  now += deviceLifetime;
  expect(devices.read(cookie)).toBeUndefined();
});

test('accepts nothing else', () => {
  const devices = createKnownDevices(key('a'), () => start);
  const cookie = devices.issue();
  const [id, issued, signature] = cookie.split('.');
  expect(createKnownDevices(key('b'), () => start).read(cookie)).toBeUndefined();
  for (const forged of ['', '.', '..', `${id}.${issued}`, `${id}.${Number(issued) + 1}.${signature}`, `x${cookie}`]) {
    expect(devices.read(forged)).toBeUndefined();
  }
});
