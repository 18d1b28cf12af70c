import { sql } from 'kysely';
import type { Engine } from '../engine.ts';

/** All rows in one parameter, as JSON: https://sqlite.org/json1.html */
export const insertRows: Engine['insertRows'] = (table, rows) => {
  const columns = Object.keys(rows[0] ?? {});
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = sql.join(columns.map((column) => sql`value ->> ${sql.lit(`$.${column}`)}`));
  return sql`insert into ${sql.table(table)} (${names}) select ${values} from json_each(${JSON.stringify(rows)})`;
};
