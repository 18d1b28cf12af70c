import { loadCore, processorSeconds, runProgram } from '../machine/process.ts';
import type { RunningSubject } from '../subjects/subject.ts';
import { chunkText } from '../upstream/answers.ts';
import { type LoadFigures, parseFigures } from './figures.ts';
import { shortRequest, writeHttpRequest } from './requests.ts';

/** See native/load.c: what `amount` means depends on the kind. */
export interface StreamLoad {
  readonly kind: 'burst' | 'hold' | 'abort';
  readonly folder: string;
  /** The compiled load program. */
  readonly program: string;
  readonly connections: number;
  readonly chunks: number;
  readonly amount: number;
}

export interface StreamFigures extends LoadFigures {
  readonly streamsPerSecond: number;
  /** The subject's processor time per stream in microseconds. */
  readonly processorPerStream: number;
  readonly busy: number;
}

/** Loads a subject with streams. Errors are reported in the figures, because some subjects are known to have them. */
export async function loadStreams(subject: RunningSubject, load: StreamLoad): Promise<StreamFigures> {
  const request = writeHttpRequest(load.folder, subject, shortRequest(true));
  const size = [load.connections, load.chunks, load.amount].map(String);
  const before = processorSeconds(subject.pid);
  const args = [load.kind, String(subject.port), request, chunkText, ...size];
  const figures = parseFigures(await runProgram(load.program, args, { core: loadCore }));
  const used = processorSeconds(subject.pid) - before;
  return {
    ...figures,
    streamsPerSecond: figures.completed / figures.seconds,
    processorPerStream: (used * 1e6) / figures.completed,
    busy: used / figures.seconds,
  };
}

/** The same, but throws if any stream is wrong. */
export async function loadGoodStreams(subject: RunningSubject, load: StreamLoad): Promise<StreamFigures> {
  const figures = await loadStreams(subject, load);
  if (figures.failed > 0 || figures.completed === 0) {
    throw new Error(
      `${subject.name}: ${figures.failed} streams were wrong, ${figures.completed} right: ${figures.fault}`,
    );
  }
  return figures;
}
