import { type Stats, statSync } from 'node:fs';
import { databasePath, secretKeyPath } from '../lib/data-folder.ts';

/** POSIX permissions of group and others. */
const othersRead = 0o044;
const othersWrite = 0o022;

/**
 * Checks a data folder before it is opened: whether other users can read or write it, and whether the database is
 * missing although its key exists. Returns one-line warnings.
 */
export function inspectFolder(dataDir: string): string[] {
  const database = databasePath(dataDir);
  const [folder, file, key] = [dataDir, database, secretKeyPath(dataDir)].map(statIfThere);
  const warnings: string[] = [];
  if (isOpen(folder, othersWrite)) {
    warnings.push(`The data folder ${dataDir} can be changed by other users: run chmod go-w on it.`);
  }
  if (isOpen(file, othersRead | othersWrite)) {
    warnings.push(`The database ${database} can be read or changed by other users: run chmod 600 on the file.`);
  }
  if (key !== undefined && file === undefined) {
    warnings.push(
      `${database} is missing although its secret.key exists: a new, empty database is created. If there was one, stop the server and restore it.`,
    );
  }
  return warnings;
}

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** On Windows, the mode does not show the permissions of others. */
function isOpen(found: Stats | undefined, rights: number): boolean {
  return process.platform !== 'win32' && found !== undefined && (found.mode & rights) !== 0;
}
