import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';

const adminPassword = 'correct horse battery staple';
const main = join(import.meta.dirname, '../../dist/server/main.js');

/** A gateway in a separate process, as in production. */
export class GatewayProcess {
  readonly origin: string;
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'gateway-drill-'));
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #log = '';
  #cookie = '';

  private constructor(port: number, environment: Readonly<Record<string, string>>) {
    this.origin = `http://127.0.0.1:${port}`;
    this.#environment = {
      PORT: String(port),
      DATA_DIR: this.#dataDir,
      ADMIN_PASSWORD: adminPassword,
      LOG_LEVEL: 'warn',
      ...environment,
    };
  }

  static async start(environment: Readonly<Record<string, string>>): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(await freePort(), environment);
    // Clean up however this process ends.
    process.once('exit', () => gateway.#child?.kill('SIGKILL'));
    process.once('SIGINT', () => process.exit(130));
    await gateway.start();
    return gateway;
  }

  /** The end of the process's output. */
  get log(): string {
    return this.#log.slice(-4000);
  }

  /** Resolves when the gateway answers. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const output of [child.stdout, child.stderr]) {
      output?.on('data', (bytes: Buffer) => {
        this.#log += bytes;
      });
    }
    for (let attempt = 0; attempt < 200; attempt++) {
      if (child.exitCode !== null) throw new Error(`The gateway did not start:\n${this.log}`);
      const response = await fetch(`${this.origin}/health`).catch(() => undefined);
      if (response?.ok === true) return;
      await sleep(50);
    }
    throw new Error(`The gateway does not answer:\n${this.log}`);
  }

  /** Shuts the process down cleanly, as for an upgrade. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Kills the process, as in a crash. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  /** Calls the admin API as the logged-in admin. @throws if the call does not succeed */
  async admin(method: string, path: string, body?: unknown): Promise<unknown> {
    if (this.#cookie === '') {
      const login = await this.#call('POST', '/login', { password: adminPassword });
      this.#cookie = login.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    }
    const text = await (await this.#call(method, path, body)).text();
    return text === '' ? undefined : JSON.parse(text);
  }

  async #call(method: string, path: string, body: unknown): Promise<Response> {
    const response = await fetch(`${this.origin}/admin/api${path}`, {
      method,
      headers: { cookie: this.#cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}
