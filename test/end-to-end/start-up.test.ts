import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { createLog } from '../../server/compose/logger.ts';
import { startGateway } from '../../server/compose/start-gateway.ts';
import { readConfig } from '../../server/config.ts';
import { runCommand, ServerProcess } from '../support/server-process.ts';

const nobody = 65_534;
type Environment = Readonly<Record<string, string>>;

/** The data folder of a test. */
class DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  environment(more: Environment = {}): Environment {
    return { PORT: '0', DATA_DIR: this.path, ...more };
  }

  /** A folder as after a first start, created without a separate process. */
  async make(more: Environment = {}): Promise<void> {
    const gateway = await startGateway(readConfig(this.environment(more)), createLog('silent'));
    await gateway.close();
  }

  /** @returns the output of a successful start */
  async startOnce(more: Environment = {}): Promise<string> {
    const server = await ServerProcess.serve(this.environment(more));
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    return server.stdout;
  }

  /** Expects exactly one line on standard error, and exit code 1. */
  async expectRefusal(more: Environment, line: RegExp, userId?: number): Promise<void> {
    const user = userId === undefined ? {} : { userId };
    const ended = await runCommand({ environment: this.environment(more), ...user });
    expect(ended.stdout).toBe('');
    expect(ended.stderr).toMatch(/^atlassian-proxy: [^\n]+\n$/);
    expect(ended.stderr).toMatch(line);
    expect(ended.code).toBe(1);
  }

  openDatabase(): DatabaseSync {
    return new DatabaseSync(join(this.path, 'database.db'));
  }

  names(): string[] {
    return readdirSync(this.path);
  }

  contents(): Readonly<Record<string, string>> {
    const kept = this.names().filter((name) => !/-(wal|shm)$/.test(name));
    return Object.fromEntries(kept.map((name) => [name, readFileSync(join(this.path, name)).toString('base64')]));
  }
}

const root = mkdtempSync(join(tmpdir(), 'start-up-'));
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

const it = test.extend<{ data: DataFolder }>({
  // biome-ignore lint/correctness/noEmptyPattern: the first parameter lists the fixtures that this one uses
  data: async ({}, use) => {
    count += 1;
    await use(new DataFolder(join(root, String(count))));
  },
});

