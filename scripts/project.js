import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const windows = process.platform === 'win32';
/** Path of the binary that the dependency `node` installs. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

/** Runs a program in the project's root and shows its output. */
export function run(command, args, environment = {}) {
  const env = { ...process.env, ...environment };
  execFileSync(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'], shell: windows });
}
