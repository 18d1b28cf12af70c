import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Bench, startSubject } from './bench.ts';
import { loadCalls } from './load/plain-calls.ts';
import { agentRequest, type RequestBody, shortRequest } from './load/requests.ts';
import { loadGoodStreams } from './load/streams.ts';
import { openBench } from './open-bench.ts';
import { parseOptions } from './options.ts';
import { type SelfTime, selfTimes, type Window } from './profile/self-times.ts';
import type { RunningSubject } from './subjects/subject.ts';
import { formatTable } from './table.ts';

// Profiles the gateway under the load of single workloads: `node bench/profile.ts [--only a,c,d] [--project DIR]`.

const seconds = 5;
const chunks = 100;
const samplingMicroseconds = 200;

type Load = (bench: Bench, subject: RunningSubject) => Promise<unknown>;

const calls = (body: RequestBody, connections: number): Load => {
  return ({ folder }, subject) => loadCalls(subject, { folder, body, connections, seconds });
};
const loads: Readonly<Record<string, Load>> = {
  a: calls(shortRequest(false), 64),
  c: calls(agentRequest(256), 16),
  d: ({ folder, loadProgram: program }, subject) =>
    loadGoodStreams(subject, { kind: 'burst', folder, program, connections: 64, chunks, amount: seconds }),
};

const nowMicroseconds = () => Number(process.hrtime.bigint() / 1000n);

/**
 * Runs the gateway under load with the profiler; returns the profile's path and the time of the load without warm-up.
 */
async function record(bench: Bench, letter: string, load: Load): Promise<{ path: string; window: Window }> {
  const folder = join(bench.folder, `profile-${letter}`);
  const options = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${samplingMicroseconds}`];
  const window = { from: 0, to: 0 };
  {
    await using subject = await startSubject(bench, 'gateway', options);
    await bench.upstream.setMode({ chunks, interval: 0, minBody: 0 });
    await load(bench, subject);
    window.from = nowMicroseconds();
    await load(bench, subject);
    window.to = nowMicroseconds();
  }
  const [name] = readdirSync(folder);
  if (name === undefined) throw new Error('the gateway wrote no profile: it did not shut down cleanly');
  return { path: join(folder, name), window };
}

function printShares(heading: string, times: readonly SelfTime[], most: number): void {
  const rows = times.slice(0, most).map(({ name, share }) => [`${(share * 100).toFixed(1)} %`, name]);
  console.log(`${formatTable([['self', heading], ...rows])}\n`);
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const kept = join(dirname(options.out), 'profiles');
  mkdirSync(kept, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const bench = await openBench(options, stack);
  for (const [letter, load] of Object.entries(loads)) {
    if (!options.only.includes(letter)) continue;
    const { path, window } = await record(bench, letter, load);
    const { functions, files } = selfTimes(readFileSync(path, 'utf8'), resolve(options.project), window);
    const copy = join(kept, `${letter}.cpuprofile`);
    copyFileSync(path, copy);
    console.log(`\n(${letter}) ${copy}\n`);
    printShares('file', files, 25);
    printShares('function', functions, 45);
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
