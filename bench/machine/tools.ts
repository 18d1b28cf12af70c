import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './process.ts';

/** The programs the bench needs and the Debian packages they come from. */
const packages: Readonly<Record<string, string>> = {
  nginx: 'nginx-light',
  wrk: 'wrk',
  taskset: 'util-linux',
  cc: 'gcc libc6-dev',
};
const searchPath = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];

function missingPackages(): string[] {
  return Object.entries(packages)
    .filter(([program]) => !searchPath.some((folder) => existsSync(join(folder, program))))
    .flatMap(([, names]) => names.split(' '));
}

/**
 * Adds the system's programs to the path and installs missing ones if possible. Otherwise throws an error that names
 * them.
 */
export async function ensureTools(): Promise<void> {
  process.env.PATH = searchPath.join(':');
  const missing = missingPackages();
  if (missing.length === 0) return;
  const installable = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!installable) throw new Error(`the bench needs: apt-get install ${missing.join(' ')}`);
  console.log(`Installing ${missing.join(' ')} …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runProgram('apt-get', ['update', '-qq'], { env });
  await runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
}

/** Compiles one of the bench's C programs into a folder and returns the path of the program. */
export async function compile(name: string, folder: string): Promise<string> {
  const program = join(folder, name);
  await runProgram('cc', [
    '-O2',
    '-Wall',
    '-Wextra',
    '-o',
    program,
    join(import.meta.dirname, '..', 'native', `${name}.c`),
  ]);
  return program;
}
