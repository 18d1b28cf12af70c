import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';

/** The measured program runs alone on core 0; load and upstream share core 1. */
export const measuredCore = 0;
export const loadCore = 1;

export interface PinnedProcess extends AsyncDisposable {
  readonly pid: number;
  /** Resolves with the exit code when the process ends. */
  readonly exited: Promise<number | null>;
}

export interface SpawnOptions {
  readonly core: number;
  readonly env?: Readonly<Record<string, string>>;
  /** File for standard output and standard error. */
  readonly logFile: string;
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await exited;
  clearTimeout(killer);
}

/** Starts a long-running program pinned to one core. Disposing ends it. Its output goes to a file, as in production. */
export function spawnPinned(command: string, args: readonly string[], options: SpawnOptions): PinnedProcess {
  const log = openSync(options.logFile, 'a');
  const child = spawn('taskset', ['-c', String(options.core), command, ...args], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...options.env },
  });
  closeSync(log);
  if (child.pid === undefined) throw new Error(`${command} could not be started`);
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  return { pid: child.pid, exited, [Symbol.asyncDispose]: () => stop(child, exited) };
}

export interface RunOptions {
  readonly core?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
}

/** Runs a program and returns its output. Throws an error with the output if its exit code is not 0. */
export async function runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const pinned = options.core === undefined ? [] : ['taskset', '-c', String(options.core)];
  const [program = command, ...rest] = [...pinned, command, ...args];
  const child = spawn(program, rest, {
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
  });
  const closed = once(child, 'close');
  child.stdin?.end(options.input);
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code]: (number | null)[] = await closed;
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with ${code}:\n${(output + errors).slice(-2000)}`);
  return output;
}

/** Processor time of a process in seconds, all threads, user and system (the first field of schedstat, in ns). */
export function processorSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, value) => sum + value, 0) / 1e9;
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1]) * 1024;
}

/** The first child of a process; undefined if there is none yet. */
export function firstChild(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? undefined : Number(children.split(' ')[0]);
}
