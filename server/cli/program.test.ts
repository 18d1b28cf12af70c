import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Admin, openAdmin } from '../admin/admin.ts';
import { createMemoryAdminStore } from '../admin/testing/memory-admin-store.ts';
import { Failure } from '../conversation/failure.ts';
import type { SourceFile } from '../import/found.ts';
import { readFiles } from '../import/read-file.ts';
import { createKeyRegistry } from '../keys/key-registry.ts';
import { createMemoryKeyStore } from '../keys/testing/memory-key-store.ts';
import { createPool } from '../pool/pool.ts';
import { MemoryCredentialStore } from '../pool/testing/memory-credential-store.ts';
import { defaultSettings } from '../settings/settings-registry.ts';
import type { CommandLineData, CommandLineServices, Streams } from './command-line.ts';
import { runCommandLine } from './program.ts';

const token = 'ATATT3xFfGF0-secret-token-of-some-length-wxyz';
let openData: () => Promise<CommandLineData & { readonly admin: Admin }>;
/** The files that `import` finds. */
const sources: SourceFile[] = [];
let served = 0;
let closed = 0;

beforeEach(() => {
  const stores = { admin: createMemoryAdminStore(), keys: createMemoryKeyStore(), pool: new MemoryCredentialStore() };
  served = 0;
  closed = 0;
  openData = async () => {
    const admin = await openAdmin({ store: stores.admin });
    const keys = await createKeyRegistry({ store: stores.keys });
    const pool = await createPool({
      store: stores.pool,
      settings: () => defaultSettings().pool,
      accounts: {
        async checkCredits({ token: used }) {
          if (used.includes('bad')) {
            throw new Failure('authentication', 'Atlassian does not accept the token.', { fault: 'token' });
          }
          return { status: 'ok', monthlyTotal: 350, monthlyRemaining: 340 };
        },
        listSites: async () => [],
      },
    });
    return {
      admin,
      keys,
      pool,
      async close() {
        await Promise.all([pool.close(), keys.close(), admin.close()]);
        closed += 1;
      },
    };
  };
});

async function runCommand(
  args: readonly string[],
  input: Streams['stdin'] = Readable.from([]),
  stderr: PassThrough = new PassThrough(),
) {
  const stdout = new PassThrough();
  const services: CommandLineServices = {
    version: '1.2.3',
    async serve() {
      served += 1;
    },
    demo: () => Promise.reject(new Error('port 8000 is taken\nsecond line')),
    openData: () => openData(),
    doctor: () => Promise.reject(new Error('not here')),
    readImport: async ({ paths }) => readFiles(sources.filter(({ name }) => paths.includes(name))),
    backUp: () => Promise.reject(new Error('not here')),
    verifyBackup: () => Promise.reject(new Error('not here')),
    restore: () => Promise.reject(new Error('not here')),
    migrateDatabase: async ({ to }) => {
      if (to === undefined) throw new Error('Say where to.');
      return new Map([['settings', 3]]);
    },
  };
  const code = await runCommandLine(args, services, { stdin: input, stdout, stderr });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), error: await text(stderr) };
}

const addCredential = (email: string, secret = token) =>
  runCommand(['credentials', 'add', '--email', email], Readable.from([`  ${secret}\n`]));

