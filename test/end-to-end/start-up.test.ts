import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../server/compose/logger.ts';
import { startGateway } from '../../server/compose/start-gateway.ts';
import { readConfig } from '../../server/config.ts';
import { runCommand, ServerProcess } from '../support/server-process.ts';

const nobody = 65_534;

describe('a start', () => {
  let root: string;
  let dataDir: string;
  let count = 0;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'start-up-'));
    chmodSync(root, 0o755);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  beforeEach(() => {
    count += 1;
    dataDir = join(root, String(count));
  });

  const environment = (more: Readonly<Record<string, string>> = {}) => ({ PORT: '0', DATA_DIR: dataDir, ...more });

  /** Nothing but one line on standard error, and exit code 1. */
  async function expectRefusal(more: Readonly<Record<string, string>>, line: RegExp, userId?: number): Promise<void> {
    const ended = await runCommand({ environment: environment(more), ...(userId === undefined ? {} : { userId }) });
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(/^atlassian-proxy: [^\n]+\n$/);
    expect(ended.stderr).toMatch(line);
    expect(ended.code).toBe(1);
  }

  /** @returns what a start printed that went well */
  async function startOnce(more: Readonly<Record<string, string>> = {}): Promise<string> {
    const server = await ServerProcess.serve(environment(more));
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    return server.stdout;
  }

  /** A data folder as a first start leaves it, made without a process of its own. */
  async function makeData(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const gateway = await startGateway(readConfig(environment(more)), createLog('silent'));
    await gateway.close();
  }

  const contents = () =>
    Object.fromEntries(
      readdirSync(dataDir)
        .filter((name) => !/-(wal|shm)$/.test(name))
        .map((name) => [name, readFileSync(join(dataDir, name)).toString('base64')]),
    );

  describe('for the first time', () => {
    it('prints a strong password once, and where to go', async () => {
      const first = await startOnce();
      const lines = first.split('\n');
      const at = lines.findIndex((line) => line.startsWith('🔐'));
      expect(lines[at]).toMatch(/^🔐 初始管理员密码: \S{16,}$/);
      expect(lines[at + 1]).toBe('请在首次登录后立即修改此密码');
      expect(lines[at + 2]).toMatch(/^[\x20-\x7e]*password[\x20-\x7e]*$/);
      expect(first).toMatch(/\/admin\/login/);
      const password = lines[at]?.split(': ')[1] ?? '';
      expect(readdirSync(dataDir)).toEqual(expect.arrayContaining(['database.db', 'secret.key']));
      for (const bytes of Object.values(contents())) {
        expect(Buffer.from(bytes, 'base64').includes(password)).toBe(false);
      }
      const second = await startOnce();
      expect(second).not.toContain('🔐');
      expect(second).not.toContain(password);
    });

    it('takes the password of the environment, which is not printed', async () => {
      const password = 'a password of my own';
      expect(await startOnce({ ADMIN_PASSWORD: password })).not.toMatch(/🔐|my own/);
      const again = await ServerProcess.serve(environment({ ADMIN_PASSWORD: 'of the first start only' }));
      const logIn = (given: string) =>
        fetch(`${again.origin}/admin/api/login`, {
          method: 'POST',
          body: JSON.stringify({ password: given }),
          headers: { 'content-type': 'application/json' },
        });
      const good = await logIn(password);
      expect(good.status).toBe(200);
      expect(await good.json()).toMatchObject({ passwordChangeRequired: false });
      expect((await logIn('of the first start only')).status).toBe(401);
      await again.stop();
    });

    it('does not lose the password when the port is taken', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => taken.once('listening', resolve));
      const address = taken.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      const failed = await runCommand({ environment: environment({ PORT: String(address.port) }) });
      taken.close();
      expect(failed.code).toBe(1);
      expect(failed.stderr).toMatch(new RegExp(`^atlassian-proxy: [^\\n]*${address.port}[^\\n]*\\n$`));
      const printed = failed.stdout + (await startOnce());
      expect(printed.match(/🔐/g)).toHaveLength(1);
    });
  });

  it.each([
    ['PORT', 'eighty'],
    ['TRUST_PROXY', 'nonsense'],
  ])('with the bad setting %s=%s says so and makes nothing', async (name, value) => {
    await expectRefusal({ [name]: value }, new RegExp(name));
    expect(() => readdirSync(dataDir)).toThrow(/ENOENT/);
  });

  it('with a bad setting does not show its value, which may be a secret', async () => {
    const { stdout, stderr } = await runCommand({ environment: environment({ ADMIN_PASSWORD: 'pass9word' }) });
    expect(stdout + stderr).not.toContain('pass9word');
  });

  it('on an address that is not of this machine says so', async () => {
    await makeData();
    await expectRefusal({ HOST: '203.0.113.1' }, /203\.0\.113\.1|HOST/);
  });

  describe('on a data folder that cannot be used', () => {
    it('because it would lie under a file', async () => {
      const file = join(root, `file-${count}`);
      writeFileSync(file, '');
      await expectRefusal({ DATA_DIR: join(file, 'data') }, /DATA_DIR|folder|key file/);
    });

    it.runIf(process.getuid?.() === 0)('because another user owns it', async () => {
      mkdirSync(dataDir, { mode: 0o755 });
      await expectRefusal({}, new RegExp(`${dataDir}`), nobody);
      expect(readdirSync(dataDir)).toEqual([]);
    });

    it.runIf(process.getuid?.() === 0)('because its files are another user’s', async () => {
      await makeData();
      const before = contents();
      await expectRefusal({}, new RegExp(dataDir), nobody);
      expect(contents()).toEqual(before);
    });
  });

  describe('on a database that cannot be used', () => {
    const open = () => new DatabaseSync(join(dataDir, 'database.db'));

    it('because another program has locked it', async () => {
      await makeData();
      const database = open();
      database.exec('BEGIN EXCLUSIVE');
      await expectRefusal({}, /locked/i);
      database.exec('ROLLBACK');
      database.close();
      expect(await startOnce()).not.toContain('🔐');
    });

    it('because a newer version wrote it', async () => {
      await makeData();
      const database = open();
      database.exec("INSERT INTO migrations (name, applied_at) VALUES ('999-of-tomorrow', 0)");
      database.close();
      const before = contents();
      await expectRefusal({}, /newer/i);
      expect(contents()).toEqual(before);
    });

    it('because it is none', async () => {
      await makeData();
      writeFileSync(join(dataDir, 'database.db'), 'This is no database, but somebody may need it.'.repeat(100));
      const before = contents();
      await expectRefusal({}, /database/i);
      expect(contents()).toEqual(before);
    });

    it('because it is broken in the middle', async () => {
      await makeData();
      const path = join(dataDir, 'database.db');
      const bytes = readFileSync(path);
      bytes.fill(0x5a, 4096, Math.min(bytes.length, 40_960));
      writeFileSync(path, bytes);
      const before = contents();
      await expectRefusal({}, /database/i);
      expect(contents()).toEqual(before);
    });

    it('because the secret key is another one', async () => {
      await makeData({ SECRET_KEY: 'the key of the first start' });
      const before = contents();
      await expectRefusal({ SECRET_KEY: 'some other key of later' }, /key/i);
      await expectRefusal({}, /secret\.key/);
      expect(contents()).toEqual(before);
      await makeData({ SECRET_KEY: 'the key of the first start' });
    });

    it('because the key file is gone', async () => {
      await makeData();
      rmSync(join(dataDir, 'secret.key'));
      await expectRefusal({}, /secret\.key/);
      expect(readdirSync(dataDir)).not.toContain('secret.key');
    });
  });
});
