import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The options of `docker run`. */
export interface RunOptions {
  /** Owner of the mounted data folder. */
  readonly dataOwner: number;
  /** Like `docker run --user`. Default: the image's user, root. */
  readonly user?: number;
  /** Like `docker run --read-only --cap-drop=ALL`. */
  readonly confined?: boolean;
}

/** A program with its arguments and environment. */
export interface Launch {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
}

export interface Run {
  readonly log: string;
  /** Expected owner of the database. */
  readonly databaseOwner: number;
}

/**
 * Starts the image on a data folder, waits until it is healthy, and stops it like `docker stop`.
 *
 * @param launch returns the command for a data folder on the host and a port
 * @throws Error with the log if it does not become healthy, serves no console, or does not stop with exit code 0
 */
export async function runImage(launch: (data: string, port: number) => Launch, options: RunOptions): Promise<Run> {
  const data = mkdtempSync(join(tmpdir(), 'volume-'));
  chownSync(data, options.dataOwner, options.dataOwner);
  const port = await freePort();
  const { command, environment, folder } = launch(data, port);
  const [program = '', ...rest] = command;
  const child = spawn(program, rest, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      log += chunk.toString('utf8');
      if (log.includes(`:${port}`)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then((code) => reject(new Error(`the start command ended with ${code}:\n${log}`)));
  });
  try {
    await ready;
    const health = await fetch(`http://127.0.0.1:${port}/health`);
    if (!health.ok) throw new Error(`/health answered ${health.status}`);
    const page = await fetch(`http://127.0.0.1:${port}/admin/`);
    if (!(await page.text()).includes('<script')) throw new Error('the console is not in the image');
  } finally {
    child.kill('SIGTERM');
  }
  const code = await exited;
  if (code !== 0) throw new Error(`stopping ended with ${code}:\n${log}`);
  const databaseOwner = statSync(join(data, 'database.db')).uid;
  rmSync(data, { recursive: true, force: true });
  return { log, databaseOwner };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
