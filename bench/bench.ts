import { probe } from './load/probe.ts';
import { startGateway } from './subjects/gateway.ts';
import { startNginx } from './subjects/nginx.ts';
import { startPortkey } from './subjects/portkey.ts';
import type { RunningSubject, StartSubject, SubjectName } from './subjects/subject.ts';
import type { Upstream, UpstreamMode } from './upstream/upstream.ts';

/** What every workload is given. */
export interface Bench {
  /** Folder for files and logs of this run. */
  readonly folder: string;
  /** The project whose gateway is measured. */
  readonly project: string;
  readonly upstream: Upstream;
  /** The compiled stream load. */
  readonly loadProgram: string;
  readonly rounds: number;
  /** The form that guards against regressions: nginx alone as yardstick, short rounds. */
  readonly quick: boolean;
  readonly log: (line: string) => void;
}

const starters: Readonly<Record<SubjectName, StartSubject>> = {
  gateway: startGateway,
  nginx: startNginx,
  portkey: startPortkey,
};

const probedStream: UpstreamMode = { chunks: 100, interval: 0, minimumBody: 0 };

/** Starts a subject and checks what it answers before anything is measured. Leaves the upstream in another mode. */
export async function startSubject(
  bench: Bench,
  name: SubjectName,
  nodeOptions: readonly string[] = [],
): Promise<RunningSubject> {
  const { folder, project, upstream } = bench;
  const subject = await starters[name]({ folder, project, nodeOptions, upstreamPort: upstream.port });
  try {
    await upstream.setMode(probedStream);
    await probe(subject, probedStream.chunks);
    return subject;
  } catch (error) {
    await subject[Symbol.asyncDispose]();
    throw error;
  }
}

/** The gateway and the yardsticks of this form of the run. */
export function comparedSubjects(bench: Bench): readonly SubjectName[] {
  return bench.quick ? ['nginx', 'gateway'] : ['nginx', 'portkey', 'gateway'];
}

/** Rounds that do not count: it takes a JavaScript engine some 100,000 calls until the last of its code is compiled for good. */
const warmUpRounds = { quick: 1, full: 4 };

/**
 * Starts the compared subjects, then measures them one at a time, round by round, after some to warm up that do not
 * count. The order turns around each round, so that a drift of the machine favours none.
 */
export async function interleave<T>(
  bench: Bench,
  mode: UpstreamMode,
  measure: (subject: RunningSubject) => Promise<T>,
): Promise<Partial<Record<SubjectName, T[]>>> {
  await using stack = new AsyncDisposableStack();
  const subjects: RunningSubject[] = [];
  for (const name of comparedSubjects(bench)) subjects.push(stack.use(await startSubject(bench, name)));
  await bench.upstream.setMode(mode);
  for (let round = 0; round < warmUpRounds[bench.quick ? 'quick' : 'full']; round++) {
    for (const subject of subjects) await measure(subject);
  }
  const rounds: Partial<Record<SubjectName, T[]>> = {};
  for (let round = 0; round < bench.rounds; round++) {
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      const figures = rounds[subject.name] ?? [];
      figures.push(await measure(subject));
      rounds[subject.name] = figures;
    }
  }
  return rounds;
}
