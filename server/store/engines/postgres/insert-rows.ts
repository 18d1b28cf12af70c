import { sql } from 'kysely';
import type { Engine } from '../engine.ts';
import { toStoredText } from './text.ts';

/** Passes all rows as one JSON parameter, which the server converts to the table's row type. */
export const insertRows: Engine['insertRows'] = async (db, table, rows) => {
  const columns = Object.keys(rows[0] ?? {});
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const toStored = (_name: string, value: unknown) => (typeof value === 'string' ? toStoredText(value) : value);
  await sql`insert into ${sql.table(table)} (${names})
    select ${names} from json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows, toStored)})`.execute(
    db,
  );
};
