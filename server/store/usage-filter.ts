import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import type { Dimension } from '../ledger/roll-up.ts';
import type { UsageFilter } from '../ledger/usage-store.ts';
import type { Tables } from './tables.ts';
import { refColumns } from './usage-columns.ts';

/** The values that each filtered dimension is restricted to. */
export function filteredValues(filter: UsageFilter): ReadonlyMap<Dimension, readonly string[]> {
  const values = new Map<Dimension, readonly string[]>();
  if (filter.keys !== undefined) values.set('key', filter.keys);
  if (filter.models !== undefined) values.set('model', filter.models);
  if (filter.credentials !== undefined) values.set('credential', filter.credentials);
  return values;
}

/**
 * Builds the conditions for a filter. The values are resolved to numbers first, because the engine can then answer from
 * an index without reading rows.
 *
 * @param open dimensions to add conditions for although any value matches, so that an index that begins with them can
 * be used
 */
export async function filterConditions(
  db: Kysely<Tables>,
  filter: UsageFilter,
  open: readonly Dimension[] = [],
): Promise<Expression<SqlBool>[]> {
  const narrowed = filteredValues(filter);
  const conditions: Promise<Expression<SqlBool>>[] = [];
  for (const [dimension, values] of narrowed) conditions.push(isOneOf(db, dimension, values));
  for (const dimension of open) if (!narrowed.has(dimension)) conditions.push(isOneOf(db, dimension));
  return Promise.all(conditions);
}

/** @param values absent: any value */
async function isOneOf(
  db: Kysely<Tables>,
  dimension: Dimension,
  values?: readonly string[],
): Promise<Expression<SqlBool>> {
  if (values?.length === 0) return sql<SqlBool>`1 = 0`;
  const ofKind = db.selectFrom('usage_names').select('ref').where('kind', '=', dimension);
  const rows = await (values === undefined ? ofKind : ofKind.where('value', 'in', values)).execute();
  if (rows.length === 0) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`${sql.ref(refColumns[dimension])} in (${sql.join(rows.map(({ ref }) => ref))})`;
}
