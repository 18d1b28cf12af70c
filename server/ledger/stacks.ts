import { fromNanodollars } from './sums.ts';
import type { SeriesEntry } from './usage-store.ts';

/** The usage of one value over time, or of all smaller ones together. */
export interface Stack {
  /** null: all values except the largest. */
  readonly value: string | null;
  readonly label: string;
  readonly points: readonly StackPoint[];
}

export interface StackPoint {
  readonly requests: number;
  /** Input and output tokens. */
  readonly tokens: number;
  /** US dollars at list price. */
  readonly cost: number;
}

/** Number of values that get their own series. */
const maxStacks = 5;

/**
 * The largest values by cost, then by tokens, and all others combined.
 *
 * @param length number of points per series
 * @param placeOf index of the point for a time; -1 if it is out of range
 */
export function stackSeries(
  entries: readonly SeriesEntry[],
  length: number,
  placeOf: (time: number) => number,
): Stack[] {
  const values = new Map<string, { label: string; nanodollars: number; tokens: number }>();
  for (const { value, label, nanodollars, inputTokens, outputTokens } of entries) {
    const known = values.get(value) ?? { label, nanodollars: 0, tokens: 0 };
    known.nanodollars += nanodollars;
    known.tokens += inputTokens + outputTokens;
    values.set(value, known);
  }
  const largest = [...values]
    .sort(([, a], [, b]) => b.nanodollars - a.nanodollars || b.tokens - a.tokens)
    .slice(0, maxStacks);
  const names = new Set(largest.map(([value]) => value));
  const stacks = largest.map(([value, { label }]) => ({
    value,
    label,
    points: drawCourse(
      entries.filter((entry) => entry.value === value),
      length,
      placeOf,
    ),
  }));
  const rest = entries.filter(({ value }) => !names.has(value));
  return rest.length === 0
    ? stacks
    : [...stacks, { value: null, label: '', points: drawCourse(rest, length, placeOf) }];
}

function drawCourse(entries: readonly SeriesEntry[], length: number, placeOf: (time: number) => number): StackPoint[] {
  const sums = Array.from({ length }, () => ({ requests: 0, tokens: 0, nanodollars: 0 }));
  for (const { start, requests, inputTokens, outputTokens, nanodollars } of entries) {
    const sum = sums[placeOf(start)];
    if (sum === undefined) continue;
    sum.requests += requests;
    sum.tokens += inputTokens + outputTokens;
    sum.nanodollars += nanodollars;
  }
  return sums.map(({ requests, tokens, nanodollars }) => ({ requests, tokens, cost: fromNanodollars(nanodollars) }));
}
