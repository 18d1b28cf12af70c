import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { packRecords } from '../../server/ledger/packed-record.ts';
import { loadSecretKey } from '../../server/lib/secret-key.ts';
import { migrate } from '../../server/store/migrate.ts';
import { migrations } from '../../server/store/migrations/index.ts';
import { openEngine } from '../../server/store/open-engine.ts';
import { openStore } from '../../server/store/open-store.ts';
import { generateRecords } from '../../server/store/testing/usage-records.ts';
import { startTestBench, type TestBench, testToken } from '../support/gateway.ts';
import { startPostgresServer } from '../support/postgres-server.ts';
import { runCommand, ServerProcess } from '../support/server-process.ts';
import { createSharedDatabase, hasPostgres } from '../support/shared-services.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const message = { model, messages: [{ role: 'user', content: 'Hello' }] };
const passphrase = 'a good passphrase';
const program = join(import.meta.dirname, '../../dist/server/main.js');
const report = z.object({ rows: z.record(z.string(), z.number()) });
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let bench: TestBench;
let folder: string;
let key: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
  bench = await startTestBench();
  await bench.addCredential('me@example.com');
  ({ key } = await bench.generateKey('kept'));
  // Enough rows to interrupt a backup in the middle, and too new to be deleted meanwhile.
  const store = await openStore({ dataDir: bench.dataDir, secretKey: loadSecretKey({ dataDir: bench.dataDir }).key });
  await store.usage.append(packRecords(generateRecords(1500, 20 * 86_400_000, Date.now())));
  await store.close();
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}, input = passphrase) =>
  runCommand({ arguments: args, input, environment: { DATA_DIR: bench.dataDir, ...environment } });
const file = (name: string) => join(folder, name);

/** Starts a command in a separate process, controlled by the caller. */
function start(args: readonly string[], environment: Readonly<Record<string, string>>, shell = '') {
  const child = spawn('bash', ['--norc', '-c', `${shell} exec "$0" "$@"`, process.execPath, program, ...args], {
    env: { PATH: process.env.PATH ?? '', DATA_DIR: bench.dataDir, ...environment },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.end(passphrase);
  let error = '';
  child.stderr.on('data', (data) => {
    error += data;
  });
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, error }));
  return { child, ended };
}

async function keepChatting(work: () => Promise<void>): Promise<number> {
  const done = new AbortController();
  let answered = 0;
  const client = async () => {
    while (!done.signal.aborted) {
      expect((await bench.chat(message)).status).toBe(200);
      answered += 1;
      // Leave the command some processor time.
      await wait(20);
    }
  };
  const chatting = client();
  await work().finally(() => done.abort());
  await chatting;
  return answered;
}

describe('a backup of a running gateway', () => {
  it('is made, verified and restored elsewhere, where the old key works under a new secret key', async () => {
    const answered = await keepChatting(async () => {
      const made = await run(['backup', '--out', file('a.backup'), '--json']);
      expect(made).toMatchObject({ code: 0, stderr: '' });
      expect(report.parse(JSON.parse(made.stdout)).rows).toMatchObject({ credentials: 1 });
    });
    expect(answered).toBeGreaterThan(0);
    const verified = await run(['verify', file('a.backup')], { DATA_DIR: file('none') });
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('The backup is valid.') });
    expect(existsSync(file('none'))).toBe(false);

    const environment = { DATA_DIR: file('restored'), ATLASSIAN_ORIGIN: bench.simulator.origin };
    const restored = await run(['restore', file('a.backup'), '--json'], environment);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(report.parse(JSON.parse(restored.stdout)).rows.usage_requests).toBeGreaterThanOrEqual(1500);
    expect(readFileSync(file('restored/secret.key'))).not.toEqual(readFileSync(join(bench.dataDir, 'secret.key')));
    const server = await ServerProcess.serve(environment);
    try {
      expect(server.stdout).not.toContain('初始管理员密码');
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const body = JSON.stringify(message);
      const answer = await fetch(`${server.origin}/v1/chat/completions`, { method: 'POST', headers, body });
      expect(answer.status).toBe(200);
    } finally {
      await server.stop();
    }
    const again = await run(['restore', file('a.backup')], environment);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('not empty') });
    expect(again.stderr + restored.stdout + verified.stdout).not.toContain(testToken);
  });

  it.skipIf(!hasPostgres)('is restored into PostgreSQL', async () => {
    expect(await run(['backup', '--out', file('p.backup'), '--without-usage', '--json'])).toMatchObject({ code: 0 });
    const DATABASE_URL = await createSharedDatabase();
    const restored = await run(['restore', file('p.backup'), '--json'], { DATA_DIR: file('p'), DATABASE_URL });
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(report.parse(JSON.parse(restored.stdout)).rows).toMatchObject({ credentials: 1, usage_requests: 0 });
  });

  it('is refused in one line with another passphrase, and writes nothing', async () => {
    await run(['backup', '--out', file('w.backup'), '--without-usage', '--json']);
    const refused = await run(['restore', file('w.backup')], { DATA_DIR: file('w') }, 'another passphrase');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^atlassian-proxy: The passphrase .+\n$/) });
    expect(existsSync(file('w'))).toBe(false);
  });
});

