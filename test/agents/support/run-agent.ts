import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const modules = join(import.meta.dirname, '../node_modules');

export interface AgentRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Output for error messages. */
  readonly report: string;
}

interface RunAgentOptions {
  readonly cwd: string;
  /** The complete environment; only the path is inherited. */
  readonly environment: Readonly<Record<string, string>> & { readonly HOME: string };
  readonly timeout?: number;
}

/**
 * Runs an installed agent without a terminal until it ends or times out, and ends all processes that it started.
 *
 * @param program a command, or a script of a package: `package/bin/program.js`
 */
export async function runAgent(
  program: string,
  parameters: readonly string[],
  { cwd, environment, timeout = 90_000 }: RunAgentOptions,
): Promise<AgentRun> {
  const isScript = program.endsWith('.js');
  const command = isScript ? process.execPath : join(modules, '.bin', program);
  const child = spawn(command, isScript ? [join(modules, program), ...parameters] : parameters, {
    cwd,
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8', CI: 'true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  let ranOut = false;
  const timer = setTimeout(() => {
    ranOut = true;
    killGroup(child);
  }, timeout);
  try {
    const [code] = await once(child, 'close');
    const ending = ranOut ? `was killed after ${timeout} ms` : `ended with ${code}`;
    const report = `${program} ${ending}\n--- stdout\n${output.stdout}\n--- stderr\n${output.stderr}`;
    return { code: typeof code === 'number' ? code : null, ...output, report };
  } finally {
    clearTimeout(timer);
    killGroup(child);
    killByHome(environment.HOME);
  }
}

/** Ends the agent and its own children. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // They have ended already.
  }
}

/**
 * Ends processes that the agent left in other process groups (such as Cline's hub), found by their home folder. Linux
 * only.
 */
function killByHome(home: string): void {
  if (!existsSync('/proc')) return;
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (variables.includes(`HOME=${home}`)) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, or belongs to someone else.
    }
  }
}
