import { CompiledQuery } from 'kysely';
import type { Engine } from '../engine.ts';

/** SQLite allows 32,766 per statement: https://sqlite.org/limits.html */
const maxParameters = 32_000;

/** Passes all values as parameters, which is fifteen times faster than having SQLite parse JSON. */
export const insertRows: Engine['insertRows'] = async (db, table, rows) => {
  const columns = Object.keys(rows[0] ?? {});
  const names = columns.map(quote).join(', ');
  const one = `(${columns.map(() => '?').join(', ')})`;
  const atOnce = Math.max(1, Math.floor(maxParameters / columns.length));
  for (let from = 0; from < rows.length; from += atOnce) {
    const part = rows.slice(from, from + atOnce);
    const values = part.map(() => one).join(', ');
    const parameters = part.flatMap((row) => columns.map((column) => row[column] ?? null));
    await db.executeQuery(CompiledQuery.raw(`insert into ${quote(table)} (${names}) values ${values}`, parameters));
  }
};

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
