// Searches for inputs that break the parsers of untrusted data, each time with new seeds, until the time is up or one
// is found: mutated requests, answers, streams and imports (test/fuzz), then the property tests, for which fast-check
// prints the seed and the path to repeat a case. What test/fuzz finds is kept in test/fuzz/corpus, and tried by every
// `npm test` from then on. Usage: npm run fuzz -- [--minutes 10]
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './project.js';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error(`--minutes must be a number above 0, not "${values.minutes}"`);
  process.exit(2);
}

/** @param {string[]} files @param {Record<string, string>} environment */
function run(files, environment) {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', ...files];
  const env = { ...process.env, ...environment };
  const { status } = spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit', env });
  if (status !== 0) process.exit(1);
}

const properties = globSync('{server,contract,console,simulator,test}/**/*.test.ts', {
  cwd: root,
  exclude: ['test/agents/**'],
}).filter((path) => readFileSync(join(root, path), 'utf8').includes("from 'fast-check'"));
const deadline = Date.now() + minutes * 60_000;
/** Each kind gets half of the round. */
const roundSeconds = Math.min(300, minutes * 30);
for (let round = 1; Date.now() < deadline; round++) {
  const seed = Math.floor(Math.random() * 2 ** 32);
  console.log(
    `Round ${round}: test/fuzz with FUZZ_SEED=${seed} for ${roundSeconds} s, then ${properties.length} files`,
  );
  run(['test/fuzz'], { FUZZ_SEED: String(seed), FUZZ_SECONDS: String(roundSeconds) });
  run(properties, { PROPERTY_SEED: String(seed) });
}
