// Runs the property tests again and again, each time with new seeds, until the time is up or one fails: fast-check then
// prints the seed and the path to run that case again. Usage: npm run fuzz -- [--minutes 10]
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

const files = globSync('{server,contract,console,simulator,test}/**/*.test.ts', { cwd: root }).filter((path) =>
  readFileSync(join(root, path), 'utf8').includes("from 'fast-check'"),
);
const deadline = Date.now() + minutes * 60_000;
for (let round = 1; Date.now() < deadline; round++) {
  console.log(`Round ${round}, ${files.length} files`);
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', ...files];
  const { status } = spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
