import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../dist/server/main.js');

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SpawnOptions {
  /** The complete environment; only the path is inherited. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
  readonly input?: string;
  /** Runs the program under another user; root only. */
  readonly userId?: number;
}

/** The gateway as a separate process. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #watchers = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #exit: ProcessExit | undefined;

  constructor(options: SpawnOptions = {}) {
    this.#child = spawn(process.execPath, [main, ...(options.arguments ?? [])], {
      env: { PATH: process.env.PATH, ...options.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.userId !== undefined && { uid: options.userId, gid: options.userId }),
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#changed();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#changed();
    });
    this.#child.once('close', (code, signal) => {
      this.#exit = { code, signal };
      this.#changed();
    });
    this.#child.stdin?.on('error', () => {}).end(options.input ?? '');
  }

  /** Starts a gateway and waits until it prints its address. */
  static async serve(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const server = new ServerProcess({ environment: { PORT: '0', ...environment } });
    await server.waitFor(() => /running at \S+[\s\S]*Base URL/.test(server.stdout), 'its start');
    return server;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** `http://127.0.0.1:port`, as printed at the start. */
  get origin(): string {
    const printed = /running at http:\/\/[^:]+:(\d+)/.exec(this.#stdout)?.[1];
    if (printed === undefined) throw new Error(`it has not started:\n${this.#stdout}${this.#stderr}`);
    return `http://127.0.0.1:${printed}`;
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  /** Closes the reading end of its standard output, so that its writes fail. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
  }

  /** Stops reading its standard output, so that the pipe fills up. */
  stallOutput(): void {
    this.#child.stdout?.pause();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Resolves when the process has ended. */
  async exited(timeout = 20_000): Promise<ProcessExit> {
    await this.waitFor(() => this.#exit !== undefined, 'its end', timeout);
    return this.#exit ?? { code: null, signal: null };
  }

  /** Ends the process if it is still running. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProcessExit> {
    if (this.running) this.signal(signal);
    return this.exited();
  }

  /** Resolves when the condition on the output holds; rejects if the process ends or the time runs out first. */
  waitFor(isMet: () => boolean, what: string, timeout = 20_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        if (error === undefined) resolve();
        else reject(error);
      };
      const described = () => `${what}\n--- stdout\n${this.#stdout}\n--- stderr\n${this.#stderr}`;
      const look = () => {
        if (isMet()) settle();
        else if (this.#exit !== undefined) settle(new Error(`It ended before ${described()}`));
      };
      const timer = setTimeout(() => settle(new Error(`Waited ${timeout} ms in vain for ${described()}`)), timeout);
      this.#watchers.add(look);
      look();
    });
  }

  #changed(): void {
    for (const look of this.#watchers) look();
  }
}

/** Runs one command. @returns its exit code and output */
export async function runCommand(options: SpawnOptions): Promise<ProcessExit & { stdout: string; stderr: string }> {
  const command = new ServerProcess(options);
  try {
    const exit = await command.exited(30_000);
    return { ...exit, stdout: command.stdout, stderr: command.stderr };
  } finally {
    if (command.running) await command.stop('SIGKILL');
  }
}

/** Runs another program, such as curl. */
export async function runProgram(
  file: string,
  parameters: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(file, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, ...output };
}
