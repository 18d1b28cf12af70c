import type { ChartKind, ChartRow } from './chart-data.ts';

interface ValueAxis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

/** Tops of the axis that four equal steps divide into whole percents. Few errors must not fill the chart. */
const shareTops = [0.04, 0.08, 0.2, 0.4, 0.6, 0.8, 1];
/** The smallest amount that a label can show, in dollars. */
const minAmount = 0.0001;
/** Steps between round durations, in milliseconds; longer ones are whole hours. */
const durationSteps = [1, 10, 100, 1000]
  .flatMap((power) => [power, 2 * power, 5 * power])
  .concat([10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000]);
/** More would crowd the chart. */
const maxSteps = 5;

/** The value axis of a chart, in equal steps whose labels never round. */
export function valueAxis(kind: ChartKind, rows: readonly ChartRow[]): ValueAxis {
  const highest = kind === 'errorRate' || kind === 'latency' ? highestValue(rows) : highestSum(rows);
  if (kind === 'errorRate') return divide((shareTops.find((share) => share >= highest) ?? 1) / 4, 4);
  if (kind === 'latency') return reach(highest, durationSteps.find((step) => step * maxSteps >= highest) ?? 3_600_000);
  return reach(highest, roundStep(highest / maxSteps, kind === 'cost' ? minAmount : 1));
}

/** As many steps as reach the highest value. */
function reach(highest: number, step: number): ValueAxis {
  return divide(step, Math.max(1, Math.ceil(highest / step - 1e-9)));
}

function divide(step: number, count: number): ValueAxis {
  // Products of decimals have errors in their last digits.
  const ticks = Array.from({ length: count + 1 }, (_, place) => Number((step * place).toPrecision(12)));
  return { domain: [0, ticks.at(-1) ?? step], ticks };
}

/** The next number of the form 1, 2, 2.5 or 5 times a power of ten, and a multiple of the smallest step. */
function roundStep(step: number, smallest: number): number {
  if (step <= smallest) return smallest;
  const power = 10 ** Math.floor(Math.log10(step) + 1e-9);
  // 2.5 times the smallest step is no multiple of it.
  const factors = power > smallest * 5 ? [1, 2, 2.5, 5, 10] : [1, 2, 5, 10];
  return power * (factors.find((factor) => factor * power >= step * (1 - 1e-9)) ?? 10);
}

function highestValue(rows: readonly ChartRow[]): number {
  return Math.max(0, ...rows.flatMap(({ start: _, ...values }) => Object.values(values).map((value) => value ?? 0)));
}

function highestSum(rows: readonly ChartRow[]): number {
  const sums = rows.map(({ start: _, ...values }) =>
    Object.values(values).reduce<number>((sum, value) => sum + (value ?? 0), 0),
  );
  return Math.max(0, ...sums);
}
