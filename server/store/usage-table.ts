import { type Expression, type SqlBool, sql } from 'kysely';
import { minutesKept } from '../ledger/roll-up.ts';
import { fromNanodollars } from '../ledger/sums.ts';
import { type RecordQuery, type RecordSize, RecordsRefused, type UsageStore } from '../ledger/usage-store.ts';
import type { Clock } from '../lib/clock.ts';
import { parseJson, readArray } from '../lib/json.ts';
import type { Engine } from './engines/engine.ts';
import { StoreFailure } from './store-failure.ts';
import { refsOfAttempts, unpackAttempts } from './usage-attempts.ts';
import { outcomeCodes, requestColumns } from './usage-columns.ts';
import { filterConditions } from './usage-filter.ts';
import { findNames } from './usage-names.ts';
import { fromRequestRow, refsOfRow } from './usage-records.ts';
import { createUsageRemover } from './usage-removal.ts';
import { createRollUpReader } from './usage-roll-ups.ts';

/** The ledger's records and roll-ups. */
export function createUsageTable(engine: Engine, clock: Clock): UsageStore {
  return {
    async append(records) {
      try {
        await engine.appendUsage(records, clock() - minutesKept);
      } catch (error) {
        if (!(error instanceof StoreFailure && error.kind === 'constraint')) throw error;
        throw new RecordsRefused(`The ledger cannot store these records: ${error.message}`, { cause: error });
      }
    },
    ...createRollUpReader(engine.db),
    ...createRecordReader(engine),
    ...createUsageRemover(engine),
  };
}

function createRecordReader(engine: Engine): Pick<UsageStore, 'scan' | 'get' | 'sumConversation' | 'hasRecords'> {
  const { db } = engine;
  return {
    async scan(query) {
      const rows = await scanRows(engine, query);
      const found = await findNames(db, rows.flatMap(refsOfRow));
      return rows.map((row) => fromRequestRow(row, found));
    },
    async get(id) {
      const row = await db.selectFrom('usage_requests').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return undefined;
      const content = await db
        .selectFrom('usage_contents')
        .select(['request', 'response'])
        .where('id', '=', id)
        .executeTakeFirst();
      const found = await findNames(db, [...refsOfRow(row), ...refsOfAttempts(row.attempts)]);
      const { attemptCount: _count, ...item } = fromRequestRow(row, found);
      return {
        ...item,
        attempts: unpackAttempts(row.attempts, row.started_at, found),
        warnings: row.warnings === null ? [] : readArray(parseJson(row.warnings)).map(String),
        content: content ?? null,
      };
    },
    async sumConversation(conversation, from, to) {
      const sums = await db
        .selectFrom('usage_requests')
        .select(({ fn }) => [
          fn.countAll<number>().as('requests'),
          fn.sum<number>('input_tokens').as('input'),
          fn.sum<number>('cache_read_tokens').as('read'),
          fn.sum<number>('saved_nanodollars').as('saved'),
        ])
        .where('conversation', '=', conversation)
        .where('started_at', '>=', from)
        .where('started_at', '<', to)
        .executeTakeFirst();
      return {
        requests: Number(sums?.requests ?? 0),
        inputTokens: Number(sums?.input ?? 0),
        cacheReadTokens: Number(sums?.read ?? 0),
        cacheSaved: fromNanodollars(Number(sums?.saved ?? 0)),
      };
    },
    async hasRecords() {
      const row = await db.selectFrom('usage_roll_ups').select('start').limit(1).executeTakeFirst();
      return row !== undefined;
    },
  };
}

const sizeOf = {
  cost: sql<number>`coalesce(nanodollars, 0)`,
  duration: sql<number>`total_time`,
  tokens: sql<number>`input_tokens + output_tokens`,
};

async function scanRows(engine: Engine, query: RecordQuery) {
  const { message, largest } = query;
  const conditions = [...recordConditions(query), ...(await filterConditions(engine.db, query.filter))];
  if (message !== undefined) conditions.push(isInMessage(engine, message));
  if (largest !== undefined) return scanLargest(engine, query, largest, conditions).execute();
  const newestFirst = engine.db
    .selectFrom('usage_requests')
    .select(requestColumns)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit);
  // The inner query only needs the index of failures. The outer one reads the rows found.
  if (message !== undefined) return newestFirst.where('id', 'in', findIds(engine, query, conditions)).execute();
  return conditions.reduce((narrowed, condition) => narrowed.where(condition), newestFirst).execute();
}

/** Largest first, then newest first. This scans every record of the time range. */
function scanLargest(
  { db }: Engine,
  { limit, offset = 0 }: RecordQuery,
  size: RecordSize,
  conditions: readonly Expression<SqlBool>[],
) {
  const largestFirst = db
    .selectFrom('usage_requests')
    .select(requestColumns)
    .orderBy(sizeOf[size], 'desc')
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset);
  return conditions.reduce((narrowed, condition) => narrowed.where(condition), largestFirst);
}

function isInMessage(engine: Engine, text: string): Expression<SqlBool> {
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql<SqlBool>`failure_message ${sql.raw(engine.likeIgnoringCase)} ${pattern} escape '\\'`;
}

function findIds({ db }: Engine, { limit }: RecordQuery, conditions: readonly Expression<SqlBool>[]) {
  const ids = db
    .selectFrom('usage_requests')
    .select('id')
    .where('failure_message', 'is not', null)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  return conditions.reduce((narrowed, condition) => narrowed.where(condition), ids);
}

function recordConditions({ from, to, outcome, before }: RecordQuery): Expression<SqlBool>[] {
  return [
    sql<SqlBool>`started_at >= ${from} and started_at < ${to}`,
    ...(outcome === undefined ? [] : [sql<SqlBool>`outcome = ${outcomeCodes[outcome]}`]),
    ...(before === undefined ? [] : [sql<SqlBool>`(started_at, id) < (${before.startedAt}, ${before.id})`]),
  ];
}
