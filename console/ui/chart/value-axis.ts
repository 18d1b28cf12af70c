import type { ChartKind, ChartRow } from './chart-data.ts';

interface ValueAxis {
  readonly allowDecimals?: boolean;
  readonly domain?: readonly [number, number];
  readonly ticks?: readonly number[];
}

/** Tops of the axis that four equal steps divide into whole percents. Few errors must not fill the chart. */
const shareTops = [0.04, 0.08, 0.2, 0.4, 0.6, 0.8, 1];
/** The smallest amount that a label can show, in dollars. */
const smallestStep = 0.0001;

/** The value axis of a chart, whose labels never round: whole numbers, whole percents, and amounts of few digits. */
export function valueAxis(kind: ChartKind, rows: readonly ChartRow[]): ValueAxis {
  if (kind === 'latency') return {};
  if (kind === 'errorRate') {
    const highest = Math.max(0, ...rows.map(({ errorRate }) => errorRate ?? 0));
    return divide(shareTops.find((top) => top >= highest) ?? 1);
  }
  return kind === 'cost' ? divide(4 * roundStep(highestSum(rows) / 4)) : { allowDecimals: false };
}

function divide(top: number): ValueAxis {
  return { domain: [0, top], ticks: [0, 1, 2, 3, 4].map((step) => (top * step) / 4) };
}

/** The next number of the form 1, 2, 2.5 or 5 times a power of ten. */
function roundStep(step: number): number {
  if (step <= smallestStep) return smallestStep;
  const power = 10 ** Math.floor(Math.log10(step));
  // 2.5 times the smallest step would be rounded.
  const factors = power > smallestStep * 5 ? [1, 2, 2.5, 5, 10] : [1, 2, 5, 10];
  return power * (factors.find((factor) => factor * power >= step) ?? 10);
}

function highestSum(rows: readonly ChartRow[]): number {
  const sums = rows.map(({ start: _, ...values }) =>
    Object.values(values).reduce<number>((sum, value) => sum + (value ?? 0), 0),
  );
  return Math.max(0, ...sums);
}
