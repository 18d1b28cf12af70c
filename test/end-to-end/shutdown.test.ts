import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { createLog } from '../../server/compose/logger.ts';
import { startGateway } from '../../server/compose/start-gateway.ts';
import { readConfig } from '../../server/config.ts';
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts';
import { readChatStream } from '../support/chat-answer.ts';
import { adminPassword } from '../support/gateway.ts';
import { ServerProcess } from '../support/server-process.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
/** Milliseconds. */
const shutdownTimeout = 15_000;

describe('the end of the process', () => {
  let simulator: Simulator;
  let dataDir: string;
  let server: ServerProcess;
  let origin: string;
  let cookie: string;
  let key: string;

  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    simulator.control.reset();
    dataDir = mkdtempSync(join(tmpdir(), 'shutdown-'));
    await start();
    for (const email of ['one@example.com', 'two@example.com']) {
      await admin('POST', '/credentials', { email, token: 'ATATT-some-token-of-ours' });
    }
    await admin('PATCH', '/settings', { pool: { affinity: false } });
    key = z.object({ key: z.string() }).parse(await admin('POST', '/keys', { name: 'mine' })).key;
  });
  afterEach(async () => {
    await server.stop('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const environment = (more: Readonly<Record<string, string>> = {}) => ({
    PORT: '0',
    DATA_DIR: dataDir,
    ATLASSIAN_ORIGIN: simulator.origin,
    ADMIN_PASSWORD: adminPassword,
    SHUTDOWN_TIMEOUT_MS: String(shutdownTimeout),
    ...more,
  });

  async function start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    server = await ServerProcess.serve(environment(more));
    talkTo(server.origin);
  }

  function talkTo(next: string): void {
    origin = next;
    cookie = '';
  }

  async function admin(method: string, path: string, body?: unknown): Promise<unknown> {
    if (cookie === '' && path !== '/login') await admin('POST', '/login', { password: adminPassword });
    const response = await fetch(`${origin}/admin/api${path}`, {
      method,
      headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';', 1)[0] ?? '';
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  function ask(stream: boolean): Promise<Response> {
    return fetch(`${origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hello' }] }),
    });
  }

  /** Whether the port still accepts connections. */
  function isListening(origin: string): Promise<boolean> {
    const { hostname, port } = new URL(origin);
    return new Promise((resolve) => {
      const socket = connect(Number(port), hostname)
        .once('connect', () => {
          socket.destroy();
          resolve(true);
        })
        .once('error', () => resolve(false));
    });
  }

  /** The ledger's content after a restart in this process. */
  async function recordsAfterRestart(): Promise<unknown> {
    const gateway = await startGateway(readConfig(environment()), createLog('silent'));
    try {
      talkTo(gateway.origin);
      return await admin('GET', '/requests');
    } finally {
      await gateway.close();
    }
  }

  /** Resolves when the database, read directly, contains a cooling credential. */
  async function coolDownIsStored(): Promise<void> {
    const database = new DatabaseSync(join(dataDir, 'database.db'), { readOnly: true });
    await vi.waitFor(
      () =>
        expect(JSON.stringify(database.prepare('SELECT * FROM credential_states').all())).toContain(
          '"condition\\":\\"cooling',
        ),
      10_000,
    );
    database.close();
  }

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'lets a running stream end after %s, but takes nothing new',
    async (signal) => {
      simulator.control.setDefault({ chunks: 20, pace: 25, 'output-tokens': 123 });
      const response = await ask(true);
      // Twice, as from a terminal whose parent process also forwards the signal.
      server.signal(signal);
      server.signal(signal);
      const refused = vi.waitFor(async () => expect(await isListening(origin)).toBe(false), 10_000);
      const { error, choices } = readChatStream(await response.text());
      const endedAt = Date.now();
      await refused;
      expect(error).toBeNull();
      expect(choices[0]).toMatchObject({ finishReason: 'stop' });
      expect(await server.exited()).toEqual({ code: 0, signal: null });
      // The client keeps its connection open; the gateway does not wait for it.
      expect(Date.now() - endedAt).toBeLessThan(shutdownTimeout / 2);
      // The text, a ping, and the start and end events of the message and its block.
      expect(simulator.control.lastRequest()).toMatchObject({ outcome: 'completed', chunksSent: 20 + 6 });
      expect(server.stderr).toBe('');
      expect(await recordsAfterRestart()).toMatchObject({ requests: [{ outcome: 'success', outputTokens: 123 }] });
    },
  );

  it('ends at once when nothing runs, though a client keeps its connection', async () => {
    await (await ask(false)).text();
    const startedAt = Date.now();
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(Date.now() - startedAt).toBeLessThan(shutdownTimeout / 2);
  });

  it('waits no longer than it may, and tells the readers of streams why they end', async () => {
    await server.stop();
    await start({ SHUTDOWN_TIMEOUT_MS: '300' });
    simulator.control.setDefault({ chunks: 100_000, pace: 20 });
    const responses = await Promise.all([ask(true), ask(true)]);
    const reading = responses.map((response) => response.text());
    server.signal('SIGTERM');
    expect(await server.exited()).toEqual({ code: 0, signal: null });
    for (const text of await Promise.all(reading)) {
      expect(readChatStream(text).error).toMatchObject({ message: expect.stringContaining('shutting down') });
    }
    await simulator.control.waitForOutcome('aborted-by-client');
    const failed = { outcome: 'failure', failureKind: 'overloaded' };
    expect(await recordsAfterRestart()).toMatchObject({ requests: [failed, failed] });
  });

  it('ends the streams of a key that is revoked in the meantime', async () => {
    simulator.control.setDefault({ chunks: 100_000, pace: 20 });
    const response = await ask(true);
    server.signal('SIGTERM');
    await vi.waitFor(async () => expect(await isListening(origin)).toBe(false), 10_000);
    const database = new DatabaseSync(join(dataDir, 'database.db'));
    database.exec('delete from api_keys');
    database.close();
    expect(readChatStream(await response.text()).error).toMatchObject({ message: expect.stringContaining('revoked') });
    expect(await server.exited()).toEqual({ code: 0, signal: null });
  });

  it('serves on for SHUTDOWN_DELAY_MS, while it says that it is not ready', async () => {
    await server.stop();
    await start({ SHUTDOWN_DELAY_MS: '1500' });
    server.signal('SIGTERM');
    await vi.waitFor(async () => expect((await fetch(`${origin}/ready`)).status).toBe(503), 10_000);
    const [ready, answer] = await Promise.all([fetch(`${origin}/ready`), ask(false)]);
    expect(await ready.json()).toMatchObject({ problems: ['the gateway was told to stop'] });
    expect(answer.status).toBe(200);
    expect(await server.exited()).toEqual({ code: 0, signal: null });
  });

  it('ends at once when it is told again', async () => {
    simulator.control.setDefault({ chunks: 100_000, pace: 20 });
    const reading = (await ask(true)).text();
    reading.catch(() => {});
    server.signal('SIGTERM');
    await vi.waitFor(async () => expect(await isListening(origin)).toBe(false), 10_000);
    const again = setInterval(() => server.signal('SIGTERM'), 100);
    expect(await server.exited()).toEqual({ code: 143, signal: null });
    clearInterval(again);
    await expect(reading).rejects.toThrow();
  });

  it('a crash in the middle loses nothing: states, cool-downs and the database are as before', async () => {
    simulator.control.setCredential('one@example.com', { status: 429, 'retry-after': 600 });
    await (await ask(false)).text();
    await (await ask(false)).text();
    const list = z.object({
      credentials: z.array(z.looseObject({ email: z.string(), state: z.looseObject({ name: z.string() }) })),
    });
    const states = async () =>
      list
        .parse(await admin('GET', '/credentials'))
        .credentials.map(({ email, state }) => [email, withoutProof(state)]);
    const before = await states();
    expect(before).toMatchObject([
      ['one@example.com', { name: 'cooling' }],
      ['two@example.com', { name: 'ready' }],
    ]);
    await coolDownIsStored();
    simulator.control.setDefault({ chunks: 1000, pace: 10 });
    const response = await ask(true);
    expect(response.status).toBe(200);
    await server.stop('SIGKILL');
    await expect(response.text()).rejects.toThrow();
    await start();
    expect(await states()).toEqual(before.map(([email, state]) => [email, { ...Object(state), inFlight: 0 }]));
    const database = new DatabaseSync(join(dataDir, 'database.db'), { readOnly: true });
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
    simulator.control.setDefault({});
    expect((await ask(false)).status).toBe(200);
    expect(simulator.control.lastRequest().email).toBe('two@example.com');
  });
});

describe.runIf(process.platform !== 'win32')('a parent that ends at SIGTERM', () => {
  const program = join(import.meta.dirname, '../../dist/server/main.js');
  /** A parent process like npm: starts the program, prints its process id, and ends on a signal. */
  const parentScript = `
    const { spawn } = require('node:child_process');
    const { pid } = spawn(process.execPath, [process.argv[1]], { stdio: ['ignore', 'inherit', 'inherit'] });
    console.log('child ' + pid);
    setInterval(() => {}, 1000);
  `;

  /** @returns the serving program's process and its output */
  async function startUnderParent(more: Readonly<Record<string, string>>) {
    const dataDir = mkdtempSync(join(tmpdir(), 'orphan-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const parent = spawn(process.execPath, ['-e', parentScript, program], {
      env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir, ...more },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    const ended = once(parent.stdout, 'end');
    parent.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await vi.waitFor(() => expect(output).toContain('Base URL'), { timeout: 15_000 });
    const pid = Number(/child (\d+)/.exec(output)?.[1]);
    const port = /localhost:(\d+)/.exec(output)?.[1];
    return { parent, pid, health: `http://127.0.0.1:${port}/health`, ended };
  }

  it('stops the server when its parent was npm', async () => {
    const { parent, ended, health } = await startUnderParent({ npm_command: 'run' });
    parent.kill('SIGTERM');
    // The server had held the other end of the pipe.
    await ended;
    await expect(fetch(health)).rejects.toThrow();
  });

  it('keeps the server running when its parent was another program', async () => {
    const { parent, pid, health } = await startUnderParent({});
    const exited = once(parent, 'exit');
    parent.kill('SIGTERM');
    await exited;
    await delay(1500);
    expect((await fetch(health)).status).toBe(200);
    process.kill(pid, 'SIGTERM');
  });
});

/** A restarted gateway has to relearn which routes work. */
function withoutProof(state: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(state).replaceAll('"name":"open"', '"name":"unknown"'));
}
