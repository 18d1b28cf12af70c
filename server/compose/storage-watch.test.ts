import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StoreFailure } from '../store/store-failure.ts';
import { watchStorage } from './storage-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const full = new StoreFailure('full', 'No space is left.');
const lost = new StoreFailure('not-writable', 'The file is missing.');

function watch() {
  const store = { failure: undefined as StoreFailure | undefined, checks: 0 };
  const told: string[] = [];
  const storage = watchStorage({
    store: {
      async check() {
        store.checks += 1;
        if (store.failure !== undefined) throw store.failure;
      },
    },
    onTrouble: ({ message }) => told.push(message),
    onRecovered: () => told.push('well'),
    interval: 1000,
  });
  return { store, told, storage };
}

test('each problem is reported once, and its end', async () => {
  const { store, told, storage } = watch();
  await vi.advanceTimersByTimeAsync(1000);
  expect(storage.trouble()).toBeUndefined();
  store.failure = full;
  await vi.advanceTimersByTimeAsync(3000);
  expect(storage.trouble()).toBe(full);
  store.failure = lost;
  await vi.advanceTimersByTimeAsync(2000);
  store.failure = undefined;
  await vi.advanceTimersByTimeAsync(2000);
  expect(told).toEqual([full.message, lost.message, 'well']);
  storage.stop();
  const { checks } = store;
  await vi.advanceTimersByTimeAsync(5000);
  expect(store.checks).toBe(checks);
});

test('a caller that is about to write gets a check of its own', async () => {
  const { store, storage } = watch();
  await storage.require();
  store.failure = lost;
  await expect(storage.require()).rejects.toBe(lost);
  store.failure = undefined;
  await storage.require();
});

test('corruption stays reported, even if other parts can be written', async () => {
  const { told, storage } = watch();
  const broken = new StoreFailure('corrupt', 'A page is broken.');
  storage.notice(full);
  expect(storage.trouble()).toBeUndefined();
  storage.notice(broken);
  await vi.advanceTimersByTimeAsync(2000);
  expect(storage.trouble()).toBe(broken);
  await expect(storage.require()).rejects.toBe(broken);
  expect(told).toEqual([broken.message]);
});
