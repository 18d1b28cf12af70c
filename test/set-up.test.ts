import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const project = join(import.meta.dirname, '..');
const files = [
  'scripts/setup.js',
  'scripts/build.js',
  'scripts/chromium.js',
  'scripts/project.js',
  'package.json',
  'package-lock.json',
];
const libraryError =
  'error while loading shared libraries: libatomic.so.1: cannot open shared object file: No such file or directory';
let clone: string;

/** A clone in which everything is installed, but the pinned Node does not start. */
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'set-up-'));
  for (const path of files) cpSync(join(project, path), join(clone, path));
  write('node_modules/node/package.json', JSON.stringify({ name: 'node', version: '26.0.0', bin: 'bin/node' }));
  const lock = readFileSync(join(clone, 'package-lock.json'));
  write('node_modules/.setup-lock', createHash('sha256').update(lock).digest('hex'));
});
afterEach(() => rmSync(clone, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(clone, path)), { recursive: true });
  writeFileSync(join(clone, path), text);
}

it.each([
  {
    what: 'a missing library',
    printed: libraryError,
    code: 127,
    line: /^Set-up failed: the pinned Node needs the library libatomic\.so\.1, .+ "apt-get install libatomic1"\n$/,
  },
  {
    what: 'something else',
    printed: 'cannot execute',
    code: 126,
    line: /^Set-up failed: the pinned Node does not start: .*cannot execute\n$/,
  },
])('says in one line why the pinned Node does not start, every time: $what', ({ printed, code, line }) => {
  // Fails as the system's loader does.
  write('node_modules/node/bin/node', `#!/bin/sh\necho "$0: ${printed}" >&2\nexit ${code}\n`);
  chmodSync(join(clone, 'node_modules/node/bin/node'), 0o755);
  for (let run = 0; run < 2; run += 1) {
    const options = {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', HOME: clone, npm_config_update_notifier: 'false' },
    } as const;
    const { status, stderr } = spawnSync(process.execPath, [join(clone, 'scripts/setup.js')], options);
    expect(stderr).toMatch(line);
    expect(status).toBe(1);
    // Otherwise npm scripts would run it instead of the system's Node.
    expect(existsSync(join(clone, 'node_modules/.bin/node'))).toBe(false);
  }
});
