import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { asByteString } from '../../lib/byte-string.ts';
import { StalledReaders } from './stalled-readers.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const responses = (count: number) =>
  Array.from({ length: count }, () => new ServerResponse(new IncomingMessage(new Socket())));

test('a reader is disconnected after the timeout unless it has read something', () => {
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

test('if too many readers stall, those that have stalled the longest are disconnected', () => {
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

test('if far too many readers stall, those that have stalled the longest are disconnected at once', () => {
  const readers = new StalledReaders({ timeout: 60_000, most: 3, patience: 1000, limit: 5 });
  const all = responses(7);
  for (const response of all) readers.add(response);
  expect(all.map(({ destroyed }) => destroyed)).toEqual([true, true, false, false, false, false, false]);
});

test('many readers may stall for a moment', () => {
  const readers = new StalledReaders({ timeout: 60_000, most: 3, patience: 1000 });
  const all = responses(50);
  const over = all.map((response) => readers.add(response));
  vi.advanceTimersByTime(900);
  for (const isOver of over.slice(3)) isOver();
  vi.advanceTimersByTime(5000);
  expect(all.some(({ destroyed }) => destroyed)).toBe(false);
});

/** A response whose reader reads only when the test says so. */
function slowlyRead() {
  let finishWrite: () => void = () => {};
  const taken: Buffer[] = [];
  const connection = new Writable({
    highWaterMark: 16_384,
    write(chunk: Buffer, _encoding, callback) {
      finishWrite = () => {
        finishWrite = () => {};
        taken.push(chunk);
        callback();
      };
    },
  });
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.assignSocket(Object(connection));
  // Like Node's HTTP server.
  connection.on('drain', () => response.emit('drain'));
  return {
    response,
    taken: () => Buffer.concat(taken).toString('latin1'),
    async takeOne() {
      finishWrite();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const megabyte = asByteString('x'.repeat(1_000_000));

test('a reader that is slow over a long ending is not disconnected while it makes progress', async () => {
  const readers = new StalledReaders({ timeout: 5000 });
  const { response, takeOne, taken } = slowlyRead();
  response.setHeader('content-length', megabyte.length);
  readers.end(response, megabyte);
  for (let steps = 0; steps < 100 && !response.writableFinished; steps += 1) {
    // The first part is two writes: the headers are one of their own.
    vi.advanceTimersByTime(2000);
    await takeOne();
  }
  expect(response.destroyed).toBe(false);
  expect(taken().replace(/^.*?\r\n\r\n/s, '')).toBe(megabyte);
});

test.each([
  ['a long ending', megabyte],
  ['a short one', asByteString('x')],
])('a reader that takes nothing of %s is cut', async (_name, bytes) => {
  const readers = new StalledReaders({ timeout: 5000 });
  const { response } = slowlyRead();
  readers.end(response, bytes);
  vi.advanceTimersByTime(4999);
  expect(response.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  expect(response.destroyed).toBe(true);
});
