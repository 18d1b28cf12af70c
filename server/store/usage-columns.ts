import { bucketCount } from '../ledger/histogram.ts';
import { type Dimension, dimensions, type Grain, type RollUpCell } from '../ledger/roll-up.ts';
import { countNames, emptySums, type UsageSums } from '../ledger/sums.ts';
import type { UsageRecord } from '../ledger/usage-store.ts';
import type { SqlValue } from './sqlite-protocol.ts';

/** What a grain and an outcome are stored as. */
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

type CountName = (typeof countNames)[number];

/** `inputTokens` → `input_tokens`. */
const toSnakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const countColumns = countNames.map((name): readonly [CountName, string] => [name, toSnakeCase(name)]);
const latencyColumns = Array.from({ length: bucketCount }, (_, bucket) => `latency_${bucket}`);
const firstTokenColumns = Array.from({ length: bucketCount }, (_, bucket) => `first_token_${bucket}`);

/** Where a cell stands: the primary key of both tables of roll-ups. */
export const cellColumns: readonly string[] = [
  'grain',
  'shape',
  'start',
  ...dimensions.map((dimension) => refColumns[dimension]),
];
/** What is added up. */
export const sumColumns: readonly string[] = [
  ...countColumns.map(([, column]) => column),
  ...latencyColumns,
  ...firstTokenColumns,
];

/** A cell's values in the order of `cellColumns` and `sumColumns`. */
export function toCellRow({ grain, shape, start, refs, sums }: RollUpCell): SqlValue[] {
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
