import {
  closeSync,
  copyFileSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { adminPassword, startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const hello = { model, messages: [{ role: 'user', content: 'Hello' }] };
const error = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const soon = { timeout: 15_000 };

describe('a database in trouble while the gateway runs', () => {
  let bench: TestBench;
  const path = (name = 'database.db') => join(bench.dataDir, name);

  beforeEach(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    expect((await bench.chat(hello)).status).toBe(200);
  });
  afterEach(() => bench.close());

  const ready = async () => (await fetch(`${bench.origin}/ready`)).status;

  async function expectTrouble(words: RegExp): Promise<void> {
    const started = performance.now();
    const { status, body } = await bench.admin('POST', '/keys', { name: 'lost' });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(status).toBe(503);
    expect(error.parse(body).error).toEqual({
      code: 'unavailable',
      message: expect.stringMatching(words),
    });
    await expect.poll(ready, soon).toBe(503);
    const { storageTrouble } = z
      .looseObject({ storageTrouble: z.string() })
      .parse((await bench.admin('GET', '/status')).body);
    expect(storageTrouble).toMatch(words);
    expect(bench.log()).toMatch(/"level":50.*the database cannot store changes/);
    // Clients are served from memory, and the owner can log in.
    expect((await bench.chat(hello)).status).toBe(200);
    const login = await fetch(`${bench.origin}/admin/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password: adminPassword }),
    });
    expect(login.status).toBe(200);
    const cookie = login.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    expect((await fetch(`${bench.origin}/admin/api/session`, { headers: { cookie } })).status).toBe(200);
  }

  async function expectWell(): Promise<void> {
    await expect.poll(async () => (await bench.admin('POST', '/keys', { name: 'kept' })).status, soon).toBe(200);
    await expect.poll(ready, soon).toBe(200);
  }

  it('the folder is removed', async () => {
    rmSync(bench.dataDir, { recursive: true });
    await expectTrouble(/database\.db is missing/);
  });

  it('the folder is moved away, and back', async () => {
    renameSync(bench.dataDir, `${bench.dataDir}-away`);
    await expectTrouble(/database\.db is missing/);
    renameSync(`${bench.dataDir}-away`, bench.dataDir);
    await expectWell();
  });

  it('the file is replaced by a copy', async () => {
    copyFileSync(path(), path('copy'));
    renameSync(path('copy'), path());
    await expectTrouble(/database\.db was removed or replaced/);
  });

  it('the write-ahead log is removed', async () => {
    rmSync(path('database.db-wal'));
    await expectTrouble(/database\.db-wal was removed or replaced/);
  });

  it('the file is emptied', async () => {
    truncateSync(path());
    // SQLite may start a new log if the file is empty.
    await expectTrouble(/database\.db is corrupt|database\.db-wal was removed or replaced/);
  });

  it('the file is overwritten', async () => {
    writeFileSync(path(), 'garbage '.repeat(10_000));
    await expectTrouble(/database\.db is corrupt/);
  });

  it('another program holds the lock, for a while', async () => {
    const other = new DatabaseSync(path());
    other.exec('BEGIN IMMEDIATE');
    await expectTrouble(/did not finish a write in time/);
    other.exec('ROLLBACK');
    other.close();
    await expectWell();
  });
});

it('a database that is broken where nobody looks is noticed after the start', async () => {
  const bench = await startTestBench();
  try {
    await bench.restart(() => breakPart(join(bench.dataDir, 'database.db')));
    await expect.poll(bench.log, soon).toMatch(/database\.db is corrupt/);
    const { problems } = z
      .object({ problems: z.array(z.string()) })
      .parse(await (await fetch(`${bench.origin}/ready`)).json());
    expect(problems[0]).toContain('the database cannot store changes, or would lose them');
  } finally {
    await bench.close();
  }
});

/** Overwrites pages of a table that is not read at the start. */
function breakPart(path: string): void {
  const database = new DatabaseSync(path);
  database.exec(`
    CREATE TABLE filler (text TEXT);
    WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < 500)
    INSERT INTO filler SELECT hex(randomblob(500)) FROM counter;
    PRAGMA wal_checkpoint(TRUNCATE)`);
  database.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(40_960, 0xff), 0, 40_960, statSync(path).size - 20 * 4096);
  closeSync(file);
}
