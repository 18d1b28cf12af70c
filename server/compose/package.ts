import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson, readRecord, readText } from '../lib/json.ts';

/** The project's root, two folders up both from `server/compose` and, once built, from `dist/server`. */
const root = join(import.meta.dirname, '../..');

/** Where `npm run build` puts the console. */
export const consoleFolder = join(root, 'dist/console');

/** The gateway's own version. */
export const version: string = readVersion(join(root, 'package.json'));

function readVersion(manifest: string): string {
  const found = readText(readRecord(parseJson(readFileSync(manifest, 'utf8'))).version);
  if (found === undefined) throw new Error('package.json names no version.');
  return found;
}
