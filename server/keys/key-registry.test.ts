import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../conversation/failure.ts';
import { createKeyRegistry, type KeyRegistry } from './key-registry.ts';
import { generateKeySecret, maskKeySecret } from './key-secret.ts';
import { createMemoryKeyStore } from './testing/memory-key-store.ts';

const start = Date.UTC(2026, 0, 1);
let now = start;
let store: ReturnType<typeof createMemoryKeyStore>;
let registry: KeyRegistry;

const open = () => createKeyRegistry({ store, clock: () => now });

function refusal(secret: string | undefined): Failure {
  try {
    registry.verify(secret);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('the key was accepted');
}

beforeEach(async () => {
  vi.useFakeTimers();
  now = start;
  store = createMemoryKeyStore();
  registry = await open();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a generated key', () => {
  it('is sk- and 32 random bytes, and verifies', async () => {
    const { key, secret } = await registry.generate({ name: 'mine' });
    expect(secret).toMatch(/^sk-[A-Za-z0-9_-]{43}$/);
    expect(registry.verify(secret)).toEqual(key);
    expect(key.masked).toBe(`${secret.slice(0, 5)}…${secret.slice(-4)}`);
    expect(JSON.stringify(await store.list())).not.toContain(secret.slice(5, -4));
  });

  it('is unique', () => {
    expect(new Set(Array.from({ length: 100 }, () => generateKeySecret())).size).toBe(100);
  });

  it('survives a restart and can be revealed', async () => {
    const { key, secret } = await registry.generate({ name: 'mine', limits: { requestsPerMinute: 5 } });
    registry = await open();
    expect(registry.verify(secret)).toEqual(key);
    expect(await registry.reveal(key.id)).toBe(secret);
    expect(registry.get(key.id)?.limits).toMatchObject({ requestsPerMinute: 5, tokensPerMinute: null });
  });
});

it('an edit keeps what another process has changed', async () => {
  const { key } = await registry.generate({ name: 'mine' });
  const other = await open();
  await other.edit(key.id, { limits: { requestsPerMinute: 5 } });
  const { secret } = (await other.rotate(key.id)) ?? {};
  await registry.edit(key.id, { name: 'still mine' });
  const edited = registry.verify(secret);
  expect(edited).toMatchObject({ name: 'still mine', limits: { requestsPerMinute: 5 } });
  expect(await store.list()).toEqual([edited]);
});

describe('verify', () => {
  it('fails if no key was sent', () => {
    expect(refusal(undefined)).toMatchObject({ kind: 'authentication', reason: 'missing-api-key' });
    expect(refusal('')).toMatchObject({ reason: 'missing-api-key' });
  });

  it('only shows a wrong key masked', () => {
    const secret = generateKeySecret();
    const failure = refusal(secret);
    expect(failure).toMatchObject({ kind: 'authentication', reason: 'invalid-api-key' });
    expect(failure.message).toContain(`Incorrect API key provided: ${maskKeySecret(secret)}`);
    expect(failure.message).not.toContain(secret.slice(5, -4));
    expect(refusal('hunter2').message).not.toContain('hunter2');
  });

  it('rejects a key from the moment it expires', async () => {
    const { secret } = await registry.generate({ name: 'mine', expiresAt: start + 1000 });
    now = start + 999;
    expect(registry.verify(secret).name).toBe('mine');
    now = start + 1000;
    expect(refusal(secret)).toMatchObject({ kind: 'authentication', reason: 'expired-api-key' });
  });

  it('rejects a disabled key until it is enabled again', async () => {
    const { key, secret } = await registry.generate({ name: 'mine' });
    await registry.edit(key.id, { enabled: false });
    expect(refusal(secret)).toMatchObject({ reason: 'invalid-api-key' });
    await registry.edit(key.id, { enabled: true });
    expect(registry.verify(secret).id).toBe(key.id);
  });
});

describe('changes', () => {
  it('rotates: only the new secret works, and everything else is unchanged', async () => {
    const { key, secret } = await registry.generate({ name: 'mine', limits: { tokensPerDay: 7 } });
    const rotated = await registry.rotate(key.id);
    expect(rotated?.key).toMatchObject({ id: key.id, name: 'mine', limits: { tokensPerDay: 7 } });
    expect(registry.verify(rotated?.secret).id).toBe(key.id);
    expect(refusal(secret).reason).toBe('invalid-api-key');
    expect(await registry.reveal(key.id)).toBe(rotated?.secret);
  });

  it('revokes immediately', async () => {
    const { key, secret } = await registry.generate({ name: 'mine' });
    expect(await registry.revoke(key.id)).toBe(true);
    expect(refusal(secret).reason).toBe('invalid-api-key');
    expect(await registry.revoke(key.id)).toBe(false);
    expect(registry.list()).toEqual([]);
  });

  it('edits one limit and keeps the others', async () => {
    const { key } = await registry.generate({ name: 'mine', limits: { tokensPerDay: 7, models: ['a'] } });
    await registry.edit(key.id, { name: 'yours', limits: { models: null } });
    expect(registry.get(key.id)).toMatchObject({ name: 'yours', limits: { tokensPerDay: 7, models: null } });
    expect((await store.list())[0]).toEqual(registry.get(key.id));
  });

  it('returns nothing for an unknown id', async () => {
    expect(await registry.edit('x', { name: 'y' })).toBeUndefined();
    expect(await registry.rotate('x')).toBeUndefined();
    expect(await registry.reveal('x')).toBeUndefined();
  });

  it('adopts a known secret once', async () => {
    const secret = generateKeySecret();
    expect(await registry.adopt({ name: 'imported' }, secret)).toMatchObject({ name: 'imported' });
    expect(await registry.adopt({ name: 'again' }, secret)).toBeUndefined();
    expect(registry.verify(secret).name).toBe('imported');
  });

  it('sees changes by another process after a reload', async () => {
    const other = await open();
    const { key, secret } = await other.generate({ name: 'theirs' });
    expect(refusal(secret).reason).toBe('invalid-api-key');
    await registry.reload();
    expect(registry.verify(secret).id).toBe(key.id);
    await other.revoke(key.id);
    await registry.reload();
    expect(refusal(secret).reason).toBe('invalid-api-key');
  });
});

describe('last use', () => {
  it('is listed immediately and written together within a second', async () => {
    const touch = vi.spyOn(store, 'touch');
    const { key, secret } = await registry.generate({ name: 'mine' });
    for (let count = 0; count < 10; count += 1) {
      now += 10;
      registry.verify(secret);
    }
    expect(registry.list()[0]?.lastUsedAt).toBe(start + 100);
    expect(touch).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(touch).toHaveBeenCalledTimes(1);
    expect((await store.list())[0]).toMatchObject({ id: key.id, lastUsedAt: start + 100 });
  });

  it('is written at close', async () => {
    const { secret } = await registry.generate({ name: 'mine' });
    registry.verify(secret);
    await registry.close();
    expect((await store.list())[0]?.lastUsedAt).toBe(start);
  });

  it('is retried after a failed write, which fails no request', async () => {
    const onError = vi.fn();
    registry = await createKeyRegistry({ store, clock: () => now, onError });
    const { secret } = await registry.generate({ name: 'mine' });
    vi.spyOn(store, 'touch').mockRejectedValueOnce(new Error('locked'));
    registry.verify(secret);
    await vi.advanceTimersByTimeAsync(1000);
    expect(onError).toHaveBeenCalledTimes(1);
    await registry.close();
    expect((await store.list())[0]?.lastUsedAt).toBe(start);
  });
});
