import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openStore } from './open-store.ts';
import { sampleCredential } from './testing/credentials-contract.ts';
import { provideSqlite } from './testing/harness.ts';
import { failureOf } from './testing/open-contract.ts';
import { testKey } from './testing/test-key.ts';

const sqlite = provideSqlite();
const databasePath = () => join(sqlite.folder(), 'database.db');

describe('openStore on a SQLite file', () => {
  it('creates folder and file with access for their owner only', async () => {
    const dataDir = join(sqlite.folder(), 'made', 'data');
    await sqlite.open({ dataDir });
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'database.db')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'database.db-wal')).mode & 0o777).toBe(0o600);
  });

  it('encrypts tokens, key secrets and the second factor', async () => {
    const store = await sqlite.open();
    await store.credentials.insert(sampleCredential({ token: 'TOKEN-IN-THE-CLEAR' }));
    await store.admin.createAccount({
      passwordHash: 'h',
      passwordChangeRequired: false,
      secondFactorSecret: 'SECONDFACTORINCLEAR',
      recoveryCodeHashes: [],
    });
    await store.close();
    const bytes = readFileSync(databasePath()).toString('latin1');
    expect(bytes).toContain('first@example.com');
    expect(bytes).not.toContain('IN-THE-CLEAR');
    expect(bytes).not.toContain('INCLEAR');
  });

  it('rejects a database of a newer version and changes nothing in it', async () => {
    await (await sqlite.open()).close();
    const newer = new DatabaseSync(databasePath());
    newer.exec("insert into migrations values ('999-future', 1)");
    newer.close();
    const before = readFileSync(databasePath());
    expect(await failureOf(sqlite.open(), 'newer')).toContain('999-future');
    expect(readFileSync(databasePath()).equals(before)).toBe(true);
  });

  it("refuses another program's database and changes nothing in it", async () => {
    const foreign = new DatabaseSync(databasePath());
    foreign.exec('create table theirs (x)');
    foreign.close();
    const before = readFileSync(databasePath());
    expect(await failureOf(sqlite.open(), 'foreign')).toContain('DATA_DIR');
    expect(readFileSync(databasePath()).equals(before)).toBe(true);
  });

  it('rejects a file that is not a database', async () => {
    writeFileSync(databasePath(), 'This is not a database. '.repeat(100));
    expect(await failureOf(sqlite.open(), 'corrupt')).toContain('backup');
  });

  it('rejects a corrupt database', async () => {
    await (await sqlite.open()).close();
    const bytes = readFileSync(databasePath());
    writeFileSync(databasePath(), bytes.fill(0xff, 4096, 16_384));
    await failureOf(sqlite.open(), 'corrupt');
  });

  it('names the user and folder if the folder cannot be created', async () => {
    const dataDir = join(sqlite.folder(), 'file', 'data');
    writeFileSync(join(sqlite.folder(), 'file'), '');
    const message = await failureOf(sqlite.open({ dataDir }), 'not-writable');
    expect(message).toContain(dataDir);
    expect(message).toContain('DATA_DIR');
  });

  it('fails if another program holds a lock for too long', async () => {
    await (await sqlite.open()).close();
    const other = new DatabaseSync(databasePath());
    other.exec('begin exclusive');
    try {
      expect(await failureOf(sqlite.open({ sqlite: { lockTimeout: 100 } }), 'locked')).toContain('another program');
    } finally {
      other.close();
    }
    await sqlite.open();
  });

  it('opens if the lock is released in time', async () => {
    await (await sqlite.open()).close();
    const other = new DatabaseSync(databasePath());
    other.exec('begin exclusive');
    const opening = sqlite.open({ sqlite: { lockTimeout: 10_000 } });
    setTimeout(() => other.close(), 100);
    expect(await (await opening).keys.list()).toEqual([]);
  });

  it('leaves models disabled that were disabled before an upgrade, but not in a new database', async () => {
    const store = await sqlite.open();
    expect(await store.models.list()).toEqual([]);
    const chosen = { id: 'openai:gpt-5.1', enabled: true, custom: false, aliases: ['gpt'], fallbacks: [] };
    await store.models.put(chosen);
    await store.close();
    const older = new DatabaseSync(databasePath());
    older.exec("delete from migrations where name = '003-models-on'");
    older.close();
    const upgraded = await (await sqlite.open()).models.list();
    expect(upgraded[0]).toEqual(chosen);
    expect(upgraded).toHaveLength(15);
    expect(upgraded.slice(1).every(({ enabled, custom }) => !enabled && !custom)).toBe(true);
  });

  it('is locked by one server, while the command line can use it', async () => {
    const server = await sqlite.open({ isServer: true });
    expect(await failureOf(sqlite.open({ isServer: true }), 'in-use')).toContain(sqlite.folder());
    await (await sqlite.open()).close();
    await failureOf(sqlite.open({ isServer: true }), 'in-use');
    await server.close();
    await sqlite.open({ isServer: true });
  });

  it('is unlocked when its server is killed', async () => {
    const holder = new URL('./engines/sqlite/lock-folder.ts', import.meta.url).href;
    const script = `
      const { lockFolder } = await import(${JSON.stringify(holder)});
      globalThis.letGo = lockFolder(process.argv[1]);
      console.log('held');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script, sqlite.folder()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await failureOf(sqlite.open({ isServer: true }), 'in-use');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await sqlite.open({ isServer: true });
  });
});

// Root can write everywhere, so this test needs another user.
describe.runIf(process.getuid?.() === 0)('openStore as a user without rights', () => {
  const nobody = 65_534;
  const script = `
    const { openStore } = await import(${JSON.stringify(new URL('./open-store.ts', import.meta.url).href)});
    const { createSecretKey } = await import('node:crypto');
    try {
      await openStore({ dataDir: process.argv[1], secretKey: createSecretKey(Buffer.alloc(32, 7)), isServer: true });
      console.log('opened');
      process.exit();
    } catch (error) {
      console.log(error.kind + ': ' + error.message);
    }`;

  async function openAsNobody(dataDir: string): Promise<string> {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script, dataDir], {
      uid: nobody,
      gid: nobody,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(child, 'close');
    return Buffer.concat(chunks).toString().trim();
  }

  it('rejects a folder that it cannot write to', async () => {
    const dataDir = join(sqlite.folder(), 'data');
    mkdirSync(dataDir, { mode: 0o755 });
    chmodSync(sqlite.folder(), 0o755);
    expect(await openAsNobody(dataDir)).toMatch(/^not-writable: Cannot write in the data folder .*user with id 65534/);
  });

  it('rejects a folder that became read-only', async () => {
    const store = await openStore({ dataDir: sqlite.folder(), secretKey: testKey, isServer: true });
    await store.close();
    chmodSync(sqlite.folder(), 0o555);
    for (const path of [databasePath(), join(sqlite.folder(), 'server.lock')]) chmodSync(path, 0o666);
    expect(await openAsNobody(sqlite.folder())).toMatch(/^not-writable: Cannot write in the data folder .*65534/);
  });

  it('rejects a read-only database', async () => {
    const store = await openStore({ dataDir: sqlite.folder(), secretKey: testKey });
    await store.close();
    chmodSync(sqlite.folder(), 0o777);
    chmodSync(databasePath(), 0o444);
    expect(await openAsNobody(sqlite.folder())).toMatch(/^not-writable: .*database\.db/);
  });
});
