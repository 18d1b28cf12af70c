import { type Expression, type Kysely, type SqlBool, sql } from 'kysely';
import { minutesKept, rollUp } from '../ledger/roll-up.ts';
import { type RecordQuery, RecordsRefused, type UsageRecord, type UsageStore } from '../ledger/usage-store.ts';
import type { Clock } from '../lib/clock.ts';
import { parseJson, readArray } from '../lib/json.ts';
import type { Engine } from './open-sqlite.ts';
import type { BatchStatement, SqlValue } from './sqlite-protocol.ts';
import { StoreFailure } from './store-failure.ts';
import type { Tables, UsageRequestRow } from './tables.ts';
import { refsOfAttempts, unpackAttempts } from './usage-attempts.ts';
import { outcomeCodes } from './usage-columns.ts';
import { filterConditions } from './usage-filter.ts';
import { createUsageNames, type UsageNames } from './usage-names.ts';
import { fromRequestRow, namesOf, refsOf, refsOfRow, toRequestRow } from './usage-records.ts';
import { createUsageRemover } from './usage-removal.ts';
import { createCellAdder, createRollUpReader } from './usage-roll-ups.ts';

/** The ledger's records and roll-ups. */
export function createUsageTable(engine: Engine, clock: Clock): UsageStore {
  const { db } = engine;
  const names = createUsageNames(db);
  return {
    append: createAppend(engine, names, clock),
    ...createRollUpReader(db, names),
    ...createRecordReader(engine, names),
    ...createUsageRemover(engine),
  };
}

function createAppend(engine: Engine, names: UsageNames, clock: Clock): UsageStore['append'] {
  const addCells = createCellAdder(engine.db);
  const insertRequest = compileInsert(engine.db, 'usage_requests', [...requestColumns, ...traceColumns]);
  const insertContent = compileInsert(engine.db, 'usage_contents', contentColumns);
  return async (records) => {
    await names.prepare(records.flatMap(namesOf));
    const entries = records.map((record) => ({ record, refs: refsOf(record, names) }));
    const statements: BatchStatement[] = [
      { sql: insertRequest, rows: records.map((record) => toRow(toRequestRow(record, names))) },
      { sql: insertContent, rows: records.flatMap(toContentRows) },
      ...addCells(rollUp(entries, clock() - minutesKept)),
    ];
    try {
      await engine.runBatch(statements.filter(({ rows }) => rows.length > 0));
    } catch (error) {
      if (!(error instanceof StoreFailure && error.kind === 'constraint')) throw error;
      throw new RecordsRefused(`The ledger cannot store these records: ${error.message}`, { cause: error });
    }
  };
}

/** The columns in the order in which they are inserted. */
const requestColumns = [
  'started_at',
  'id',
  'key_ref',
  'model_ref',
  'credential_ref',
  'dialect_ref',
  'upstream_model_ref',
  'unknown_model',
  'stream',
  'status',
  'outcome',
  'failure_kind',
  'failure_message',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'usage_estimated',
  'nanodollars',
  'queue_time',
  'first_token_time',
  'total_time',
  'client_address',
  'user_agent',
  'attempt_count',
] as const satisfies readonly (keyof UsageRequestRow)[];
const traceColumns = ['attempts', 'warnings'] as const satisfies readonly (keyof UsageRequestRow)[];
const contentColumns = ['id', 'started_at', 'request', 'response'] as const;

function toRow(row: UsageRequestRow): SqlValue[] {
  return [...requestColumns, ...traceColumns].map((column) => row[column]);
}

function toContentRows({ id, startedAt, content }: UsageRecord): SqlValue[][] {
  return content === null ? [] : [[id, startedAt, content.request, content.response]];
}

function compileInsert(db: Kysely<Tables>, table: keyof Tables, columns: readonly string[]): string {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = sql.join(columns.map(() => 0));
  return sql`insert into ${sql.table(table)} (${names}) values (${values})`.compile(db).sql;
}

function createRecordReader(engine: Engine, names: UsageNames): Pick<UsageStore, 'scan' | 'get' | 'hasRecords'> {
  const { db } = engine;
  return {
    async scan(query) {
      const rows = await scanQuery(engine, query).execute();
      const found = await names.find(rows.flatMap(refsOfRow));
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
      const found = await names.find([...refsOfRow(row), ...refsOfAttempts(row.attempts)]);
      const { attemptCount: _count, ...item } = fromRequestRow(row, found);
      return {
        ...item,
        attempts: unpackAttempts(row.attempts, row.started_at, found),
        warnings: row.warnings === null ? [] : readArray(parseJson(row.warnings)).map(String),
        content: content ?? null,
      };
    },
    async hasRecords() {
      const row = await db.selectFrom('usage_roll_ups').select('start').limit(1).executeTakeFirst();
      return row !== undefined;
    },
  };
}

function scanQuery(engine: Engine, query: RecordQuery) {
  const newestFirst = engine.db
    .selectFrom('usage_requests')
    .select(requestColumns)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit);
  // The inner query needs nothing but the index of failures; the outer one reads the rows that it found.
  if (query.message !== undefined) return newestFirst.where('id', 'in', findIds(engine, query, query.message));
  return recordConditions(query).reduce((narrowed, condition) => narrowed.where(condition), newestFirst);
}

function findIds(engine: Engine, query: RecordQuery, message: string) {
  const pattern = `%${message.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const like = sql<SqlBool>`failure_message ${sql.raw(engine.likeIgnoringCase)} ${pattern} escape '\\'`;
  const ids = engine.db
    .selectFrom('usage_requests')
    .select('id')
    .where('failure_message', 'is not', null)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit);
  return [...recordConditions(query), like].reduce((narrowed, condition) => narrowed.where(condition), ids);
}

function recordConditions({ from, to, filter, outcome, before }: RecordQuery): Expression<SqlBool>[] {
  return [
    sql<SqlBool>`started_at >= ${from} and started_at < ${to}`,
    ...filterConditions(filter),
    ...(outcome === undefined ? [] : [sql<SqlBool>`outcome = ${outcomeCodes[outcome]}`]),
    ...(before === undefined ? [] : [sql<SqlBool>`(started_at, id) < (${before.startedAt}, ${before.id})`]),
  ];
}
