import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { type Dimension, dimensions, shapeOf, smallestShape } from '../ledger/roll-up.ts';
import type { UsageRecord } from '../ledger/usage-record.ts';
import type { RollUpQuery, UsageStore } from '../ledger/usage-store.ts';
import type { Tables } from './tables.ts';
import { fromSumRow, grainCodes, refColumns, rollUpTable, sumColumns } from './usage-columns.ts';
import { filterConditions, filteredValues } from './usage-filter.ts';
import { findNames } from './usage-names.ts';

type RollUpReader = Pick<UsageStore, 'sumByStart' | 'sumByDimension' | 'countByStart' | 'activity' | 'sumSeries'>;

/** Answers queries from roll-ups. */
export function createRollUpReader(db: Kysely<Tables>): RollUpReader {
  const sums = sumColumns.map((column) => sql<number>`sum(${sql.ref(column)})`.as(column));
  const namesOf = (rows: readonly { readonly ref: number }[]) =>
    findNames(
      db,
      rows.map(({ ref }) => ref),
    );
  return {
    async sumByStart(asked) {
      const { query } = await select(db, asked, []);
      const rows = await query.select('start').select(sums).groupBy('start').orderBy('start').execute();
      return rows.map((row) => ({ start: row.start, sums: fromSumRow(row) }));
    },
    async sumByDimension(asked, by) {
      const ref = refColumns[by];
      const { query } = await select(db, asked, [by]);
      const rows = await query.select(`${ref} as ref`).select(sums).groupBy(ref).execute();
      const found = await namesOf(rows);
      return rows.map((row) => {
        const { value, label } = found.get(row.ref) ?? { value: '', label: '' };
        return { value, label, sums: fromSumRow(row) };
      });
    },
    async countByStart(asked, outcome) {
      const count = sql<number>`sum(${countOf(outcome)})`;
      const { query } = await select(db, asked, []);
      const rows = await query
        .select(['start', count.as('count')])
        .groupBy('start')
        .having(sql<SqlBool>`${count} > 0`)
        .orderBy('start', 'desc')
        .execute();
      return rows.map(({ start, count }) => ({ start, count: Number(count) }));
    },
    async sumSeries(asked, by) {
      const ref = refColumns[by];
      const { query } = await select(db, asked, [by]);
      const rows = await query
        .select([
          'start',
          `${ref} as ref`,
          sql<number>`sum(requests)`.as('requests'),
          sql<number>`sum(input_tokens)`.as('input_tokens'),
          sql<number>`sum(output_tokens)`.as('output_tokens'),
          sql<number>`sum(nanodollars)`.as('nanodollars'),
        ])
        .groupBy(['start', ref])
        .execute();
      const found = await namesOf(rows);
      return rows.map((row) => ({
        ...(found.get(row.ref) ?? { value: '', label: '' }),
        start: row.start,
        requests: Number(row.requests),
        inputTokens: Number(row.input_tokens),
        outputTokens: Number(row.output_tokens),
        nanodollars: Number(row.nanodollars),
      }));
    },
    async activity(asked, by) {
      const ref = refColumns[by];
      const { query } = await select(db, asked, [by]);
      const rows = await query
        .select([
          'start',
          `${ref} as ref`,
          sql<number>`sum(requests)`.as('requests'),
          sql<number>`sum(failures)`.as('failures'),
        ])
        .groupBy(['start', ref])
        .execute();
      const found = await namesOf(rows);
      return rows.map(({ start, ref, requests, failures }) => ({
        value: found.get(ref)?.value ?? '',
        start,
        requests: Number(requests),
        failures: Number(failures),
      }));
    },
  };
}

function countOf(outcome: UsageRecord['outcome'] | undefined): RawBuilder<number> {
  if (outcome === undefined) return sql`requests`;
  if (outcome === 'success') return sql`requests - failures - aborts`;
  return outcome === 'failure' ? sql`failures` : sql`aborts`;
}

/** Queries the smallest set of roll-ups that can answer the question. */
async function select(db: Kysely<Tables>, { grain, from, to, filter }: RollUpQuery, by: readonly Dimension[]) {
  const narrowed = filteredValues(filter);
  const shape = smallestShape(grain, shapeOf([...narrowed.keys(), ...by]));
  const table = rollUpTable(grain, shape);
  const inTime = db
    .selectFrom(table)
    .where('grain', '=', grainCodes[grain])
    .where('shape', '=', shape)
    .where('start', '>=', from)
    .where('start', '<', to);
  const conditions = await filterConditions(db, filter, table === 'usage_day_details' ? dimensions : []);
  const query = conditions.reduce((built, condition) => built.where(condition), inTime);
  // Wrapped in an object, because a returned query builder would be awaited like a promise.
  return { query };
}
