import { type Bench, startSubject } from '../bench.ts';
import { loadCalls } from '../load/plain-calls.ts';
import { shortRequest } from '../load/requests.ts';
import { loadGoodStreams } from '../load/streams.ts';
import { residentBytes } from '../machine/process.ts';
import { waitFor } from '../machine/wait.ts';
import type { WorkloadResult } from '../measurement.ts';
import type { RunningSubject } from '../subjects/subject.ts';
import type { Workload } from './workload.ts';

const tenths = 10;
const callsPerTenth = 10_000;
const abortsPerTenth = 1000;
const mode = { chunks: 200, interval: 20, minBody: 0 };

async function makeCalls(bench: Bench, subject: RunningSubject): Promise<number> {
  const load = { folder: bench.folder, body: shortRequest(false), connections: 64, seconds: 1 };
  let calls = 0;
  while (calls < callsPerTenth) calls += (await loadCalls(subject, load)).completed;
  return calls;
}

async function abortStreams(bench: Bench, subject: RunningSubject, amount: number): Promise<void> {
  const { folder, loadProgram: program } = bench;
  await loadGoodStreams(subject, { kind: 'abort', folder, program, connections: 64, chunks: 3, amount });
}

/** The number of upstream streams still open some time after their clients have disconnected. */
async function openAfterAborts(bench: Bench, milliseconds: number): Promise<number> {
  const closed = async () => ((await bench.upstream.counters()).open === 0 ? 0 : undefined);
  return await waitFor('the upstream streams to be closed', closed, milliseconds).catch(
    async () => (await bench.upstream.counters()).open,
  );
}

async function tryPortkey(bench: Bench): Promise<string> {
  await using subject = await startSubject(bench, 'portkey');
  await bench.upstream.setMode(mode);
  await abortStreams(bench, subject, 100);
  const open = await openAfterAborts(bench, 1000);
  return `f: Portkey still held ${open} of 100 upstream streams open 1 s after their clients had left`;
}

async function run(bench: Bench): Promise<WorkloadResult> {
  const notes: string[] = bench.quick ? [] : [await tryPortkey(bench)];
  await using subject = await startSubject(bench, 'gateway');
  await bench.upstream.setMode(mode);
  const resident: number[] = [];
  let calls = 0;
  for (let tenth = 0; tenth < tenths; tenth++) {
    calls += await makeCalls(bench, subject);
    await abortStreams(bench, subject, abortsPerTenth);
    resident.push(residentBytes(subject.pid) / 2 ** 20);
  }
  const open = await openAfterAborts(bench, 1000);
  if (open > 0) throw new Error(`gateway: ${open} upstream streams are still open after their clients disconnected`);
  notes.push(`f: ${calls} calls; MB after each tenth: ${resident.map(Math.round).join(', ')}`);
  const [first = Number.NaN] = resident;
  const last = resident.at(-1) ?? Number.NaN;
  return {
    measurements: [
      { metric: 'f.growth', unit: 'of the first tenth', values: { gateway: [last / first] } },
      { metric: 'f.resident', unit: 'MB', values: { gateway: [last] } },
    ],
    notes,
  };
}

export const endurance: Workload = {
  letter: 'f',
  title: `${tenths * callsPerTenth} calls and ${tenths * abortsPerTenth} aborted streams`,
  quick: false,
  run,
};
