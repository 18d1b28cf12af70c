import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreFailure } from '../../store-failure.ts';
import { unwritableFailure } from './failure.ts';

const busy = 5;

/**
 * Locks a data folder for one server. Two servers would count limits separately and use the same accounts. The lock is
 * a SQLite lock on an empty file, which the operating system releases when the process ends in any way. Other commands
 * may use the folder while a server runs.
 *
 * @returns a function that releases the lock
 * @throws StoreFailure `in-use` if another server holds it, `not-writable` if this user cannot write in the folder
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'server.lock');
  let database: DatabaseSync | undefined;
  try {
    closeSync(openSync(path, 'a', 0o600));
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('begin exclusive');
  } catch (cause) {
    database?.close();
    if (!(cause instanceof Error && 'errcode' in cause && cause.errcode === busy))
      throw unwritableFailure(folder, cause);
    throw new StoreFailure(
      'in-use',
      `Another server is using the data folder ${folder}: stop it, or set DATA_DIR to another folder. Several replicas need DATABASE_URL and REDIS_URL.`,
      { cause },
    );
  }
  return () => {
    if (database?.isOpen) database.close();
  };
}
