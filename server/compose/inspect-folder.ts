import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/** Rights of the group and of all others (POSIX). */
const othersRead = 0o044;
const othersWrite = 0o022;

/**
 * What looks wrong about a data folder before it is opened, in one line each: who else may read or write there, and a database
 * that is missing though its key is there.
 */
export function inspectFolder(dataDir: string): string[] {
  const database = join(dataDir, 'database.db');
  const [folder, file, key] = [dataDir, database, join(dataDir, 'secret.key')].map(statIfThere);
  const warnings: string[] = [];
  if (isOpen(folder, othersWrite)) {
    warnings.push(`The data folder ${dataDir} can be changed by other users: run chmod go-w on it.`);
  }
  if (isOpen(file, othersRead | othersWrite)) {
    warnings.push(`The database ${database} can be read or changed by other users: run chmod 600 on the file.`);
  }
  if (key !== undefined && file === undefined) {
    warnings.push(
      `${database} is missing though its secret.key is there: a new, empty database is made. If there was one, stop, and restore it.`,
    );
  }
  return warnings;
}

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** On Windows, the mode says nothing of others. */
function isOpen(found: Stats | undefined, rights: number): boolean {
  return process.platform !== 'win32' && found !== undefined && (found.mode & rights) !== 0;
}
