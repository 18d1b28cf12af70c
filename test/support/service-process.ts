import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServiceCommand {
  readonly file: string;
  readonly arguments: readonly string[];
  /** Data folder, deleted with the process. */
  readonly folder: string;
  /** User to run as; root only. */
  readonly userId?: number | undefined;
  /** Returns true once the server is ready. */
  readonly isReady: () => Promise<boolean>;
}

/** Maximum number of output characters shown in errors. */
const shownOutput = 4000;
/** Milliseconds. */
const startTimeout = 30_000;
const lookInterval = 20;

/** A helper process for tests and drills, such as a database server. It never outlives this process. */
export class ServiceProcess {
  readonly #command: ServiceCommand;
  #child: ChildProcess | undefined;
  #output = '';

  constructor(command: ServiceCommand) {
    this.#command = command;
  }

  get pid(): number | undefined {
    return this.#isRunning ? this.#child?.pid : undefined;
  }

  get #isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when the server is ready. */
  async start(): Promise<void> {
    const { file, userId, isReady, folder } = this.#command;
    const child = spawn(file, this.#command.arguments, {
      env: { PATH: process.env.PATH },
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(userId !== undefined && { uid: userId, gid: userId }),
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes: Buffer) => {
        this.#output = (this.#output + bytes).slice(-shownOutput);
      });
    }
    await once(child, 'spawn');
    guard(child, folder);
    const deadline = performance.now() + startTimeout;
    while (!(await isReady())) {
      if (!this.#isRunning || performance.now() > deadline) throw new Error(`${file} did not start:\n${this.#output}`);
      await sleep(lookInterval);
    }
  }

  /** Resolves when it has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.#isRunning) return;
    const exited = once(child, 'exit');
    child.ref();
    child.kill(signal);
    await exited;
  }

  /** Ends the process and deletes its data. */
  async close(signal: NodeJS.Signals): Promise<void> {
    await this.end(signal);
    rmSync(this.#command.folder, { recursive: true, force: true });
  }
}

/** A watchdog that ends the child when this process ends, however that happens. */
function guard(child: ChildProcess, folder: string): void {
  const script = 'cat >/dev/null; kill -9 "$0"; rm -rf "$1"';
  const guardian = spawn('sh', ['-c', script, String(child.pid), folder], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.once('exit', () => guardian.kill('SIGKILL'));
  // Neither keeps this process alive.
  guardian.unref();
  child.unref();
}
