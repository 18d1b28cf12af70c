import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { usageTotals } from '../../contract/usage.ts';
import { adminPassword, startTestBench, type TestBench } from '../support/gateway.ts';
import { type PostgresServer, startPostgresServer } from '../support/postgres-server.ts';
import { runCommand, ServerProcess } from '../support/server-process.ts';
import { createSharedDatabase, hasPostgres } from '../support/shared-services.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const message = { model, messages: [{ role: 'user', content: 'Hello' }] };
const usage = z.object({ totals: usageTotals });

const requestsOf = async (bench: TestBench): Promise<number> =>
  usage.parse((await bench.admin('GET', '/usage?interval=day')).body).totals.requests;
const readinessOf = async (bench: TestBench) => {
  const response = await fetch(`${bench.origin}/ready`);
  return { code: response.status, body: await response.json() };
};
const metricOf = async (bench: TestBench, name: string): Promise<number> => {
  const text = await (await fetch(`${bench.origin}/metrics`)).text();
  return Number(new RegExp(`^atlassian_proxy_${name} (.*)$`, 'm').exec(text)?.[1]);
};

describe.skipIf(!hasPostgres)('a gateway whose PostgreSQL goes away', () => {
  let server: PostgresServer;
  let bench: TestBench;

  beforeAll(async () => {
    server = await startPostgresServer({ isDurable: true });
    bench = await startTestBench({ DATABASE_URL: await server.createDatabase('gateway') });
    await bench.addCredential('me@example.com');
  });
  afterAll(async () => {
    await bench.close();
    await server.close();
  });

  it('serves from memory, says so, and loses no record', async () => {
    expect((await bench.chat(message)).status).toBe(200);
    await vi.waitFor(async () => expect(await requestsOf(bench)).toBe(1), 10_000);
    expect(await readinessOf(bench)).toEqual({ code: 200, body: { status: 'ready', problems: [] } });
    await server.stop();
    for (let count = 0; count < 5; count += 1) expect((await bench.chat(message)).status).toBe(200);
    expect((await bench.chat({ ...message, stream: true })).status).toBe(200);
    expect(await readinessOf(bench)).toMatchObject({
      code: 200,
      body: { status: 'degraded', problems: [expect.stringContaining('database does not respond')] },
    });
    expect(await metricOf(bench, 'ledger_pending_records')).toBe(6);
    expect(await bench.admin('GET', '/usage?interval=day')).toMatchObject({
      status: 503,
      body: { error: { code: 'unavailable' } },
    });
    await server.start();
    await vi.waitFor(async () => expect(await requestsOf(bench)).toBe(7), 10_000);
    expect(await metricOf(bench, 'ledger_dropped_records')).toBe(0);
    // The result of a storage check during the outage remains until the next check, 5 s later.
    await vi.waitFor(async () => expect(await readinessOf(bench)).toMatchObject({ body: { status: 'ready' } }), 10_000);
    // Only one log line per component that noticed it.
    expect(bench.log().match(/"level":50/g)?.length).toBeLessThan(10);
  });
});

describe.skipIf(!hasPostgres)('migrate-database', () => {
  const hashOf = (folder: string, name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');

  it('moves a data folder, which stays as it was', async () => {
    const bench = await startTestBench();
    const { dataDir } = bench;
    const url = await createSharedDatabase();
    const environment = { DATA_DIR: dataDir, ATLASSIAN_ORIGIN: bench.simulator.origin };
    const move = () => runCommand({ arguments: ['migrate-database', '--to', url, '--json'], environment });
    try {
      await bench.addCredential('me@example.com');
      const { key } = await bench.generateKey('kept');
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const ask = (origin: string) =>
        fetch(`${origin}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify(message) });
      for (let count = 0; count < 3; count += 1) expect((await ask(bench.origin)).status).toBe(200);
      expect(await move()).toMatchObject({ code: 1, stderr: expect.stringContaining('stop it') });
      await bench.stop();
      const names = ['database.db', 'secret.key'];
      const before = names.map((name) => hashOf(dataDir, name));
      const moved = await move();
      expect(moved).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(moved.stdout)).toMatchObject({
        rows: { credentials: 1, api_keys: 1, usage_requests: 3, admin_account: 1 },
      });
      expect(names.map((name) => hashOf(dataDir, name))).toEqual(before);
      expect(await move()).toMatchObject({ code: 1, stderr: expect.stringContaining('not empty') });

      const server = await ServerProcess.serve({ ...environment, DATABASE_URL: url });
      try {
        expect(server.stdout).not.toContain('初始管理员密码');
        expect((await ask(server.origin)).status).toBe(200);
        const login = await fetch(`${server.origin}/admin/api/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ password: adminPassword }),
        });
        const cookie = login.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
        await vi.waitFor(async () => {
          const response = await fetch(`${server.origin}/admin/api/usage?interval=day`, { headers: { cookie } });
          expect(usage.parse(await response.json()).totals.requests).toBe(4);
        }, 10_000);
      } finally {
        await server.stop();
      }
    } finally {
      await bench.close();
    }
  });
});
