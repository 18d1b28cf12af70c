import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = new URL('../support/leave-request-garbage.ts', import.meta.url).pathname;
/** With this much room, V8 does not start a full collection by itself, which would hide what is kept. */
const options = ['--expose-gc', '--initial-old-space-size=512'];

// A memory structure that is replaced from time to time can keep what it held (docs/decisions/011-little-grows-old.md).
it('a finished request is garbage at once, in every API', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...options, program]);
  const { finished, kept } = JSON.parse(stdout);
  expect(finished).toBeGreaterThan(50);
  // A collection in the middle of a request promotes what it uses.
  expect(kept).toBeLessThan(finished / 10);
});
