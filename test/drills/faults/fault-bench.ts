import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Simulator, startSimulator } from '../../../simulator/start-simulator.ts';
import { adminPassword } from '../../support/gateway.ts';
import { ServerProcess } from '../../support/server-process.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const withKey = z.object({ key: z.string() });

/** A gateway in a separate process, with a simulated upstream in this one, on a folder for fault injection. */
export class FaultBench {
  readonly server: ServerProcess;
  readonly simulator: Simulator;
  readonly dataDir: string;
  #cookie = '';
  #key = '';

  private constructor(server: ServerProcess, simulator: Simulator, dataDir: string) {
    this.server = server;
    this.simulator = simulator;
    this.dataDir = dataDir;
  }

  /** Like `start`, but the process also measures the turns of its event loop, which keeps a processor busy. */
  static startMeasuringTurns(): Promise<FaultBench> {
    const folder = mkdtempSync(join(tmpdir(), 'faults-'));
    const measure = join(import.meta.dirname, 'longest-turn.js');
    return FaultBench.start({ NODE_OPTIONS: `--import=${measure}`, LONGEST_TURN_FILE: turnsFile(folder) }, folder);
  }

  static async start(environment: Readonly<Record<string, string>> = {}, folder?: string): Promise<FaultBench> {
    const dataDir = folder ?? mkdtempSync(join(tmpdir(), 'faults-'));
    const simulator = await startSimulator();
    const server = await ServerProcess.serve({
      DATA_DIR: dataDir,
      ADMIN_PASSWORD: adminPassword,
      ATLASSIAN_ORIGIN: simulator.origin,
      ...environment,
    });
    const bench = new FaultBench(server, simulator, dataDir);
    await bench.admin('POST', '/credentials', { email: 'one@example.com', token: 'ATATT-test-token-0123456789' });
    bench.#key = withKey.parse(JSON.parse(await (await bench.admin('POST', '/keys', { name: 'drill' })).text())).key;
    return bench;
  }

  async admin(method: string, path: string, body?: unknown): Promise<Response> {
    if (this.#cookie === '' && path !== '/login') {
      const login = await this.admin('POST', '/login', { password: adminPassword });
      this.#cookie = login.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    }
    return fetch(`${this.server.origin}/admin/api${path}`, {
      method,
      headers: { cookie: this.#cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** @param content content of its only message, as JSON */
  chat(stream = false, content = '"x"'): Promise<Response> {
    return fetch(`${this.server.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#key}` },
      body: `{"model":"${model}","stream":${stream},"messages":[{"role":"user","content":${content}}]}`,
    });
  }

  /** Asks for a stream and reads nothing of it. */
  stall(): Promise<Socket> {
    const { hostname, port } = new URL(this.server.origin);
    const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'x' }] });
    const head = [
      'POST /v1/chat/completions HTTP/1.1',
      `host: ${hostname}`,
      `authorization: Bearer ${this.#key}`,
      `content-length: ${body.length}`,
    ];
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname).once('error', reject);
      socket.pause();
      socket.once('connect', () => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => resolve(socket)));
    });
  }

  /** Longest event-loop delay since the last call; milliseconds. */
  async eventLoopDelay(): Promise<number> {
    return (await this.#metric(/^nodejs_eventloop_lag_max_seconds (\S+)$/m)) * 1000;
  }

  /**
   * The longest turn of the event loop since the last call; milliseconds of processor time. 0 if all were short. Needs
   * `startMeasuringTurns`.
   */
  longestTurn(): number {
    const file = turnsFile(this.dataDir);
    if (!existsSync(file)) return 0;
    const longest = Number(readFileSync(file, 'utf8'));
    rmSync(file);
    return longest;
  }

  /** Size of objects and buffers in megabytes, including uncollected garbage. */
  async memoryInUse(): Promise<number> {
    const heap = await this.#metric(/^nodejs_heap_size_used_bytes (\S+)$/m);
    return (heap + (await this.#metric(/^nodejs_external_memory_bytes (\S+)$/m))) / 1e6;
  }

  async #metric(pattern: RegExp): Promise<number> {
    const metrics = await (await fetch(`${this.server.origin}/metrics`)).text();
    return Number(pattern.exec(metrics)?.[1]);
  }

  /** Milliseconds until `/ready` returns this status. */
  async untilReadySays(status: number): Promise<number> {
    const since = performance.now();
    while ((await fetch(`${this.server.origin}/ready`)).status !== status) {
      if (performance.now() - since > 30_000) return Number.POSITIVE_INFINITY;
      await sleep(50);
    }
    return performance.now() - since;
  }

  /** Resident memory of the process in megabytes. */
  memory(): number {
    const status = readFileSync(`/proc/${this.server.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  }

  /** Milliseconds from SIGTERM to the end. */
  async stop(): Promise<number> {
    const since = performance.now();
    this.server.signal('SIGTERM');
    await this.server.exited(60_000);
    return performance.now() - since;
  }

  async close(): Promise<void> {
    if (this.server.running) await this.server.stop('SIGKILL');
    await this.simulator.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function turnsFile(folder: string): string {
  return join(folder, 'longest-turn');
}
