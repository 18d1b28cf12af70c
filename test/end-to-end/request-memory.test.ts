import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';

/** Runs a program that prints JSON. */
async function run(program: URL, options: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', ...options, program.pathname]);
  return JSON.parse(stdout);
}

/** Milliseconds. Each program takes some seconds of processor time, which other tests need as well. */
const timeout = 60_000;
/** With this much room, V8 does not start a full collection by itself, which would hide what is kept. */
const roomy = ['--initial-old-space-size=512'];

// A memory structure that is replaced from time to time can keep what it held (docs/decisions/011-little-grows-old.md).
it('a finished request is garbage at once, in every API', { timeout }, async () => {
  const counts = await run(new URL('../support/leave-request-garbage.ts', import.meta.url), roomy);
  const { finished, kept } = z.object({ finished: z.number(), kept: z.number() }).parse(counts);
  expect(finished).toBeGreaterThan(50);
  // A collection in the middle of a request promotes what it uses.
  expect(kept).toBeLessThan(finished / 10);
});

it('while an answer is awaited, only the bytes of its request are in memory, in every API', { timeout }, async () => {
  const names = ['openai-chat', 'anthropic-messages', 'openai-responses', 'gemini'];
  const counts = await run(new URL('../support/hold-requests.ts', import.meta.url), []);
  expect(counts).toEqual(names.map((name) => ({ name, decoded: 10, alive: 0 })));
});

it('while an answer streams, the bytes of its request are not in memory, in every API', { timeout }, async () => {
  const counts = await run(new URL('../support/hold-streams.ts', import.meta.url), []);
  const names = ['openai-chat', 'anthropic-messages', 'openai-responses', 'gemini'];
  const expected = names.flatMap((name) => [name, `${name} relayed`]);
  expect(counts).toEqual(expected.map((name) => ({ name, watched: true, alive: 0 })));
});
