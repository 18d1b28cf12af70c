import type { Measurement } from './measurement.ts';
import { median, range, ratios } from './statistics.ts';
import type { Target } from './targets.ts';

/** The gateway's result for one target. */
export interface Outcome {
  readonly target: Target;
  readonly median: number;
  readonly range: readonly [number, number];
  readonly reached: boolean;
}

/**
 * How much worse than its baseline a ratio may be before it counts as a regression. Rounds on a shared machine vary.
 */
export const tolerance = 0.25;

export const targetName = (target: Target) => `${target.metric}/${target.against}`;

function gatewayRatios({ values }: Measurement, against: Target['against']): readonly number[] {
  const gateway = values.gateway ?? [];
  return against === 'absolute' ? gateway : ratios(gateway, values[against] ?? []);
}

function within(value: number, bound: Target['bound'], limit: number): boolean {
  return bound === 'at-least' ? value >= limit : value <= limit;
}

/** The results of all targets with complete figures, including the reference's. */
export function compareWithTargets(measurements: readonly Measurement[], targets: readonly Target[]): Outcome[] {
  return targets.flatMap((target) => {
    const measured = measurements.find(({ metric }) => metric === target.metric);
    const values = measured === undefined ? [] : gatewayRatios(measured, target.against).filter(Number.isFinite);
    if (values.length === 0) return [];
    const middle = median(values);
    return [{ target, median: middle, range: range(values), reached: within(middle, target.bound, target.value) }];
  });
}

/** Medians by name for the baseline file. Absolute times are left out, because they depend on the machine. */
export function toBaseline(outcomes: readonly Outcome[]): Record<string, number> {
  const kept = outcomes.filter(({ target }) => target.metric !== 'g.first-answer');
  return Object.fromEntries(kept.map((outcome) => [targetName(outcome.target), Number(outcome.median.toPrecision(3))]));
}

/** Describes the results that exceed the tolerance against their baseline even in their best round. */
export function findRegressions(outcomes: readonly Outcome[], baseline: Readonly<Record<string, number>>): string[] {
  return outcomes.flatMap(({ target, median: now, range: [least, greatest] }) => {
    const before = baseline[targetName(target)];
    if (before === undefined) return [];
    const limit = target.bound === 'at-least' ? before * (1 - tolerance) : before * (1 + tolerance);
    if (within(target.bound === 'at-least' ? greatest : least, target.bound, limit)) return [];
    return [`${targetName(target)} is ${now.toPrecision(3)}, was ${before}`];
  });
}

/** Reads a baseline file. Throws if it is not an object of numbers. */
export function parseBaseline(text: string): Record<string, number> {
  const json: unknown = JSON.parse(text);
  if (typeof json !== 'object' || json === null) throw new Error('the baseline is not an object');
  const baseline: Record<string, number> = {};
  for (const [name, value] of Object.entries(json)) {
    if (typeof value !== 'number') throw new Error(`the baseline of ${name} is not a number`);
    baseline[name] = value;
  }
  return baseline;
}
