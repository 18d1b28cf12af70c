import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = new URL('./testing/leave-garbage.ts', import.meta.url).pathname;
/** With so much room, V8 does not look through everything by itself, which would hide what is kept. */
const options = ['--expose-gc', '--initial-old-space-size=256'];

test('what is done with is garbage at once, however long what it came with has waited', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...options, program]);
  expect(JSON.parse(stdout)).toEqual({ decoded: 0, received: 0, sent: 0 });
});