describe('an interrupted backup', () => {
  const leftovers = (name: string) => readdirSync(folder).filter((other) => other.startsWith(name));

  it('leaves nothing when Ctrl-C stops it', async () => {
    const { child, ended } = start(['backup', '--out', file('c.backup')], {});
    await vi.waitUntil(() => existsSync(file('c.backup.partial')), { timeout: 15_000, interval: 1 });
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, error: expect.stringContaining('interrupted') });
    expect(leftovers('c.backup')).toEqual([]);
  });

  it('leaves no file under its name when killed, and the next one cleans up', async () => {
    const { child, ended } = start(['backup', '--out', file('k.backup')], {});
    await vi.waitUntil(() => existsSync(file('k.backup.partial')), { timeout: 15_000, interval: 1 });
    child.kill('SIGKILL');
    await ended;
    expect(leftovers('k.backup')).toEqual(['k.backup.partial']);
    expect(await run(['backup', '--out', file('k.backup'), '--json'])).toMatchObject({ code: 0 });
    expect(leftovers('k.backup')).toEqual(['k.backup']);
  });

  it('leaves nothing on a full disk, and reports it', async () => {
    const { ended } = start(['backup', '--out', file('f.backup')], {}, 'ulimit -f 64;');
    expect(await ended).toMatchObject({ code: 1, error: expect.stringMatching(/cannot be written .+\n$/) });
    expect(leftovers('f.backup')).toEqual([]);
  });
});

describe('an interrupted restore', () => {
  it('changes nothing, whether killed or out of space, and the next one succeeds', async () => {
    expect(await run(['backup', '--out', file('r.backup'), '--json'])).toMatchObject({ code: 0 });
    const environment = { DATA_DIR: file('r') };
    const { child, ended } = start(['restore', file('r.backup')], environment);
    await vi.waitUntil(() => existsSync(file('r/database.db-wal')), { timeout: 15_000, interval: 1 });
    child.kill('SIGKILL');
    await ended;
    const full = start(['restore', file('r.backup')], environment, 'ulimit -f 512;');
    expect(await full.ended).toMatchObject({ code: 1, error: expect.stringContaining('atlassian-proxy: ') });
    const restored = await run(['restore', file('r.backup'), '--json'], environment);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(report.parse(JSON.parse(restored.stdout)).rows.usage_requests).toBeGreaterThanOrEqual(1500);
  });
});

/** A database with empty tables, one of them locked, so that a restore waits in the middle. */
class BlockedDatabase {
  readonly url: string;
  readonly #client: Client;

  private constructor(url: string) {
    this.url = url;
    this.#client = new Client({ connectionString: url });
    this.#client.on('error', () => undefined);
  }

