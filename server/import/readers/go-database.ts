import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type FoundItem, foundCredential, foundKey, foundPassword, Unreadable } from '../found.ts';

/** The tables of the Go program and the columns to read, ordered by `id`. */
export const goTables = {
  credentials: ['id', 'email', 'token'],
  api_tokens: ['id', 'token'],
  admin_passwords: ['id', 'password_hash'],
} as const;

export type GoTable = keyof typeof goTables;
export type GoRow = Readonly<Record<string, unknown>>;
/** Missing tables are absent. */
export type GoRows = ReadonlyMap<GoTable, readonly GoRow[]>;

/**
 * Maximum number of rows per table. More than any real database has, but prevents a malicious file from exhausting
 * memory.
 */
export const maxGoRows = 20_000;

/** Maximum size of a value or a row. Bytes. */
const maxValueBytes = 1_000_000;

/** What `pragma table_xinfo` returns as `hidden` for virtual and stored generated columns. */
const generatedColumns = [2, 3];

/** The first bytes of a SQLite database: https://www.sqlite.org/fileformat.html, section 1.2. */
const magic = Buffer.from('SQLite format 3\0', 'latin1');
/** The application id of the gateway's own databases ("APxy"), at byte 68. */
const ownApplicationId = 0x41507879;

export function isSqlite(bytes: Uint8Array): boolean {
  return bytes.length >= magic.length && magic.equals(bytes.subarray(0, magic.length));
}

/**
 * Reads a copy of the Go program's SQLite database.
 *
 * @param log its write-ahead log, if there is one
 * @throws Unreadable
 */
export function readGoDatabase(bytes: Uint8Array, log: Uint8Array | undefined): FoundItem[] {
  if (bytes.length >= 72 && Buffer.from(bytes).readUInt32BE(68) === ownApplicationId) {
    throw new Unreadable('It is a database of this gateway: use its backups, or DATA_DIR.');
  }
  const folder = mkdtempSync(join(tmpdir(), 'atlassian-proxy-import-'));
  try {
    const path = join(folder, 'copy.db');
    writeFileSync(path, bytes, { mode: 0o600 });
    if (log !== undefined) writeFileSync(`${path}-wal`, log, { mode: 0o600 });
    return foundInGoTables(readTables(path));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Unreadable if these are not tables of the Go program */
export function foundInGoTables(tables: GoRows): FoundItem[] {
  if (!tables.has('credentials') && !tables.has('api_tokens')) {
    throw new Unreadable('It is a database, but of an unknown program.');
  }
  const rowsOf = (table: GoTable) => tables.get(table) ?? [];
  const place = (table: GoTable, row: GoRow) => `${table}, row ${textOf(row.id)}`;
  const password = rowsOf('admin_passwords').at(-1);
  const items = [
    ...rowsOf('credentials').map((row) =>
      foundCredential(place('credentials', row), { email: textOf(row.email), token: textOf(row.token) }),
    ),
    ...rowsOf('api_tokens').map((row) => foundKey(place('api_tokens', row), textOf(row.token))),
    ...(password === undefined
      ? []
      : [foundPassword(place('admin_passwords', password), textOf(password.password_hash))]),
  ];
  if (items.length === 0) throw new Unreadable('Its tables are empty.');
  return items;
}

function readTables(path: string): GoRows {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { limits: { length: maxValueBytes } });
    database.enableDefensive(true);
    database.exec('PRAGMA trusted_schema = OFF');
    refuseComputations(database);
    const [verdict] = database.prepare('PRAGMA quick_check(1)').all();
    if (Object.values(verdict ?? {})[0] !== 'ok') throw new Error('damaged');
    return readEach(database);
  } catch (cause) {
    if (cause instanceof Unreadable) throw cause;
    throw new Unreadable('The database is damaged.', { cause });
  } finally {
    if (database?.isOpen) database.close();
  }
}

/** The check below would evaluate these expressions for each row, and they may take seconds. */
function refuseComputations(database: DatabaseSync): void {
  database.exec('PRAGMA ignore_check_constraints = ON');
  const computed = database
    .prepare(
      `select 1 from sqlite_schema as tables, pragma_table_xinfo(tables.name) as columns
       where tables.type = 'table' and columns.hidden in (${generatedColumns.join()})`,
    )
    .get();
  if (computed !== undefined) throw new Unreadable('Its tables have computed columns, which no known program writes.');
}

function readEach(database: DatabaseSync): GoRows {
  const found = new Map<GoTable, readonly GoRow[]>();
  for (const [table, columns] of Object.entries(goTables) as [GoTable, readonly string[]][]) {
    // A view could run an endless query.
    const isTable = database
      .prepare("select 1 from sqlite_schema where type = 'table' and name = ? and sql like 'create table%'")
      .get(table);
    if (isTable === undefined) continue;
    const present = new Set(
      database
        .prepare('select name from pragma_table_info(?)')
        .all(table)
        .map(({ name }) => name),
    );
    if (columns.some((column) => !present.has(column))) {
      throw new Unreadable(`Its table ${table} does not have the expected columns.`);
    }
    const rows = database.prepare(`select ${columns.join(', ')} from ${table} order by id limit ?`);
    const read = rows.all(maxGoRows + 1);
    if (read.length > maxGoRows) throw new Unreadable(`Its table ${table} has more than ${maxGoRows} rows.`);
    found.set(table, read);
  }
  return found;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
