import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCore, processorSeconds, runProgram } from '../machine/process.ts';
import { chatPath, type RunningSubject } from '../subjects/subject.ts';
import { plainText } from '../upstream/answers.ts';
import { type LoadFigures, parseFigures } from './figures.ts';
import type { RequestBody } from './requests.ts';

export interface CallLoad {
  readonly folder: string;
  readonly body: RequestBody;
  readonly connections: number;
  readonly seconds: number;
}

export interface CallFigures extends LoadFigures {
  readonly callsPerSecond: number;
  /** The subject's processor time per call in microseconds. */
  readonly processorPerCall: number;
  /** Share of its core that the subject used. Far below 1, the subject was not the bottleneck. */
  readonly busy: number;
}

/** A subject, or the upstream. */
export type CallTarget = Pick<RunningSubject, 'port' | 'pid' | 'headers'> & { readonly name: string };

/** Seconds. wrk's default of 2 is too short for a 2 MB body on a busy machine. */
const patience = 10;

/** Loads a subject with plain calls from wrk and checks every answer. Throws on a wrong one. */
export async function loadCalls(subject: CallTarget, load: CallLoad): Promise<CallFigures> {
  const bodyFile = join(load.folder, 'call.json');
  const expectedFile = join(load.folder, 'call.expected');
  writeFileSync(bodyFile, load.body.json);
  writeFileSync(expectedFile, JSON.stringify(plainText).slice(1, -1));
  const headers = Object.entries(subject.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const script = join(import.meta.dirname, 'plain-calls.lua');
  const url = `http://127.0.0.1:${subject.port}${chatPath}`;
  const size = ['-t1', `-c${load.connections}`, `-d${load.seconds}s`, '--timeout', `${patience}s`];
  const before = processorSeconds(subject.pid);
  const env = { BENCH_BODY: bodyFile, BENCH_EXPECTED: expectedFile };
  const output = await runProgram('wrk', [...size, '-s', script, ...headers, url], { core: loadCore, env });
  const used = processorSeconds(subject.pid) - before;
  const figures = parseFigures(output);
  if (figures.failed > 0 || figures.completed === 0) {
    const whose = `${subject.name}: of ${figures.completed} calls of ${load.body.name}`;
    throw new Error(`${whose} ${figures.failed} failed: ${figures.fault}`);
  }
  return {
    ...figures,
    callsPerSecond: figures.completed / figures.seconds,
    processorPerCall: (used * 1e6) / figures.completed,
    busy: used / figures.seconds,
  };
}
