import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareWithTargets, findRegressions, type Outcome, parseBaseline, toBaseline } from './comparison.ts';
import type { Measurement } from './measurement.ts';
import { openBench } from './open-bench.ts';
import { type Options, parseOptions } from './options.ts';
import { describeMachine, formatMeasurements, formatOutcomes } from './report.ts';
import { targets } from './targets.ts';
import { workloads } from './workloads/index.ts';

const baselineFile = join(import.meta.dirname, 'baseline.json');

interface Results {
  readonly measurements: Measurement[];
  readonly notes: string[];
  /** Workloads that could not be measured or got wrong answers. */
  readonly failures: string[];
}

async function measure(options: Options): Promise<Results> {
  await using stack = new AsyncDisposableStack();
  const bench = await openBench(options, stack);
  const results: Results = { measurements: [], notes: [], failures: [] };
  for (const workload of workloads.filter(({ letter }) => options.only.includes(letter))) {
    console.log(`(${workload.letter}) ${workload.title}`);
    try {
      const { measurements, notes } = await workload.run(bench);
      results.measurements.push(...measurements);
      results.notes.push(...notes);
    } catch (error) {
      // Continue with the other workloads.
      results.failures.push(`${workload.letter}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return results;
}

function saveResults(options: Options, results: Results, outcomes: readonly Outcome[]): void {
  mkdirSync(dirname(options.out), { recursive: true });
  const report = { at: new Date().toISOString(), machine: describeMachine(), ...results, outcomes };
  writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`Written to ${options.out}`);
}

/**
 * Compares with the baseline and returns the regressions, or saves the results as the new baseline. Figures that this
 * run left out stay unchanged.
 */
function guardBaseline(options: Options, outcomes: readonly Outcome[]): string[] {
  const before = existsSync(baselineFile) ? parseBaseline(readFileSync(baselineFile, 'utf8')) : {};
  if (!options.saveBaseline) {
    return findRegressions(outcomes, before).map((regression) => `Worse than the baseline: ${regression}`);
  }
  writeFileSync(baselineFile, `${JSON.stringify({ ...before, ...toBaseline(outcomes) }, null, 2)}\n`);
  return [];
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const results = await measure(options);
  const outcomes = compareWithTargets(results.measurements, targets);
  console.log(`\n${describeMachine()}\n\n${formatMeasurements(results.measurements)}\n\n${formatOutcomes(outcomes)}\n`);
  for (const note of results.notes) console.log(note);
  saveResults(options, results, outcomes);
  const problems = [...results.failures.map((failure) => `Failed: ${failure}`), ...guardBaseline(options, outcomes)];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
