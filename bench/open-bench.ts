import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { loadCore, runProgram } from './machine/process.ts';
import { compile, ensureTools } from './machine/tools.ts';
import { takeTurn } from './machine/turn.ts';
import type { Options } from './options.ts';
import { startUpstream } from './upstream/upstream.ts';

const log = (line: string) => console.log(line);

/** Prepares the tools and starts the upstream; the stack closes both. */
export async function openBench(options: Options, stack: AsyncDisposableStack): Promise<Bench> {
  await ensureTools();
  stack.use(await takeTurn(log));
  const folder = mkdtempSync(join(tmpdir(), 'atlassian-proxy-bench-'));
  stack.defer(() => rmSync(folder, { recursive: true }));
  await runProgram('taskset', ['-a', '-c', '-p', String(loadCore), String(process.pid)]);
  return {
    folder,
    project: options.project,
    upstream: stack.use(await startUpstream(folder)),
    loadProgram: await compile('load', folder),
    rounds: options.rounds,
    quick: options.quick,
    log,
  };
}
