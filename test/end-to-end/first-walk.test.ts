import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts';
import { readChatCompletion, readChatStream } from '../support/chat-answer.ts';
import { runProgram, ServerProcess } from '../support/server-process.ts';

/** The steps from an empty data folder to an answer on the command line; each builds on the previous one. */
describe('the first walk', () => {
  let simulator: Simulator;
  let server: ServerProcess;
  let dataDir: string;
  let cookie = '';
  let key = '';

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'first-walk-'));
    simulator = await startSimulator();
    server = await ServerProcess.serve({ DATA_DIR: dataDir, ATLASSIAN_ORIGIN: simulator.origin });
  });
  afterAll(async () => {
    await server.stop('SIGKILL');
    await simulator.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${server.origin}/admin/api${path}`, {
      method,
      headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';', 1)[0] ?? '';
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  const printedPassword = () => /初始管理员密码: (\S+)/.exec(server.stdout)?.[1] ?? '';
  const newPassword = 'a much better password';

  it('logs in with the printed password', async () => {
    expect((await call('POST', '/login', { password: 'a guess of mine' })).status).toBe(401);
    const { status, body } = await call('POST', '/login', { password: printedPassword() });
    expect(status).toBe(200);
    expect(body).toMatchObject({ passwordChangeRequired: true });
    expect(cookie).not.toBe('');
  });

  it.each([
    ['GET', '/credentials'],
    ['POST', '/credentials'],
    ['GET', '/keys'],
    ['POST', '/keys'],
    ['GET', '/models'],
    ['GET', '/settings'],
    ['GET', '/requests'],
    ['GET', '/overview'],
    ['GET', '/sessions'],
    ['POST', '/playground'],
  ])('may do nothing else before the password is changed: %s %s', async (method, path) => {
    const { status, body } = await call(method, path, method === 'POST' ? {} : undefined);
    expect(status).toBe(403);
    expect(body).toMatchObject({ error: { code: 'password_change_required' } });
  });

  it('changes the password', async () => {
    expect((await call('GET', '/session')).status).toBe(200);
    const short = await call('POST', '/change-password', { currentPassword: printedPassword(), newPassword: 'short' });
    expect(short.status).toBe(400);
    const same = await call('POST', '/change-password', {
      currentPassword: printedPassword(),
      newPassword: printedPassword(),
    });
    expect(same.status).toBe(400);
    const changed = await call('POST', '/change-password', { currentPassword: printedPassword(), newPassword });
    expect(changed).toMatchObject({ status: 200, body: { passwordChangeRequired: false } });
    expect((await call('POST', '/login', { password: printedPassword() })).status).toBe(401);
  });

  it('adds a credential, whose token does not come back', async () => {
    const token = 'ATATT3xFfGF0-the-token-of-the-walk';
    const added = await call('POST', '/credentials', { email: 'me@example.com', token });
    expect(added.status).toBeLessThan(300);
    const listed = await call('GET', '/credentials');
    expect(listed.body).toMatchObject({ credentials: [{ email: 'me@example.com', state: { name: 'ready' } }] });
    expect(JSON.stringify([added, listed])).not.toContain(token);
  });

  it('generates a key', async () => {
    const { body } = await call('POST', '/keys', { name: 'mine' });
    key = z.object({ key: z.string() }).parse(body).key;
    expect(key).toMatch(/^sk-[\w-]{43}$/);
    expect(JSON.stringify((await call('GET', '/keys')).body)).not.toContain(key);
  });

  /** The README's command. */
  function curl(more = ''): ReturnType<typeof runProgram> {
    const line = `curl -sS -X POST ${server.origin}/v1/chat/completions -H "Content-Type: application/json" -H "Authorization: Bearer ${key}" \\
  -d '{"model": "anthropic:claude-3-5-sonnet-v2@20241022", ${more}"messages": [{"role": "user", "content": "你好，世界！"}]}'`;
    return runProgram('sh', ['-c', line]);
  }

  it('is answered', async () => {
    const { code, stdout, stderr } = await curl();
    expect([code, stderr]).toEqual([0, '']);
    expect(readChatCompletion(stdout).choices[0]?.text).toBe('You said: 你好，世界！');
  });

  it('is answered by a stream', async () => {
    const { code, stdout, stderr } = await curl('"stream": true, ');
    expect([code, stderr]).toEqual([0, '']);
    expect(readChatStream(stdout).choices[0]?.text).toBe('You said: 你好，世界！');
  });

  it('finds what it did', async () => {
    await vi.waitFor(async () => {
      const { body } = await call('GET', '/requests');
      expect(body).toMatchObject({ requests: [{ stream: true }, { stream: false, outcome: 'success' }] });
    }, 10_000);
    expect((await call('GET', '/overview')).body).toMatchObject({
      checklist: { passwordChanged: true, hasCredential: true, hasKey: true, hasRequest: true },
    });
  });

  it('logs out', async () => {
    expect((await call('POST', '/logout')).status).toBeLessThan(300);
    expect((await call('GET', '/credentials')).status).toBe(401);
  });
});
