import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @returns the path of the first of these programs that is installed */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...postgresFolders(), ...(process.env.PATH ?? '').split(delimiter)];
  for (const name of names) {
    const folder = folders.find((candidate) => existsSync(join(candidate, name)));
    if (folder !== undefined) return join(folder, name);
  }
  return undefined;
}

/** Debian keeps the programs of each version in a separate folder that is not in the path. */
function postgresFolders(): string[] {
  const versions = '/usr/lib/postgresql';
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(versions, version, 'bin'));
}