describe('the program', () => {
  it('serves by default', async () => {
    expect(await runCommand([])).toEqual({ code: 0, out: '', error: '' });
    expect(await runCommand(['serve'])).toMatchObject({ code: 0 });
    expect(served).toBe(2);
  });

  it('shows its version and commands', async () => {
    expect(await runCommand(['--version'])).toMatchObject({ code: 0, out: '1.2.3\n' });
    const { code, out } = await runCommand(['--help']);
    expect(code).toBe(0);
    for (const command of ['serve', 'demo', 'credentials', 'keys', 'reset-password', 'doctor'])
      expect(out).toContain(command);
  });

  it('fails with one line', async () => {
    expect(await runCommand(['demo'])).toEqual({
      code: 1,
      out: '',
      error: 'atlassian-proxy: port 8000 is taken\\nsecond line\n',
    });
  });

  it.each([
    [['--nonsense']],
    [['nonsense']],
    [['keys', 'create']],
    [['keys', 'create', '--name', 'a', '--limit', '3']],
    [['keys', 'nonsense']],
    [['credentials']],
    [['credentials', 'remove']],
    [['credentials', 'add', '--email', 'a@b.c', token]],
  ])('shows the usage after %j and exits 2', async (args) => {
    const { code, out, error } = await runCommand(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toContain('Usage: atlassian-proxy');
    expect(served).toBe(0);
  });

  it('suggests a command instead of an unknown one', async () => {
    const { error } = await runCommand(['credential', 'list']);
    expect(error).toMatch(/^error: unknown command 'credential'\n\(Did you mean credentials\?\)\n/);
  });
});

describe('keys', () => {
  it('are created as exactly one JSON object for scripts', async () => {
    const { code, out, error } = await runCommand(['keys', 'create', '--name', 'my script', '--json']);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/^\{"id":"[^"]+","name":"my script","key":"sk-[A-Za-z0-9_-]{43}"\}\n$/);
    const data = await openData();
    expect(data.keys.list()).toMatchObject([{ name: 'my script' }]);
    expect(closed).toBe(1);
  });

  it('are created, listed masked, and revoked', async () => {
    const secret = (await runCommand(['keys', 'create', '--name', 'one'])).out.trim();
    expect(secret).toMatch(/^sk-/);
    for (const args of [
      ['keys', 'list'],
      ['keys', 'list', '--json'],
    ]) {
      const { out } = await runCommand(args);
      expect(out).toContain('one');
      expect(out).toContain(secret.slice(-4));
      expect(out).not.toContain(secret.slice(5, -4));
    }
    expect(await runCommand(['keys', 'revoke', 'one'])).toMatchObject({ code: 0 });
    expect(JSON.parse((await runCommand(['keys', 'list', '--json'])).out)).toEqual([]);
    expect(await runCommand(['keys', 'revoke', 'one'])).toMatchObject({
      code: 1,
      error: 'atlassian-proxy: there is no key "one"\n',
    });
  });

  it('are not revoked by an ambiguous name', async () => {
    await runCommand(['keys', 'create', '--name', 'twin']);
    const { id } = JSON.parse((await runCommand(['keys', 'create', '--name', 'twin', '--json'])).out);
    expect(await runCommand(['keys', 'revoke', 'twin'])).toMatchObject({ code: 1 });
    expect(await runCommand(['keys', 'revoke', id])).toMatchObject({ code: 0 });
    expect(await runCommand(['keys', 'revoke', 'twin'])).toMatchObject({ code: 0 });
  });
});

describe('credentials', () => {
  /** Runs `credentials add` at a terminal and types this text when the question appears. */
  async function runAtTerminal(typed: string, raw: boolean[] = []) {
    // Like Node's own, which is not ended by streams that are piped to it.
    const stderr = Object.assign(new PassThrough(), { _isStdio: true });
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) });
    const finished = runCommand(['credentials', 'add', '--email', 'a@example.com', '--label', 'mine'], stdin, stderr);
    await vi.waitUntil(() => stderr.readableLength > 0, 10_000);
    stdin.write(typed);
    return finished;
  }

  it('are added with the token from standard input, which is never shown', async () => {
    const added = await addCredential('a@example.com');
    expect(added).toMatchObject({ code: 0, error: '' });
    const data = await openData();
    expect(data.pool.list()[0]?.credential).toMatchObject({ email: 'a@example.com', token });
    const outputs = [
      added,
      await runCommand(['credentials', 'list']),
      await runCommand(['credentials', 'list', '--json']),
    ];
    for (const { out, error } of outputs) {
      expect(out).toContain('a@example.com');
      expect(out + error).not.toContain(token.slice(6, -6));
    }
    expect((await data.admin.audit.list({ limit: 5 })).items).toMatchObject([{ action: 'credential.add' }]);
  });

  it('are prompted for at a terminal without echo', async () => {
    const raw: boolean[] = [];
    const { code, out, error } = await runAtTerminal(`${token}x\u007f\r`, raw);
    expect(code).toBe(0);
    expect(raw).toEqual([true, false]);
    expect(error).toContain('API token');
    expect(out + error).not.toContain('secret-token');
    expect((await openData()).pool.list()[0]?.credential).toMatchObject({ token, label: 'mine' });
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('are not added when %s answers the question', async (_key, typed) => {
    const { code } = await runAtTerminal(typed);
    expect(code).toBe(1);
    expect((await openData()).pool.list()).toEqual([]);
  });

  it.each([
    ['no token', ['credentials', 'add', '--email', 'a@example.com'], '  \n'],
    ['a token of several words', ['credentials', 'add', '--email', 'a@example.com'], 'two words here'],
    ['no email', ['credentials', 'add', '--email', 'nobody'], token],
    ['a cloud id no header can hold', ['credentials', 'add', '--email', 'a@example.com', '--cloud-id', 'é'], token],
    ['an endless label', ['credentials', 'add', '--email', 'a@example.com', '--label', 'l'.repeat(101)], token],
  ])('are refused with %s', async (_what, args, input) => {
    const { code, out, error } = await runCommand(args, Readable.from([input]));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(error).toMatch(/^atlassian-proxy: .+\n$/);
    expect((await openData()).pool.list()).toEqual([]);
  });

  it('are not added twice', async () => {
    await addCredential('a@example.com');
    expect(await addCredential('a@example.com')).toMatchObject({
      code: 1,
      error: 'atlassian-proxy: a credential for a@example.com already exists\n',
    });
  });

  it('are tested: the exit code says whether they work', async () => {
    await addCredential('a@example.com');
    await addCredential('b@example.com', 'bad-token-of-some-length');
    expect(await runCommand(['credentials', 'test', 'a@example.com'])).toMatchObject({ code: 0 });
    const { code, out, error } = await runCommand(['credentials', 'test', 'b@example.com', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false });
    expect(error).toContain('does not accept');
  });

  it('are removed by id or email', async () => {
    await addCredential('a@example.com');
    expect(await runCommand(['credentials', 'remove', 'A@example.com'])).toMatchObject({ code: 0 });
    expect(await runCommand(['credentials', 'remove', 'a@example.com'])).toMatchObject({ code: 1 });
  });
});

describe('reset-password', () => {
  it('prints a password that works and must be changed', async () => {
    expect(await runCommand(['reset-password'])).toMatchObject({ code: 1, out: '' });
    const { admin } = await openData();
    await admin.account.firstStart('correct horse battery');
    const { code, out } = await runCommand(['reset-password']);
    expect(code).toBe(0);
    expect(await admin.account.isPassword(out.trim())).toBe(true);
    await admin.reload();
    expect(admin.account.passwordChangeRequired()).toBe(true);
    const { password } = JSON.parse((await runCommand(['reset-password', '--json'])).out);
    expect(await admin.account.isPassword(password)).toBe(true);
  });
});
