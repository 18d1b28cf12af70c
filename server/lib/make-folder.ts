import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a folder and its missing parents, readable only by their owner. An existing folder is unchanged.
 *
 * Node's own `recursive` option never returns where a folder cannot have children, as in `/proc` or under an automounter:
 * there, `mkdir` reports that the parent does not exist although it does.
 *
 * @throws Error as from `mkdirSync`
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it in the meantime.
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
