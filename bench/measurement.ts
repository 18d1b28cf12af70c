import type { SubjectName } from './subjects/subject.ts';

/** One figure, measured in every round for each applicable subject. */
export interface Measurement {
  /** Letter of the workload and name of the figure, such as `a.throughput`. */
  readonly metric: string;
  readonly unit: string;
  readonly values: Partial<Readonly<Record<SubjectName, readonly number[]>>>;
}

export interface WorkloadResult {
  readonly measurements: readonly Measurement[];
  /** A note for readers of the figures. */
  readonly notes: readonly string[];
}

/** Builds a measurement from one field of each round's figures, per subject. */
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
