import { readFileSync } from 'node:fs';
import { parseJson, readRecord, readText } from '../lib/json.ts';

/** The gateway's own version. */
export const version: string = readVersion(new URL('../../package.json', import.meta.url));

function readVersion(manifest: URL): string {
  const version = readText(readRecord(parseJson(readFileSync(manifest, 'utf8'))).version);
  if (version === undefined) throw new Error('package.json names no version.');
  return version;
}