  static async create(url: string): Promise<BlockedDatabase> {
    const engine = await openEngine({ dataDir: folder, databaseUrl: url });
    await migrate(engine, migrations, 0);
    await engine.close();
    const database = new BlockedDatabase(url);
    await database.#client.connect();
    onTestFinished(() => database.#client.end());
    await database.#client.query('begin; lock table usage_roll_ups in exclusive mode');
    return database;
  }

  async waitForRestoring(): Promise<void> {
    const blocked = "select 1 from pg_locks where relation = 'usage_roll_ups'::regclass and not granted";
    await vi.waitUntil(async () => (await this.#client.query(blocked)).rows.length > 0, { timeout: 30_000 });
  }

  async unblock(): Promise<void> {
    await this.#client.query('rollback');
  }

  async countRequests(): Promise<number> {
    return Number((await this.#client.query('select count(*) from usage_requests')).rows[0].count);
  }
}

describe.skipIf(!hasPostgres)('an interrupted restore into PostgreSQL', () => {
  beforeAll(async () => {
    expect(await run(['backup', '--out', file('pg.backup'), '--json'])).toMatchObject({ code: 0 });
  });

  it.each([
    ['SIGKILL', { code: null, error: '' }],
    ['SIGINT', { code: 130, error: 'atlassian-proxy: interrupted: nothing was changed\n' }],
  ] as const)('because of %s keeps no row, and can be begun again', async (signal, end) => {
    const database = await BlockedDatabase.create(await createSharedDatabase());
    const environment = { DATA_DIR: file(signal), DATABASE_URL: database.url };
    const { child, ended } = start(['restore', file('pg.backup')], environment);
    await database.waitForRestoring();
    child.kill(signal);
    await database.unblock();
    expect(await ended).toEqual(end);
    expect(await database.countRequests()).toBe(0);
    const restored = await run(['restore', file('pg.backup'), '--json'], environment);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(await database.countRequests()).toBeGreaterThanOrEqual(1500);
  });

  it('reports in one line that the server is full or gone, and keeps no row', async () => {
    const server = await startPostgresServer({ largestFile: 2048 });
    onTestFinished(() => server.close());
    const restoreInto = (url: string) =>
      start(['restore', file('pg.backup')], { DATA_DIR: file('pg'), DATABASE_URL: url });
    const narrow = await BlockedDatabase.create(await server.createDatabase('narrow'));
    await narrow.unblock();
    const noRoom = /^atlassian-proxy: .*could not extend file.*\n$/;
    expect(await restoreInto(narrow.url).ended).toMatchObject({ code: 1, error: expect.stringMatching(noRoom) });
    expect(await narrow.countRequests()).toBe(0);
    const broken = await BlockedDatabase.create(await server.createDatabase('broken'));
    const { ended } = restoreInto(broken.url);
    await broken.waitForRestoring();
    await server.stop('SIGKILL');
    const lost = /^atlassian-proxy: The connection .+\n$/;
    expect(await ended).toMatchObject({ code: 1, error: expect.stringMatching(lost) });
  });
});

describe.skipIf(!hasPostgres)('a move to PostgreSQL that Ctrl-C stops', () => {
  it('has copied nothing and can be repeated', async () => {
    const url = await createSharedDatabase();
    await bench.stop();
    const { child, ended } = start(['migrate-database', '--to', url], {});
    const client = new Client({ connectionString: url });
    await client.connect();
    // The tables exist before the rows.
    const isBegun = async () => (await client.query("select to_regclass('usage_names') as name")).rows[0].name !== null;
    await vi.waitUntil(isBegun, { timeout: 15_000, interval: 1 });
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, error: expect.stringContaining('nothing was changed') });
    expect((await client.query('select count(*) from usage_requests')).rows).toEqual([{ count: '0' }]);
    await client.end();
    const moved = await run(['migrate-database', '--to', url, '--json']);
    expect(moved).toMatchObject({ code: 0, stderr: '' });
    expect(report.parse(JSON.parse(moved.stdout)).rows.usage_requests).toBeGreaterThanOrEqual(1500);
  });
});
