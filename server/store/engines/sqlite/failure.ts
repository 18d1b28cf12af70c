import { StoreFailure } from '../../store-failure.ts';
import type { WorkerError } from './protocol.ts';

/** Describes a SQLite error code in one line for the operator. @param path the database file */
export function toStoreFailure({ message, code }: WorkerError, path: string): StoreFailure {
  const options = { cause: new Error(message) };
  switch (code) {
    case -1:
      return new StoreFailure(
        'foreign',
        `${path} is another program's database: set DATA_DIR to another folder.`,
        options,
      );
    case 5:
    case 6:
      return new StoreFailure(
        'locked',
        `${path} is locked by another program: stop that program, then try again.`,
        options,
      );
    case 8:
      return new StoreFailure(
        'not-writable',
        `${path} is read-only: give this program's user write permission.`,
        options,
      );
    case 14:
      return new StoreFailure('not-writable', `${path} cannot be opened: ${message}.`, options);
    case 13:
      return new StoreFailure('full', `No space is left to write ${path}.`, options);
    case 11:
    case 26:
      return corruptFailure(path, message);
    case 19:
      return new StoreFailure('constraint', message, options);
    default:
      return new StoreFailure('other', `The database failed: ${message}`, options);
  }
}

/** @param reason SQLite's message, if any */
export function corruptFailure(path: string, reason?: string): StoreFailure {
  const said = reason === undefined ? '' : ` (${reason})`;
  return new StoreFailure('corrupt', `${path} is corrupt or not a database${said}: restore it from a backup.`, {
    cause: reason === undefined ? undefined : new Error(reason),
  });
}

export function closedFailure(): StoreFailure {
  return new StoreFailure('closed', 'The database is closed.');
}

/** @param cause an error, or another description */
export function threadFailure(cause: unknown): StoreFailure {
  const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return new StoreFailure('interrupted', `The database's thread ended unexpectedly: ${reason}.`, { cause });
}

/** For a data folder in which a file cannot be created or changed. */
export function unwritableFailure(folder: string, cause: unknown): StoreFailure {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const user = process.getuid?.();
  const right = user === undefined ? 'this program' : `the user with id ${user}`;
  return new StoreFailure(
    'not-writable',
    `Cannot write in the data folder ${folder} (${reason}): give ${right} write permission, or set DATA_DIR.`,
    { cause },
  );
}

/** For a file that was a database when it was first opened. */
export function missingFileFailure(path: string): StoreFailure {
  return new StoreFailure(
    'not-writable',
    `${path} is missing, empty or inaccessible: put it back, or restore it from a backup.`,
  );
}

/** For a file that is no longer the one that was opened. Writes would go to the old one. */
export function replacedFileFailure(path: string): StoreFailure {
  return new StoreFailure(
    'not-writable',
    `${path} was removed or replaced while in use: put the original file back, or restart the gateway.`,
  );
}
