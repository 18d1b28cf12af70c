import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadOptions, type RestoreOptions, restoreBackup, type VerifiedBackup } from '../backup/read-backup.ts';
import { type WriteOptions, type WrittenBackup, writeBackup } from '../backup/write-backup.ts';
import type { Config } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { loadSecretKey } from '../lib/secret-key.ts';
import { type BackupPlace, createBackupTarget, openBackupSource } from '../store/back-up.ts';
import { version } from './package.ts';

type Place = Pick<Config, 'dataDir' | 'databaseUrl' | 'secretKey'>;

/** @param out a file that does not exist yet, or a folder */
export async function backUp(
  config: Place,
  { out, ...options }: { readonly out: string } & Omit<WriteOptions, 'source' | 'file' | 'version' | 'now'>,
): Promise<WrittenBackup> {
  const now = systemClock();
  const file = statSync(out, { throwIfNoEntry: false })?.isDirectory() ? join(out, nameBackup(now)) : out;
  const source = await openBackupSource(placeOf(config), options.withUsage);
  try {
    return await writeBackup({ ...options, source, file, version, now });
  } finally {
    await source.close();
  }
}

export function restore(
  config: Place,
  options: ReadOptions & Pick<RestoreOptions, 'onVerify' | 'onProgress'>,
): Promise<VerifiedBackup> {
  return restoreBackup({ ...options, openTarget: async () => createBackupTarget(placeOf(config)) });
}

/** Like `atlassian-proxy-2026-01-31T04-00-00Z.backup`. Names sort by time and are valid on every file system. */
export function nameBackup(now: number): string {
  return `atlassian-proxy-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}Z.backup`;
}

/** Whether a file name was made by `nameBackup`. */
export const isBackupName = (name: string) => /^atlassian-proxy-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.backup$/.test(name);

function placeOf({ dataDir, databaseUrl, secretKey }: Place): BackupPlace {
  return { dataDir, databaseUrl, loadKey: () => loadSecretKey({ dataDir, secretKey }).key };
}
