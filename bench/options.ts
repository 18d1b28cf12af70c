import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { workloads } from './workloads/index.ts';

export interface Options {
  readonly quick: boolean;
  /** Letters of the workloads to run. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** File for the results. */
  readonly out: string;
  readonly saveBaseline: boolean;
  /** The checkout whose gateway is measured: this one, or another one for comparison. */
  readonly project: string;
}

const here = import.meta.dirname;

/** Parses the command line. Throws an error that names the invalid option. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
      out: { type: 'string', default: join(here, 'results', `${new Date().toISOString().replaceAll(':', '-')}.json`) },
      'save-baseline': { type: 'boolean', default: false },
      project: { type: 'string', default: join(here, '..') },
    },
  });
  const known = workloads.filter(({ quick }) => quick || !values.quick).map(({ letter }) => letter);
  const only = values.only === undefined ? known : values.only.split(',');
  const every = workloads.map(({ letter }) => letter);
  const unknown = only.find((letter) => !every.includes(letter));
  if (unknown !== undefined) throw new Error(`--only: there is no workload "${unknown}", only ${every.join(', ')}`);
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number of at least 1');
  const { quick, out, project, 'save-baseline': saveBaseline } = values;
  return { quick, only, rounds, out, saveBaseline, project };
}
