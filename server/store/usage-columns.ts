import { bucketCount } from '../ledger/histogram.ts';
import { type Dimension, dimensions, fullShape, type Grain, type RollUpCell, type Shape } from '../ledger/roll-up.ts';
import { countNames, emptySums, type UsageSums } from '../ledger/sums.ts';
import type { UsageRecord } from '../ledger/usage-record.ts';
import type { UsageRequestRow } from './tables.ts';

/** Codes under which grains and outcomes are stored. */
export const grainCodes: Readonly<Record<Grain, number>> = { minute: 0, hour: 1, day: 2 };
export const outcomeCodes: Readonly<Record<UsageRecord['outcome'], number>> = { success: 0, failure: 1, aborted: 2 };

export function outcomeOf(code: number): UsageRecord['outcome'] {
  if (code === outcomeCodes.success) return 'success';
  return code === outcomeCodes.failure ? 'failure' : 'aborted';
}

export const refColumns = {
  key: 'key_ref',
  model: 'model_ref',
  credential: 'credential_ref',
  status: 'status_ref',
} as const satisfies Record<Dimension, string>;

export type RollUpTable = 'usage_roll_ups' | 'usage_day_details';

/**
 * The table of a roll-up. Daily roll-ups of every dimension have a table of their own, ordered by value; all others are
 * ordered by time.
 */
export function rollUpTable(grain: Grain, shape: Shape): RollUpTable {
  return grain === 'day' && shape === fullShape ? 'usage_day_details' : 'usage_roll_ups';
}

/** Columns shown in a list of requests. */
export const requestColumns = [
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
  'saved_nanodollars',
  'conversation',
  'queue_time',
  'first_token_time',
  'total_time',
  'client_address',
  'user_agent',
  'attempt_count',
] as const satisfies readonly (keyof UsageRequestRow)[];
/** Additional columns shown on the page of a request. */
export const traceColumns = ['attempts', 'warnings'] as const satisfies readonly (keyof UsageRequestRow)[];

type CountName = (typeof countNames)[number];

/** `inputTokens` → `input_tokens`. */
const toSnakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const countColumns = countNames.map((name): readonly [CountName, string] => [name, toSnakeCase(name)]);
const latencyColumns = Array.from({ length: bucketCount }, (_, bucket) => `latency_${bucket}`);
const firstTokenColumns = Array.from({ length: bucketCount }, (_, bucket) => `first_token_${bucket}`);

const refColumnNames: readonly string[] = dimensions.map((dimension) => refColumns[dimension]);
/** The key columns of a cell. */
export const cellColumns: readonly string[] = ['grain', 'shape', 'start', ...refColumnNames];
/** The primary key columns of each table. */
export const rollUpKeys: Readonly<Record<RollUpTable, readonly string[]>> = {
  usage_roll_ups: cellColumns,
  usage_day_details: [...refColumnNames, 'start'],
};
/** The columns that are added up. */
export const sumColumns: readonly string[] = [
  ...countColumns.map(([, column]) => column),
  ...latencyColumns,
  ...firstTokenColumns,
];

/** The end of an insert, by which a cell is added to the one that is stored with its key. */
export function addToCell(table: RollUpTable): string {
  const additions = sumColumns.map((column) => `${column} = ${table}.${column} + excluded.${column}`);
  return `on conflict (${rollUpKeys[table].join(', ')}) do update set ${additions.join(', ')}`;
}

/** The values of a cell, in the order of `cellColumns` and `sumColumns`. */
export function toCellRow({ grain, shape, start, refs, sums }: RollUpCell): number[] {
  return [
    grainCodes[grain],
    shape,
    start,
    ...refs,
    ...countNames.map((name) => sums[name]),
    ...sums.latencyBuckets,
    ...sums.firstTokenBuckets,
  ];
}

export function fromSumRow(row: Readonly<Record<string, unknown>>): UsageSums {
  const sums = emptySums();
  for (const [name, column] of countColumns) sums[name] = Number(row[column]);
  latencyColumns.forEach((column, bucket) => {
    sums.latencyBuckets[bucket] = Number(row[column]);
  });
  firstTokenColumns.forEach((column, bucket) => {
    sums.firstTokenBuckets[bucket] = Number(row[column]);
  });
  return sums;
}
