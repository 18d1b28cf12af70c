import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson, readRecord, readText } from '../lib/json.ts';

/** The project's root: two folders above both `server/compose` and `dist/server`. */
const root = join(import.meta.dirname, '../..');

/** The output folder of the console's build. */
export const consoleFolder = join(root, 'dist/console');

/** The version of the gateway. */
export const version: string = readVersion(join(root, 'package.json'));

function readVersion(manifest: string): string {
  const found = readText(readRecord(parseJson(readFileSync(manifest, 'utf8'))).version);
  if (found === undefined) throw new Error('package.json has no version.');
  return found;
}
