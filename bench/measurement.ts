import type { SubjectName } from './subjects/subject.ts';

/** One figure, measured in every round of a run for each subject it makes sense for. */
export interface Measurement {
  /** Letter of the workload and name of the figure, such as `a.throughput`. */
  readonly metric: string;
  readonly unit: string;
  readonly values: Partial<Readonly<Record<SubjectName, readonly number[]>>>;
}

export interface WorkloadResult {
  readonly measurements: readonly Measurement[];
  /** What a reader of the figures should know. */
  readonly notes: readonly string[];
}

/** A measurement from rounds of figures, one of their fields for each subject. */
export function measurement<T>(
  metric: string,
  unit: string,
  rounds: Partial<Readonly<Record<SubjectName, readonly T[]>>>,
  select: (figures: T) => number,
): Measurement {
  const names: readonly SubjectName[] = ['gateway', 'nginx', 'portkey'];
  const values: Partial<Record<SubjectName, readonly number[]>> = {};
  for (const name of names) {
    const figures = rounds[name];
    if (figures !== undefined) values[name] = figures.map(select);
  }
  return { metric, unit, values };
}
