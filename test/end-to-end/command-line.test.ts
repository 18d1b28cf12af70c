import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { openData } from '../../server/compose/open-data.ts';
import { readConfig } from '../../server/config.ts';
import type { SourceFile } from '../../server/import/found.ts';
import { allSecrets, goDatabase, goKey, goPassword } from '../../server/import/testing/sources.ts';
import { startTestBench, type TestBench, testToken } from '../support/gateway.ts';
import { runCommand, ServerProcess } from '../support/server-process.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const message = { model, messages: [{ role: 'user', content: 'Hello' }] };
/** Removals are noticed within a second; a busy machine takes longer. */
const soon = { timeout: 5000, interval: 50 };
let bench: TestBench;

const run = (args: readonly string[], input = '') =>
  runCommand({
    arguments: args,
    input,
    environment: { DATA_DIR: bench.dataDir, ATLASSIAN_ORIGIN: bench.simulator.origin },
  });
const statusOf = async (key: string) => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(`${bench.baseURL}/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(message),
  });
  await response.arrayBuffer();
  return response.status;
};

beforeAll(async () => {
  bench = await startTestBench();
});
afterAll(() => bench.close());

describe('what another process has just committed', () => {
  /** Another program's access to the folder, in this process, so that the next request follows within a millisecond. */
  const openBeside = () =>
    openData(readConfig({ DATA_DIR: bench.dataDir, ATLASSIAN_ORIGIN: bench.simulator.origin }), {
      warn: () => undefined,
      onError: () => undefined,
      background: false,
    });

  it('is known to the next request: keys, one after the other', async () => {
    await bench.addCredential('keys@example.com');
    const beside = await openBeside();
    for (const name of ['one', 'two', 'three']) {
      const { secret } = await beside.keys.generate({ name });
      expect(await statusOf(secret)).toBe(200);
    }
    expect(await statusOf('sk-unknown')).toBe(401);
    await beside.close();
  });

  it('is known to the next request: a credential, where there was none to use', async () => {
    const { key } = await bench.generateKey('alone');
    const { body } = await bench.admin('GET', '/credentials');
    const { credentials } = z.object({ credentials: z.array(z.object({ id: z.string() })) }).parse(body);
    for (const { id } of credentials) await bench.admin('DELETE', `/credentials/${id}`);
    expect(await statusOf(key)).toBe(503);
    const beside = await openBeside();
    await beside.pool.add({ email: 'beside@example.com', token: testToken });
    expect(await statusOf(key)).toBe(200);
    await beside.close();
  });
});

describe('while the gateway runs on the same folder', () => {
  it('a credential and a key that commands add serve the very next request', async () => {
    const token = 'ATATT-command-line-token-0123456789';
    const added = await run(['credentials', 'add', '--email', 'cli@example.com', '--label', 'by hand'], `${token}\n`);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    const created = await run(['keys', 'create', '--name', 'from a script', '--json']);
    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(created.stdout).toMatch(/^\{"id":"[\w-]+","name":"from a script","key":"sk-[\w-]{43}"\}\n$/);
    const { id, key } = z.object({ id: z.string(), key: z.string() }).parse(JSON.parse(created.stdout));
    expect(await statusOf(key)).toBe(200);
    expect(added.stdout + bench.log()).not.toContain(token);
    expect(bench.log()).not.toContain(key);

    const tested = await run(['credentials', 'test', 'cli@example.com']);
    expect(tested).toMatchObject({ code: 0 });
    expect(await run(['keys', 'revoke', id])).toMatchObject({ code: 0 });
    await vi.waitFor(async () => expect(await statusOf(key)).toBe(401), soon);
  }, 90_000);

  it('what one side adds and removes, the other sees', async () => {
    await bench.addCredential('console@example.com');
    const listed = await run(['credentials', 'list', '--json']);
    expect(JSON.parse(listed.stdout)).toEqual(
      expect.arrayContaining([expect.objectContaining({ email: 'console@example.com', state: 'ready' })]),
    );
    expect(await run(['credentials', 'remove', 'console@example.com'])).toMatchObject({ code: 0 });
    await vi.waitFor(async () => {
      const { body } = await bench.admin('GET', '/credentials');
      expect(JSON.stringify(body)).not.toContain('console@example.com');
    }, soon);
  }, 90_000);

  it('reset-password ends the sessions and asks for a change', async () => {
    const sessionStatus = async () => (await bench.admin('GET', '/session')).status;
    expect(await sessionStatus()).toBe(200);
    const { code, stdout } = await run(['reset-password']);
    expect(code).toBe(0);
    const login = await fetch(`${bench.origin}/admin/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password: stdout.trim() }),
    });
    expect(await login.json()).toMatchObject({ passwordChangeRequired: true });
    expect(await sessionStatus()).toBe(401);
  }, 90_000);
});