describe.concurrent('a start', () => {
  describe('for the first time', () => {
    it('prints a strong password once, and where to go', async ({ data }) => {
      const first = await data.startOnce();
      const lines = first.split('\n');
      const at = lines.findIndex((line) => line.startsWith('🔐'));
      expect(lines[at]).toMatch(/^🔐 初始管理员密码: \S{16,}$/);
      expect(lines[at + 1]).toBe('请在首次登录后立即修改此密码');
      expect(lines[at + 2]).toMatch(/^[\x20-\x7e]*password[\x20-\x7e]*$/);
      expect(first).toMatch(/\/admin\/login/);
      const password = lines[at]?.split(': ')[1] ?? '';
      expect(data.names()).toEqual(expect.arrayContaining(['database.db', 'secret.key']));
      for (const bytes of Object.values(data.contents())) {
        expect(Buffer.from(bytes, 'base64').includes(password)).toBe(false);
      }
      const second = await data.startOnce();
      expect(second).not.toContain('🔐');
      expect(second).not.toContain(password);
    });

    it('takes the password of the environment, which is not printed', async ({ data }) => {
      const password = 'a password of my own';
      expect(await data.startOnce({ ADMIN_PASSWORD: password })).not.toMatch(/🔐|my own/);
      const again = await ServerProcess.serve(data.environment({ ADMIN_PASSWORD: 'of the first start only' }));
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

    it('does not lose the password when the port is taken', async ({ data }) => {
      const taken = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => taken.once('listening', resolve));
      const address = taken.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      const failed = await runCommand({ environment: data.environment({ PORT: String(address.port) }) });
      taken.close();
      expect(failed.code).toBe(1);
      expect(failed.stderr).toMatch(new RegExp(`^atlassian-proxy: [^\\n]*${address.port}[^\\n]*\\n$`));
      const printed = failed.stdout + (await data.startOnce());
      expect(printed.match(/🔐/g)).toHaveLength(1);
    });
  });

  it.for([
    ['PORT', 'eighty'],
    ['TRUST_PROXY', 'nonsense'],
  ])('with the bad setting %s=%s says so and makes nothing', async ([name = '', value = ''], { data }) => {
    await data.expectRefusal({ [name]: value }, new RegExp(name));
    expect(() => data.names()).toThrow(/ENOENT/);
  });

  it('with a bad setting does not show its value, which may be a secret', async ({ data }) => {
    const { stdout, stderr } = await runCommand({ environment: data.environment({ ADMIN_PASSWORD: 'pass9word' }) });
    expect(stdout + stderr).not.toContain('pass9word');
  });

  it('on an address that is not of this machine says so', async ({ data }) => {
    await data.make();
    await data.expectRefusal({ HOST: '203.0.113.1' }, /203\.0\.113\.1|HOST/);
  });

  describe('on a data folder that cannot be used', () => {
    it('because it would lie under a file', async ({ data }) => {
      const file = `${data.path}-file`;
      writeFileSync(file, '');
      await data.expectRefusal({ DATA_DIR: join(file, 'data') }, /DATA_DIR|folder|key file/);
    });

    it.runIf(process.getuid?.() === 0)('because another user owns it', async ({ data }) => {
      mkdirSync(data.path, { mode: 0o755 });
      await data.expectRefusal({}, new RegExp(data.path), nobody);
      expect(data.names()).toEqual([]);
    });

    it.runIf(process.getuid?.() === 0)('because its files are another user’s', async ({ data }) => {
      await data.make();
      const before = data.contents();
      await data.expectRefusal({}, new RegExp(data.path), nobody);
      expect(data.contents()).toEqual(before);
    });
  });

  describe('on a database that cannot be used', () => {
    it('because another program has locked it', async ({ data }) => {
      await data.make();
      const database = data.openDatabase();
      database.exec('BEGIN EXCLUSIVE');
      await data.expectRefusal({}, /locked/i);
      database.exec('ROLLBACK');
      database.close();
      expect(await data.startOnce()).not.toContain('🔐');
    });

    it('because another server is using it', async ({ data }) => {
      const gateway = await startGateway(readConfig(data.environment()), createLog('silent'));
      try {
        await data.expectRefusal({}, /Another server .+: stop it, or set DATA_DIR/);
      } finally {
        await gateway.close();
      }
    });

    it('because a newer version wrote it', async ({ data }) => {
      await data.make();
      const database = data.openDatabase();
      database.exec("INSERT INTO migrations (name, applied_at) VALUES ('999-of-tomorrow', 0)");
      database.close();
      const before = data.contents();
      await data.expectRefusal({}, /newer/i);
      expect(data.contents()).toEqual(before);
    });

    it('because it is none', async ({ data }) => {
      await data.make();
      writeFileSync(join(data.path, 'database.db'), 'This is no database, but somebody may need it.'.repeat(100));
      const before = data.contents();
      await data.expectRefusal({}, /database/i);
      expect(data.contents()).toEqual(before);
    });

    it('because it is broken in the middle', async ({ data }) => {
      await data.make();
      const path = join(data.path, 'database.db');
      const bytes = readFileSync(path);
      bytes.fill(0x5a, 4096, Math.min(bytes.length, 40_960));
      writeFileSync(path, bytes);
      const before = data.contents();
      await data.expectRefusal({}, /database/i);
      expect(data.contents()).toEqual(before);
    });

    it('because the secret key is another one', async ({ data }) => {
      await data.make({ SECRET_KEY: 'the key of the first start' });
      const before = data.contents();
      await data.expectRefusal({ SECRET_KEY: 'some other key of later' }, /key/i);
      await data.expectRefusal({}, /secret\.key/);
      expect(data.contents()).toEqual(before);
      await data.make({ SECRET_KEY: 'the key of the first start' });
    });

    it('because the key file is gone', async ({ data }) => {
      await data.make();
      rmSync(join(data.path, 'secret.key'));
      await data.expectRefusal({}, /secret\.key/);
      expect(data.names()).not.toContain('secret.key');
    });
  });
});
