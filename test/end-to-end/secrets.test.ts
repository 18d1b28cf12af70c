import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Settings } from '../../simulator/behaviour.ts';
import { errorFamilies } from '../../simulator/refusal/error-families.ts';
import { adminPassword, startTestBench, type TestBench } from '../support/gateway.ts';
import { sendHttp } from '../support/http-client.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const email = 'owner@example.com';
const token = 'ATATT3xFfGF0SecretTokenOfTheOwner=0A1B2C3D';
const editedToken = 'ATATT3xFfGF0TheTokenAfterTheEdit=4E5F6071';
const otherPassword = 'the admin has another password now';

function base64Forms(text: string): string[] {
  return [Buffer.from(text).toString('base64'), Buffer.from(text).toString('base64url')].map((form) =>
    form.replace(/=+$/, ''),
  );
}

/** Collects everything visible to others than the owner, during successes and failures. */
describe('secrets', () => {
  let bench: TestBench;
  let key: string;
  const seen: { readonly where: string; readonly text: string }[] = [];
  const secrets = new Map<string, string>();
  const keepSecret = (name: string, text: string) => {
    secrets.set(name, text);
    for (const [place, form] of base64Forms(text).entries()) secrets.set(`${name}, base64 ${place}`, form);
  };

  const see = (where: string, text: string) => void seen.push({ where, text });
  const lookAt = async (where: string, response: Response) =>
    see(where, `${JSON.stringify([...response.headers])}\n${await response.text()}`);

  async function ask(knobs: Settings, stream: boolean, headers: Record<string, string> = {}): Promise<void> {
    for (const { id } of await credentials()) await bench.admin('POST', `/credentials/${id}/reset`);
    bench.simulator.control.setDefault(knobs);
    await lookAt(
      `an answer after ${JSON.stringify(knobs)}`,
      await fetch(`${bench.baseURL}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'x-debug': 'pool', ...headers },
        body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hello' }] }),
      }),
    );
  }

  async function credentials(): Promise<readonly { readonly id: string }[]> {
    const { body } = await bench.admin('GET', '/credentials');
    return body !== null && typeof body === 'object' && 'credentials' in body && Array.isArray(body.credentials)
      ? body.credentials
      : [];
  }

  beforeAll(async () => {
    bench = await startTestBench({ LOG_LEVEL: 'trace', FIRST_BYTE_TIMEOUT_MS: '200' });
    // Do not wait for cooldowns.
    await bench.admin('PATCH', '/settings', { pool: { queueTimeout: 100 } });
    const id = await bench.addCredential(email, token);
    const generated = await bench.generateKey('client', { contentLoggingUntil: Date.now() + 600_000 });
    key = generated.key;
    const told = { token, editedToken, pair: `${email}:${token}`, editedPair: `${email}:${editedToken}` };
    const own = { adminPassword, otherPassword, key, session: (await bench.cookie()).split('=')[1] ?? '' };
    for (const [name, text] of Object.entries({ ...told, ...own })) keepSecret(name, text);
    await goWrong();
    await administer(id, generated.id);
    await lookAround();
    await bench.restart();
    see('the log', bench.log());
    // Each failing request tries every route of the model.
  }, 180_000);
  afterAll(() => bench.close());

  async function goWrong(): Promise<void> {
    // An upstream that echoes the request in its errors.
    const echo = [
      `Authorization: Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`,
      `token ${token} of ${email}:${token}`,
      Buffer.from(token).toString('base64'),
    ].join(' | ');
    for (const stream of [false, true]) {
      await ask({}, stream);
      // Alone, because after "Authorization" the rest of the line would be masked.
      const bare = Buffer.from(`${email}:${token}`).toString('base64');
      for (const family of errorFamilies) {
        await ask({ 'stream-error': family, 'error-message': `bad header <${bare}>`, chunks: 5 }, stream);
        await ask({ status: 500, 'error-body': family, 'error-message': echo }, stream);
        await ask({ 'stream-error': family, 'error-message': echo, chunks: 5 }, stream);
      }
      for (const status of [400, 401, 403, 404, 413, 429, 503]) {
        await ask({ status, 'error-message': echo, 'retry-after': 1 }, stream);
        await ask({ status, 'error-body': 'text', 'error-message': echo }, stream);
      }
      await ask({ cut: 'reset', 'cut-at': 'before-headers' }, stream);
      await ask({ hang: 'before-headers' }, stream);
    }
    bench.simulator.control.reset();
  }

  async function administer(id: string, keyId: string): Promise<void> {
    for (const call of [
      ['POST', `/credentials/${id}/test`, undefined],
      ['POST', '/credentials/try-out', { email, token }],
      ['POST', '/credentials', { email, token }],
      ['POST', '/credentials', { email: 'not an email', token }],
      ['PATCH', `/credentials/${id}`, { token: editedToken }],
      ['POST', '/credentials/import', { text: `${email}:${token}\nnot a line ${token}\nsecond@example.com:${token}` }],
      ['POST', '/credentials/import', { text: 42 }],
      ['POST', `/models/${encodeURIComponent(model)}/probe`, undefined],
      ['POST', '/login', { password: 'a wrong password' }],
      ['POST', '/login', { password: adminPassword, code: 42 }],
      ['POST', `/keys/${keyId}/reveal`, { password: 'a wrong password' }],
      ['POST', '/change-password', { currentPassword: adminPassword, newPassword: otherPassword }],
      ['POST', '/change-password', { currentPassword: adminPassword, newPassword: otherPassword }],
      ['PATCH', `/keys/${keyId}`, { name: 'renamed' }],
      ['POST', '/settings/export', { password: otherPassword, passphrase: 'a passphrase for the file' }],
    ] as const) {
      const [method, path, body] = call;
      see(`${method} ${path}`, JSON.stringify((await bench.admin(method, path, body)).body));
    }
  }

  async function lookAround(): Promise<void> {
    for (const path of [
      '/session',
      '/sessions',
      '/credentials',
      '/keys',
      '/models',
      '/settings',
      '/audit',
      '/usage?by=key',
      '/overview',
      '/connection',
      '/requests?limit=200',
    ]) {
      see(`GET ${path}`, JSON.stringify((await bench.admin('GET', path)).body));
    }
    const cookie = await bench.cookie();
    for (const format of ['csv', 'jsonl']) {
      const url = `${bench.origin}/admin/api/requests/export?format=${format}`;
      see(`the export as ${format}`, await (await fetch(url, { headers: { cookie } })).text());
    }
    for (const { id: request } of await requests()) {
      see(`request ${request}`, JSON.stringify((await bench.admin('GET', `/requests/${request}`)).body));
    }
    see('the metrics', await (await fetch(`${bench.origin}/metrics`)).text());
    see('the health', await (await fetch(`${bench.origin}/ready`)).text());
    for (const [where, url, headers] of [
      ['a key in the path', `/v1/models/${key}`, { authorization: `Bearer ${key}` }],
      ['a key in the query', `/v1/models?key=${key}`, {}],
      ["a key in the query of Gemini's API", `/v1beta/models?pageSize=1&key=${key}`, {}],
      ['a wrong key', '/v1/models', { authorization: `Bearer ${token}` }],
    ] as const) {
      const { body } = await sendHttp(bench.origin, url, { headers: { ...headers } });
      // Only the caller gets its own path back.
      if (where !== 'a key in the path') see(where, body);
    }
  }

  async function requests(): Promise<readonly { readonly id: string }[]> {
    const { body } = await bench.admin('GET', '/requests?limit=200');
    return body !== null && typeof body === 'object' && 'requests' in body && Array.isArray(body.requests)
      ? body.requests
      : [];
  }

  it('were in use: enough requests succeeded and failed', async () => {
    expect(seen.length).toBeGreaterThan(150);
    expect(secrets.size).toBeGreaterThan(15);
    expect(bench.log().split('\n').length).toBeGreaterThan(80);
    expect(seen.filter(({ text }) => text.includes('[redacted]') || text.includes('***')).length).toBeGreaterThan(0);
  });

  it('appear nowhere', () => {
    const leaks: string[] = [];
    for (const [name, secret] of secrets) {
      for (const { where, text } of seen) if (text.includes(secret)) leaks.push(`${name} in ${where}`);
    }
    expect(leaks).toEqual([]);
  });

  it('do not appear in the database files', () => {
    const leaks: string[] = [];
    for (const file of readdirSync(bench.dataDir)) {
      const bytes = readFileSync(join(bench.dataDir, file));
      for (const [name, secret] of secrets) if (bytes.includes(secret)) leaks.push(`${name} in ${file}`);
    }
    expect(leaks).toEqual([]);
  });

  it('cannot be hidden by faked log lines: control characters are escaped', async () => {
    const evil = 'evil\u001b[2J\r\n{"level":60,"msg":"forged"}\u0007';
    await sendHttp(bench.origin, `/v1/${encodeURIComponent(evil)}`, { headers: { authorization: `Bearer ${key}` } });
    bench.simulator.control.setDefault({ status: 500, 'error-body': 'text', 'error-message': evil });
    await bench.admin('POST', '/login', { password: evil });
    await fetch(`${bench.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'user-agent': 'evil\tagent' },
      body: JSON.stringify({ model: evil, messages: [{ role: 'user', content: 'Hello' }] }),
    });
    await vi.waitFor(() => expect(bench.log()).toContain('/v1/evil'), 10_000);
    const lines = bench.log().trimEnd().split('\n');
    for (const line of lines) {
      expect(line).toMatch(/^[^\p{Cc}]*$/u);
      expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' });
    }
  });
});
