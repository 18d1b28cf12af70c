import { type Expression, type SqlBool, sql } from 'kysely';
import type { Dimension } from '../ledger/roll-up.ts';
import type { UsageFilter } from '../ledger/usage-store.ts';
import { refColumns } from './usage-columns.ts';

/** The values that each dimension is narrowed to, where it is. */
export function filteredValues(filter: UsageFilter): ReadonlyMap<Dimension, readonly string[]> {
  const values = new Map<Dimension, readonly string[]>();
  if (filter.keys !== undefined) values.set('key', filter.keys);
  if (filter.models !== undefined) values.set('model', filter.models);
  if (filter.credentials !== undefined) values.set('credential', filter.credentials);
  return values;
}

/** True for rows whose dimension has one of the values. */
export function isOneOf(dimension: Dimension, values: readonly string[]): Expression<SqlBool> {
  if (values.length === 0) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`${sql.ref(refColumns[dimension])} in (
    select ref from usage_names where kind = ${dimension} and value in (${sql.join(values)}))`;
}

/** True for rows that keep the dimension: says nothing new, but lets an index that begins with it be used. */
export function isAny(dimension: Dimension): Expression<SqlBool> {
  return sql<SqlBool>`${sql.ref(refColumns[dimension])} in (select ref from usage_names where kind = ${dimension})`;
}

export function filterConditions(filter: UsageFilter): Expression<SqlBool>[] {
  return [...filteredValues(filter)].map(([dimension, values]) => isOneOf(dimension, values));
}
