import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/** Beside the code: who may write here may change the code itself. */
const defaultFolder = join(import.meta.dirname, '../../node_modules/.cache/atlassian-proxy');
const compileProgram = join(import.meta.dirname, 'compile-ahead.ts');
/** Milliseconds; it takes less than one second. */
const compileTimeout = 20_000;

/** What runs for so long that its memory counts. */
const servers: readonly (string | undefined)[] = [undefined, 'serve', 'demo'];

/** Not for a program that serves: SQLite in Node is what the warnings are about. */
const quiet = '--disable-warning=ExperimentalWarning';

/** What is asked of the process. */
export type Runtime = Pick<NodeJS.Process, 'argv' | 'execArgv' | 'execPath' | 'env' | 'channel' | 'execve'>;

/** What is asked of others, replaceable for tests. */
export interface RuntimeTools {
  readonly folder: string;
  readonly enable: (folder: string) => void;
  /** Runs a program of Node to its end. */
  readonly run: (file: string, args: readonly string[], env: NodeJS.ProcessEnv) => void;
}

const defaultTools: RuntimeTools = {
  folder: defaultFolder,
  enable: (folder) => enableCompileCache(folder),
  run: (file, args, env) => spawnSync(file, args, { env, stdio: 'ignore', timeout: compileTimeout }),
};

/**
 * Keeps compiled code between starts, which halves their time. To be called before anything else is loaded.
 *
 * A server also starts over in its own place (same process id, same streams), for what can be had only from the very
 * start: with the cache known by then, Node does not load what strips types from the files, which would stay in memory
 * (18 MB), and threads share one memory pool (5 MB). It costs 60 ms. An installation's first server has everything
 * compiled beforehand, in a process of its own. Whoever names a cache in the environment decides for himself, and
 * Node's way of turning it off holds here too.
 */
export function prepareRuntime(runtime: Runtime = process, tools: RuntimeTools = defaultTools): void {
  const { argv, env } = runtime;
  if (env.NODE_COMPILE_CACHE !== undefined || env.NODE_DISABLE_COMPILE_CACHE !== undefined) return;
  if (!isPrivate(tools.folder)) return;
  if (servers.includes(argv[2])) startOver(runtime, tools);
  tools.enable(tools.folder);
}

/** Returns only where a process cannot be replaced: on Windows, and under a parent that talks to it. */
function startOver({ argv, execArgv, execPath, env, channel, execve }: Runtime, { folder, run }: RuntimeTools): void {
  if (execve === undefined || process.platform === 'win32' || channel) return;
  const options = execArgv.includes(quiet) ? execArgv : [quiet, ...execArgv];
  const environment = { MALLOC_ARENA_MAX: '1', ...env, NODE_COMPILE_CACHE: folder };
  const mark = join(folder, 'compiled');
  try {
    if (!existsSync(mark)) {
      run(execPath, [...options, compileProgram, '--version'], environment);
      writeFileSync(mark, '');
    }
    execve(execPath, [execPath, ...options, ...argv.slice(1)], environment);
  } catch {
    // Then it runs as it was started.
  }
}

/** True for a folder that nobody else can write: what lies in a cache is run. Makes it when it is missing. */
function isPrivate(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { mode, uid } = lstatSync(folder);
    return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
  } catch {
    return false;
  }
}
