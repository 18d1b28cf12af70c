import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../contract/doctor.ts';
import { makeFolder } from '../lib/make-folder.ts';

/** Warn below this much free disk space, in bytes. */
const minFreeBytes = 200 * 1024 * 1024;

/** Checks that the data folder is writable, has free space and is not accessible to others. */
export async function checkFolder(path: string, inspect: (path: string) => readonly string[]): Promise<Finding[]> {
  const warnings = inspect(path).map(
    (warning): Finding => ({ check: 'folder', state: 'warn', code: 'folder-odd', parameters: { warning } }),
  );
  return [await checkRoom(path), ...warnings];
}

async function checkRoom(path: string): Promise<Finding> {
  const probe = join(path, `.doctor-${process.pid}`);
  try {
    makeFolder(path);
    await writeFile(probe, '');
    await rm(probe);
    const { bavail, bsize } = await statfs(path);
    const free = `${((bavail * bsize) / 1024 ** 3).toFixed(1)} GB`;
    const isLow = bavail * bsize < minFreeBytes;
    return {
      check: 'folder',
      state: isLow ? 'warn' : 'good',
      code: isLow ? 'folder-low' : 'folder-good',
      parameters: { path, free },
    };
  } catch (error) {
    const parameters = { path, reason: reasonOf(error) };
    return { check: 'folder', state: 'bad', code: 'folder-unwritable', parameters };
  }
}

export interface FoundKey {
  readonly source: 'setting' | 'file' | 'generated';
  readonly warnings: readonly string[];
}

/** @param load throws an error with a one-line message when the key cannot be loaded */
export function checkSecretKey(load: () => FoundKey): Finding[] {
  try {
    const { source, warnings } = load();
    const parameters = { source: source === 'setting' ? 'SECRET_KEY' : 'secret.key' };
    const odd = warnings.map(
      (warning): Finding => ({ check: 'secret-key', state: 'warn', code: 'secret-key-odd', parameters: { warning } }),
    );
    return [{ check: 'secret-key', state: 'good', code: 'secret-key-good', parameters }, ...odd];
  } catch (error) {
    const parameters = { reason: reasonOf(error) };
    return [{ check: 'secret-key', state: 'bad', code: 'secret-key-failed', parameters }];
  }
}

export interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * @param require rejects with a one-line message when the port cannot be listened on
 * @param isOurs whether a gateway of ours answers on the port
 */
export async function checkPort(
  { host, port }: Place,
  require: () => Promise<void>,
  isOurs: () => Promise<boolean>,
): Promise<Finding> {
  const parameters = { host, port: String(port) };
  try {
    await require();
    return { check: 'port', state: 'good', code: 'port-free', parameters };
  } catch (error) {
    if (await isOurs()) return { check: 'port', state: 'good', code: 'port-ours', parameters };
    return { check: 'port', state: 'bad', code: 'port-failed', parameters: { reason: reasonOf(error) } };
  }
}

/** The first line of the error's message. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
