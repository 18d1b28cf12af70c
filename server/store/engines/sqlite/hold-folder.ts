import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreFailure } from '../../store-failure.ts';

const busy = 5;

/**
 * Holds a data folder for one server: two would each keep limits of their own, and lead the same accounts. The lock is
 * SQLite's on an empty file, which the system lets go of when the process ends, however it does. The command line's other
 * programs work beside a server.
 *
 * @returns a function that lets go
 * @throws StoreFailure `in-use` when another server holds it
 */
export function holdFolder(folder: string): () => void {
  const path = join(folder, 'server.lock');
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (cause) {
    database.close();
    if (!(cause instanceof Error && 'errcode' in cause && cause.errcode === busy)) throw cause;
    throw new StoreFailure(
      'in-use',
      `Another server works on the data folder ${folder}: stop it, or set DATA_DIR to another folder. Several replicas need DATABASE_URL and REDIS_URL.`,
      { cause },
    );
  }
  return () => {
    if (database.isOpen) database.close();
  };
}
