import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import type { RedisClient } from './connect.ts';
import { RedisLink } from './link.ts';

const start = 1_750_000_000_000;
const hour = 3_600_000;

function setUp() {
  const time = { now: start };
  const client = Object.assign(new EventEmitter(), { status: 'ready' }) as unknown as RedisClient;
  const [onLost, onFound] = [vi.fn(), vi.fn()];
  const link = new RedisLink({ client, clock: () => time.now, onLost, onFound });
  const ask = (answer: Promise<string> = Promise.resolve('shared')) =>
    link.ask(
      () => answer,
      () => 'own',
    );
  return { time, link, ask, onLost, onFound };
}

it.each([
  ['0.4 s later', 400, 'own'],
  ['0.5 s later', 500, 'shared'],
  ['when the clock was set back by an hour', -hour, 'shared'],
])('does not use a server that failed, for half a second: %s', async (_when, later, expected) => {
  const { time, ask, onLost, onFound } = setUp();
  expect(await ask(Promise.reject(new Error('LOADING')))).toBe('own');
  expect(onLost).toHaveBeenCalledOnce();
  time.now += later;
  expect(await ask()).toBe(expected);
  expect(onFound).toHaveBeenCalledTimes(expected === 'shared' ? 1 : 0);
});
