import { open, stat } from 'node:fs/promises';
import type { StoreFailure } from '../../store-failure.ts';
import { corruptFailure, missingFileFailure, replacedFileFailure } from './failure.ts';

/** Identifies the files that SQLite has open. A path may later point to another file, or none. */
export interface FileIdentity {
  readonly database: string;
  /** Identity of the write-ahead log; undefined if there is none. */
  readonly log: string | undefined;
}

/** The first bytes of a SQLite database: https://www.sqlite.org/fileformat.html, section 1.2. */
const magic = 'SQLite format 3\0';

/** @throws StoreFailure if the file does not exist */
export async function identifyFiles(path: string): Promise<FileIdentity> {
  const [database, log] = await Promise.all([identify(path), identify(`${path}-wal`)]);
  if (database === undefined) throw missingFileFailure(path);
  return { database, log };
}

/**
 * Checks that the files in the folder are still the ones that were opened. SQLite would keep writing to a deleted file,
 * whose content is lost when the process ends.
 *
 * @throws StoreFailure
 */
export async function requireSameFiles(path: string, opened: FileIdentity): Promise<void> {
  const now = await identifyFiles(path);
  if (now.database !== opened.database) throw replacedFileFailure(path);
  if (opened.log !== undefined && now.log !== opened.log) throw replacedFileFailure(`${path}-wal`);
  const failure = await findBrokenHeader(path);
  if (failure !== undefined) throw failure;
}

async function identify(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

async function findBrokenHeader(path: string): Promise<StoreFailure | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return missingFileFailure(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === magic ? undefined : corruptFailure(path);
  } finally {
    await file.close();
  }
}
