import { closeSync, fsyncSync, openSync } from 'node:fs';
import { rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { StoreFailure } from '../../store-failure.ts';

/** Pages to copy before other users of the file get a turn. */
const pagesAtOnce = 1000;

/**
 * Copies the committed data, including the write-ahead log, into `database.before-upgrade.db` beside the database.
 * Replaces the previous copy.
 *
 * @returns its path
 * @throws StoreFailure if there is not enough space; then the previous copy is kept
 */
export async function copyDatabase(path: string): Promise<string> {
  const copy = path.replace(/(?:\.db)?$/, '.before-upgrade.db');
  const partial = `${copy}.partial`;
  await rm(partial, { force: true });
  await requireRoom(path);
  const source = new DatabaseSync(path, { readOnly: true });
  try {
    // SQLite would create it readable by everyone.
    closeSync(openSync(partial, 'wx', 0o600));
    await backup(source, partial, { rate: pagesAtOnce });
    const file = openSync(partial, 'r+');
    fsyncSync(file);
    closeSync(file);
    await rename(partial, copy);
    return copy;
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreFailure(
      'not-writable',
      `The database was not upgraded, because it cannot be copied first (${reason}).`,
      { cause },
    );
  } finally {
    source.close();
  }
}

/** Checks the free space in advance rather than failing half-way. */
async function requireRoom(path: string): Promise<void> {
  const folder = dirname(path);
  const [{ size }, log, { bavail, bsize }] = await Promise.all([
    stat(path),
    stat(`${path}-wal`).catch(() => ({ size: 0 })),
    statfs(folder),
  ]);
  const needed = size + log.size;
  if (bavail * bsize > needed) return;
  throw new StoreFailure(
    'full',
    `No space is left in ${folder} to copy ${basename(path)} before it is upgraded: free ${Math.ceil(needed / 1_000_000)} MB.`,
  );
}
