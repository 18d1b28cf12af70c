import type { PostgresSession } from './pool.ts';

export type ColumnValue = string | number | null;

/** Inserts any number of rows with one prepared statement. Each column is one array parameter. */
export interface RowInserter {
  /** @param rows the values in the order of the columns */
  insert(session: PostgresSession, rows: readonly (readonly ColumnValue[])[]): Promise<void>;
}

/** @param suffix optional `order by …` and `on conflict …` */
export function createRowInserter(table: string, columns: readonly string[], suffix = ''): RowInserter {
  const names = columns.join(', ');
  let text: string | undefined;
  const compose = (types: ReadonlyMap<string, string>) => {
    const arrays = columns.map((column, index) => `$${index + 1}::${types.get(column)}[]`);
    return `insert into ${table} (${names}) select ${names} from unnest(${arrays.join(', ')}) as given (${names}) ${suffix}`;
  };
  return {
    async insert(session, rows) {
      if (rows.length === 0) return;
      text ??= compose(await readColumnTypes(session, table));
      const values = columns.map((_, column) => toArrayLiteral(rows, column));
      await session.query(text, values, { name: `insert-${table}` });
    },
  };
}

/** Column types of a table by column name, as the server formats them. */
async function readColumnTypes(session: PostgresSession, table: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await session.query(
    `select attname as name, format_type(atttypid, null) as type from pg_attribute
    where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [table],
  );
  return new Map(rows.map(({ name, type }) => [String(name), String(type)]));
}

/**
 * Encodes one column of all rows as an array literal (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO).
 */
function toArrayLiteral(rows: readonly (readonly ColumnValue[])[], column: number): string {
  return `{${rows.map((row) => toElement(row[column] ?? null)).join(',')}}`;
}

function toElement(value: ColumnValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