describe('misuse', () => {
  it('such as the wrong folder is told, with the folder', async () => {
    const folder = join(bench.dataDir, 'elsewhere');
    const { code, stdout, stderr } = await runCommand({
      arguments: ['reset-password'],
      environment: { DATA_DIR: folder },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      `atlassian-proxy: ${folder} has no database: a new one is created. To use another, set DATA_DIR.`,
      'atlassian-proxy: there is no admin account yet: start the gateway once',
      '',
    ]);
  }, 90_000);

  it('is told with the usage and exit code 2, failure in one line with 1', async () => {
    expect(await run(['keys', 'create', '--nonsense'])).toMatchObject({ code: 2, stdout: '' });
    const { code, stdout, stderr } = await run(['keys', 'revoke', 'none']);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'atlassian-proxy: there is no key "none"\n',
    });
  }, 90_000);
});

describe('import', () => {
  /** A file of another program in a temporary folder. */
  function provideSource(files: readonly SourceFile[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'import-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
    return folder;
  }

  it('takes over what the Go program kept: its key opens the gateway, and nothing is shown of any secret', async () => {
    const folder = provideSource([...goDatabase(), { name: 'README', bytes: Buffer.from('read me') }]);
    const before = readFileSync(join(folder, 'credentials.db'));
    const shown = await run(['import', join(folder, 'credentials.db')]);
    expect(shown).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Import 2 credentials(?:,| and) 1 key/) });
    expect(shown.stdout).toMatch(/credentials, row 1 +credential +a@example.com +new\n(?:.*\n)*Nothing was changed/);
    expect(await statusOf(goKey)).toBe(401);

    const done = await run(['import', join(folder, 'credentials.db'), '--yes']);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringMatching(/Imported 2 credentials(?:,| and) 1 key/) });
    expect(await statusOf(goKey)).toBe(200);
    const again = await run(['import', folder, '--yes', '--json']);
    expect(again.code).toBe(1);
    const { lines } = z.object({ lines: z.array(z.object({ status: z.string() })) }).parse(JSON.parse(again.stdout));
    expect(lines.map(({ status }) => status)).toEqual(['unreadable', 'present', 'present', 'present', 'present']);
    expect(again.stderr).toBe('atlassian-proxy: 1 line could not be used\n');
    const all = JSON.stringify([shown, done, again]) + bench.log();
    for (const secret of allSecrets) expect(all).not.toContain(secret);
    expect(readFileSync(join(folder, 'credentials.db'))).toEqual(before);
  }, 90_000);

  it('asks, and takes a yes', async () => {
    const folder = provideSource([
      { name: 'cred.json', bytes: Buffer.from('{"email":"asked@example.com","api_token":"made-up-token"}') },
    ]);
    expect(await run(['import', folder], 'no\n')).toMatchObject({ code: 0 });
    expect((await run(['credentials', 'list'])).stdout).not.toContain('asked@example.com');
    expect(await run(['import', folder], 'yes\n')).toMatchObject({ code: 0 });
    expect((await run(['credentials', 'list'])).stdout).toContain('asked@example.com');
    expect(await run(['import', join(folder, 'none')])).toMatchObject({
      code: 1,
      stderr: `atlassian-proxy: There is no file or folder ${join(folder, 'none')}.\n`,
    });
  }, 90_000);

  it('before the first start brings the old password, which lets in once and must be changed then', async () => {
    const folder = provideSource(goDatabase());
    const environment = { DATA_DIR: join(folder, 'data'), ATLASSIAN_ORIGIN: bench.simulator.origin };
    const imported = await runCommand({ arguments: ['import', join(folder, 'credentials.db'), '--yes'], environment });
    expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('1 key and the password.') });
    const server = await ServerProcess.serve(environment);
    onTestFinished(async () => void (await server.stop()));
    expect(server.stdout).not.toContain('初始管理员密码');
    const call = async (path: string, body: unknown, cookie = '') => {
      const headers = { 'content-type': 'application/json', cookie };
      const response = await fetch(`${server.origin}/admin/api${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status: response.status, text: await response.text(), cookie: response.headers.getSetCookie()[0] };
    };
    expect(await call('/login', { password: 'not the password' })).toMatchObject({ status: 401 });
    const first = await call('/login', { password: goPassword });
    expect(first).toMatchObject({ status: 200, text: expect.stringContaining('"passwordChangeRequired":true') });
    expect(await call('/login', { password: goPassword })).toMatchObject({ status: 401 });
    const [cookie = ''] = first.cookie?.split(';', 1) ?? [];
    expect(await call('/credentials', {}, cookie)).toMatchObject({ status: 403 });
    const next = 'correct horse battery staple';
    expect(await call('/change-password', { currentPassword: goPassword, newPassword: next }, cookie)).toMatchObject({
      status: 200,
    });
    expect(await call('/login', { password: goPassword })).toMatchObject({ status: 401 });
    expect(await call('/login', { password: next })).toMatchObject({ status: 200 });
  }, 90_000);
});
