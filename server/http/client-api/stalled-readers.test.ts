import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StalledReaders } from './stalled-readers.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const responses = (count: number) =>
  Array.from({ length: count }, () => new ServerResponse(new IncomingMessage(new Socket())));

test('a reader is cut after its time, unless it has taken something', () => {
  const readers = new StalledReaders({ timeout: 5000 });
  const [stalled, taking] = responses(2);
  if (stalled === undefined || taking === undefined) throw new Error('Two were made.');
  readers.add(stalled);
  const isOver = readers.add(taking);
  vi.advanceTimersByTime(4999);
  expect(stalled.destroyed).toBe(false);
  isOver();
  vi.advanceTimersByTime(5000);
  expect([stalled.destroyed, taking.destroyed]).toEqual([true, false]);
});

test('of too many, those who have taken nothing for the longest are cut', () => {
  const readers = new StalledReaders({ timeout: 60_000, most: 3, patience: 1000 });
  const all = responses(6);
  for (const response of all) {
    readers.add(response);
    vi.advanceTimersByTime(100);
  }
  expect(all.some(({ destroyed }) => destroyed)).toBe(false);
  vi.advanceTimersByTime(1500);
  expect(all.map(({ destroyed }) => destroyed)).toEqual([true, true, true, false, false, false]);
});

test('any number may be behind for a moment', () => {
  const readers = new StalledReaders({ timeout: 60_000, most: 3, patience: 1000 });
  const all = responses(50);
  const over = all.map((response) => readers.add(response));
  vi.advanceTimersByTime(900);
  for (const isOver of over.slice(3)) isOver();
  vi.advanceTimersByTime(5000);
  expect(all.some(({ destroyed }) => destroyed)).toBe(false);
});
