import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom, mutate } from './mutate.ts';
import { targets } from './targets.ts';

/*
 * `npm run fuzz` sets both. Without them, a small, fixed set of inputs is tried: earlier findings (`corpus/`) and
 * enough to see that the fuzzers themselves work.
 */
const seconds = Number(process.env.FUZZ_SECONDS ?? 0);
const seed = Number(process.env.FUZZ_SEED ?? 1);
const fewest = 20;
/** Maximum processor time per input, in milliseconds. */
const longest = 1000;

const corpusFolder = join(import.meta.dirname, 'corpus');

test.each(targets)('$name', { timeout: 30_000 + seconds * 3000 }, async ({ name, corpus, run }) => {
  const folder = join(corpusFolder, name);
  const found = existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(join(folder, file))) : [];
  for (const input of [...corpus, ...found]) await run(input);
  const random = createRandom(seed);
  const inputs = [...corpus, ...found];
  const until = Date.now() + (seconds * 1000) / targets.length;
  for (let tried = 0; tried < fewest || Date.now() < until; tried += 1) {
    const input = mutate(inputs, random);
    try {
      const before = process.threadCpuUsage();
      await run(input);
      expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(longest);
    } catch (error) {
      throw new Error(`${name} fails with ${keep(name, input)}`, { cause: error });
    }
  }
});

/** @returns the file that the input was saved to, for all later runs */
function keep(name: string, input: Buffer): string {
  const file = join(corpusFolder, name, createHash('sha256').update(input).digest('hex').slice(0, 12));
  mkdirSync(join(corpusFolder, name), { recursive: true });
  writeFileSync(file, input);
  return file;
}
