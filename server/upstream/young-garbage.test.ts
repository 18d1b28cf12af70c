import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = new URL('./testing/leave-garbage.ts', import.meta.url).pathname;
/** A heap large enough that V8 runs no full collection by itself, which would hide what is kept. */
const options = ['--expose-gc', '--initial-old-space-size=256'];

test('used objects are collectable at once, however long the objects around them have waited', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...options, program]);
  expect(JSON.parse(stdout)).toEqual({ decoded: 0, received: 0, sent: 0 });
});
