import { Client } from 'pg';
import { StoreFailure } from '../../store-failure.ts';
import { readConnectionUrl } from './connection.ts';
import { toStoreFailure } from './failure.ts';

/**
 * Reads tables of another program's database in one read-only snapshot.
 *
 * @param tables table names with their columns; the first column orders the rows
 * @param most maximum number of rows per table
 * @returns the rows of the tables that exist
 * @throws StoreFailure
 */
export async function readForeignTables<Table extends string>(
  url: string,
  tables: Readonly<Record<Table, readonly string[]>>,
  most: number,
): Promise<Map<Table, Readonly<Record<string, unknown>>[]>> {
  if (!/^postgres(?:ql)?:\/\//.test(url)) {
    throw new StoreFailure(
      'unreachable',
      'The database to import from must be a URL such as postgres://user@host/name.',
    );
  }
  const client = new Client(await readConnectionUrl(url, 'atlassian-proxy import'));
  client.on('error', () => undefined);
  const found = new Map<Table, Readonly<Record<string, unknown>>[]>();
  try {
    await client.connect();
    await client.query('begin transaction isolation level repeatable read read only');
    for (const table of Object.keys(tables) as Table[]) {
      const { rows: present } = await client.query('select to_regclass($1) is not null as here', [table]);
      if (present[0]?.here !== true) continue;
      const columns = tables[table].map((column) => client.escapeIdentifier(column));
      const query = `select ${columns.join(', ')} from ${client.escapeIdentifier(table)} order by ${columns[0]} limit $1`;
      found.set(table, (await client.query(query, [most])).rows);
    }
    return found;
  } catch (error) {
    throw toStoreFailure(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
