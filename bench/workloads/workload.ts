import type { Bench } from '../bench.ts';
import type { WorkloadResult } from '../measurement.ts';

export interface Workload {
  readonly letter: string;
  readonly title: string;
  /** Whether it is part of the quick form. */
  readonly quick: boolean;
  readonly run: (bench: Bench) => Promise<WorkloadResult>;
}
