import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, startSubject } from '../bench.ts';
import { loadStreams, type StreamFigures } from '../load/streams.ts';
import { residentBytes } from '../machine/process.ts';
import { measurement, type WorkloadResult } from '../measurement.ts';
import type { RunningSubject, SubjectName } from '../subjects/subject.ts';
import type { Workload } from './workload.ts';

const streams = 2000;
const interval = 100;
/** Maximum p99 chunk delay, in microseconds, for a core to count as holding its streams. */
const latestDelay = 50_000;
/** Each held stream needs two sockets of the proxy; most machines allow 20,000 per process. */
const mostStreams = 9500;
const growth = 1.25;
const openingMilliseconds = 2000;

interface HeldFigures extends StreamFigures {
  readonly residentMegabytes: number;
}

/** Holds streams open for `seconds` after all were opened, and reads the subject's memory shortly before they end. */
async function hold(bench: Bench, subject: RunningSubject, connections: number, seconds: number): Promise<HeldFigures> {
  const chunks = (openingMilliseconds + seconds * 1000) / interval;
  await bench.upstream.setMode({ chunks, interval, minBody: 0 });
  const { folder, loadProgram: program } = bench;
  const load = { kind: 'hold', folder, program, connections, chunks, amount: openingMilliseconds } as const;
  const loading = loadStreams(subject, load);
  await delay(openingMilliseconds + seconds * 1000 - 500);
  const residentMegabytes = residentBytes(subject.pid) / 2 ** 20;
  return { ...(await loading), residentMegabytes };
}

async function holdFresh(bench: Bench, name: SubjectName): Promise<HeldFigures> {
  await using subject = await startSubject(bench, name);
  return await hold(bench, subject, streams, 6);
}

function requireGood(name: SubjectName, figures: StreamFigures): void {
  if (figures.failed === 0 && figures.peakOpen === streams) return;
  const fault = `${figures.failed} of ${streams} held streams failed, ${figures.peakOpen} were open at once`;
  throw new Error(`${name}: ${fault}: ${figures.fault}`);
}

/**
 * Whether a subject holds this number of streams within bounds in one of two tries, so that a burst of other load does
 * not decide.
 */
async function canHold(bench: Bench, subject: RunningSubject, wanted: number): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt++) {
    const figures = await hold(bench, subject, wanted, 4);
    const delayed = `delay p99 ${(figures.p99 / 1000).toFixed(1)} ms`;
    bench.log(`  ${subject.name}: ${figures.peakOpen} of ${wanted} held, ${delayed}, ${figures.failed} failed`);
    if (figures.failed === 0 && figures.peakOpen === wanted && figures.p99 <= latestDelay) return true;
  }
  return false;
}

/** The maximum number of held streams, in steps, whose chunk delay stays within bounds. */
async function findCapacity(bench: Bench, name: SubjectName): Promise<number> {
  await using subject = await startSubject(bench, name);
  let held = 0;
  for (let wanted = 1000; wanted <= mostStreams; wanted = Math.round((wanted * growth) / 100) * 100) {
    if (!(await canHold(bench, subject, wanted))) break;
    held = wanted;
  }
  return held;
}

async function tryPortkey(bench: Bench): Promise<string> {
  const figures = await holdFresh(bench, 'portkey');
  const delayed = `chunk delay p99 ${(figures.p99 / 1000).toFixed(1)} ms, ${Math.round(figures.residentMegabytes)} MB`;
  return `e: Portkey held ${figures.peakOpen} of ${streams} streams, ${figures.failed} failed (${figures.fault}), ${delayed}`;
}

async function run(bench: Bench): Promise<WorkloadResult> {
  const rounds: Record<'gateway' | 'nginx', HeldFigures[]> = { gateway: [], nginx: [] };
  for (let round = 0; round < bench.rounds; round++) {
    for (const name of ['nginx', 'gateway'] as const) {
      const figures = await holdFresh(bench, name);
      requireGood(name, figures);
      rounds[name].push(figures);
    }
  }
  const capacity = { gateway: [await findCapacity(bench, 'gateway')], nginx: [await findCapacity(bench, 'nginx')] };
  return {
    measurements: [
      measurement('e.resident', 'MB', rounds, (figures) => figures.residentMegabytes),
      measurement('e.delay-p50', 'ms', rounds, (figures) => figures.p50 / 1000),
      measurement('e.delay-p99', 'ms', rounds, (figures) => figures.p99 / 1000),
      measurement('e.busy', 'of the core', rounds, (figures) => figures.busy),
      measurement('e.capacity', 'streams', capacity, (held) => held),
    ],
    notes: [await tryPortkey(bench), `e: the search for the capacity ends at ${mostStreams} streams`],
  };
}

export const heldStreams: Workload = {
  letter: 'e',
  title: `${streams} streams open at once, a chunk every ${interval} ms in each`,
  quick: false,
  run,
};
