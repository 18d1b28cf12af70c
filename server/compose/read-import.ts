import { type Dirent, existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ReadFile, type SourceFile, Unreadable } from '../import/found.ts';
import { readFiles } from '../import/read-file.ts';
import { foundInGoTables, goTables, maxGoRows } from '../import/readers/go-database.ts';
import { errorCode } from '../lib/error-code.ts';
import { redactText } from '../lib/redact.ts';

const maxFiles = 2000;
/** Bytes. */
const maxFileBytes = 67_108_864;
/** Bytes of all files, which are in memory at the same time. */
const maxTotalBytes = 268_435_456;

export interface ImportSource {
  /** Paths of files and folders. */
  readonly paths: readonly string[];
  /** URL of the Go program's PostgreSQL database. */
  readonly from: string | undefined;
}

/** Reads what is to be imported, without changing it. @throws Error with a one-line message if it does not exist */
export async function readImport({ paths, from }: ImportSource): Promise<ReadFile[]> {
  const read: ReadFile[] = [];
  for (const path of paths) read.push(...(await readPath(path)));
  if (from !== undefined) read.push(await readPostgres(from));
  return read;
}

async function readPath(path: string): Promise<ReadFile[]> {
  const found = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') throw new Error(`There is no file or folder ${path}.`, { cause: error });
    throw error;
  });
  if (!found.isDirectory()) {
    const log = `${path}-wal`;
    return readAll(existsSync(log) ? [path, log] : [path]);
  }
  const entries = (await readdir(path, { withFileTypes: true })).filter(isFile);
  if (entries.length > maxFiles) throw new Error(`The folder ${path} contains more than ${maxFiles} files.`);
  if (entries.length === 0) throw new Error(`The folder ${path} contains no files.`);
  return readAll(entries.map(({ name }) => join(path, name)).sort());
}

/** Includes symbolic links to files, which mounted secrets use. */
const isFile = (entry: Dirent) => entry.isFile() || entry.isSymbolicLink();

async function readAll(paths: readonly string[]): Promise<ReadFile[]> {
  const sources: SourceFile[] = [];
  const refused: ReadFile[] = [];
  let room = maxTotalBytes;
  for (const path of paths) {
    try {
      const found = await stat(path);
      if (found.isDirectory()) continue;
      // Devices such as `/dev/zero` never end. Pipes do: `import <(command)`.
      if (!found.isFile() && !found.isFIFO()) throw new Unreadable('It is a device or a socket, not a file.');
      if (found.size > maxFileBytes) throw new Unreadable('It is too large.');
      room -= found.size;
      if (room < 0) throw new Unreadable('It and the files before it are too large: import fewer at once.');
      sources.push({ name: basename(path), bytes: await readFile(path) });
    } catch (error) {
      const message =
        error instanceof Unreadable ? error.message : `It cannot be opened (${errorCode(error) ?? 'unknown error'}).`;
      refused.push({ file: redactText(basename(path)), kind: undefined, message });
    }
  }
  return [...readFiles(sources), ...refused];
}

async function readPostgres(url: string): Promise<ReadFile> {
  const { readForeignTables } = await import('../store/engines/postgres/read-foreign-tables.ts');
  const tables = await readForeignTables(url, goTables, maxGoRows + 1);
  const file = 'PostgreSQL';
  try {
    for (const rows of tables.values()) {
      if (rows.length > maxGoRows) throw new Unreadable(`A table has more than ${maxGoRows} rows.`);
    }
    return { file, kind: 'go-database', items: foundInGoTables(tables) };
  } catch (error) {
    if (error instanceof Unreadable) return { file, kind: undefined, message: error.message };
    throw error;
  }
}
