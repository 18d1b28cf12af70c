import { probe } from './load/probe.ts';
import { startGateway } from './subjects/gateway.ts';
import { startNginx } from './subjects/nginx.ts';
import { startPortkey } from './subjects/portkey.ts';
import type { RunningSubject, StartSubject, SubjectName } from './subjects/subject.ts';
import type { Upstream, UpstreamMode } from './upstream/upstream.ts';

/** The environment of a workload. */
export interface Bench {
  /** Folder for files and logs of this run. */
  readonly folder: string;
  /** The checkout whose gateway is measured. */
  readonly project: string;
  readonly upstream: Upstream;
  /** The compiled stream load. */
  readonly loadProgram: string;
  readonly rounds: number;
  /** The quick form, which detects regressions: only nginx as reference, short rounds. */
  readonly quick: boolean;
  readonly log: (line: string) => void;
}

const starters: Readonly<Record<SubjectName, StartSubject>> = {
  gateway: startGateway,
  nginx: startNginx,
  portkey: startPortkey,
};

const probedStream: UpstreamMode = { chunks: 100, interval: 0, minBody: 0 };

/** Starts a subject and checks its answers before measuring. Changes the upstream's mode. */
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

/** The gateway and the reference programs of this run. */
export function comparedSubjects(bench: Bench): readonly SubjectName[] {
  return bench.quick ? ['nginx', 'gateway'] : ['nginx', 'portkey', 'gateway'];
}

/** Warm-up rounds: a JavaScript engine needs about 100,000 calls until all of its code is optimised. */
const warmUpRounds = { quick: 1, full: 4 };

/**
 * Starts the compared subjects, then measures them one at a time, round by round, after warm-up rounds that do not
 * count. The order is reversed each round, so that drift of the machine favours none.
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
