import { cpus } from 'node:os';
import { type Outcome, targetName } from './comparison.ts';
import type { Measurement } from './measurement.ts';
import { median, range } from './statistics.ts';
import type { SubjectName } from './subjects/subject.ts';
import { formatFigure, formatTable } from './table.ts';

/** Describes the machine. */
export function describeMachine(): string {
  const models = [...new Set(cpus().map(({ model }) => model))].join(', ');
  return `${cpus().length} cores (${models}), Node ${process.versions.node}`;
}

function formatValues(values: readonly number[] | undefined): string {
  if (values === undefined || values.length === 0) return '';
  const [least, greatest] = range(values);
  const spread = values.length > 1 ? ` [${formatFigure(least)} – ${formatFigure(greatest)}]` : '';
  return formatFigure(median(values)) + spread;
}

export function formatMeasurements(measurements: readonly Measurement[]): string {
  const names: readonly SubjectName[] = ['gateway', 'nginx', 'portkey'];
  const rows = measurements.map(({ metric, unit, values }) => [
    metric,
    unit,
    ...names.map((name) => formatValues(values[name])),
  ]);
  return formatTable([['figure', 'unit', ...names], ...rows]);
}

export function formatOutcomes(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { bound, value } = outcome.target;
    const spread = outcome.range.map(formatFigure).join(' – ');
    const wanted = `${bound === 'at-least' ? '≥' : '≤'} ${formatFigure(value)}`;
    return [targetName(outcome.target), formatFigure(outcome.median), spread, wanted, outcome.reached ? 'yes' : 'NO'];
  });
  return formatTable([['figure / yardstick', 'median', 'range', 'target', 'reached'], ...rows]);
}
