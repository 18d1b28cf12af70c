import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { adminPassword, startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const messages = [{ role: 'user' as const, content: 'Hello' }];
const credentialList = z.object({
  credentials: z.array(
    z.looseObject({
      id: z.string(),
      email: z.string(),
      state: z.looseObject({ name: z.string(), until: z.number().optional() }),
    }),
  ),
});

/** Values that change over time without activity. */
const volatile = new Set(['now', 'lastSeenAt', 'activity', 'lastUsedAt', 'checkedAt', 'expiresAt']);
function withoutVolatile(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutVolatile);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name]) => !volatile.has(name))
    .map(([name, member]) => [name, withoutVolatile(member)]);
  return withoutTrial(Object.fromEntries(entries));
}

/** A route that is shut is on trial when its time is over, which may be between two looks. */
function withoutTrial(value: Readonly<Record<string, unknown>>): unknown {
  if (!('route' in value) || (value.name !== 'shut' && value.name !== 'trial')) return value;
  const { until: _, ...rest } = value;
  return { ...rest, name: 'shut or trial' };
}

describe('a restart', () => {
  let bench: TestBench;
  let key: { id: string; key: string };
  const before = new Map<string, unknown>();
  const kept = ['/credentials', '/keys', '/models', '/settings', '/session', '/sessions', '/audit', '/requests'];

  const clientOf = () => new OpenAI({ baseURL: bench.baseURL, apiKey: key.key, maxRetries: 0 });
  const get = async (path: string) => (await bench.admin('GET', path)).body;
  const states = async () =>
    new Map(credentialList.parse(await get('/credentials')).credentials.map(({ email, state }) => [email, state]));

  beforeAll(async () => {
    bench = await startTestBench();
    await bench.admin('PATCH', '/settings', {
      pool: { affinity: false, maxAttempts: 9 },
      retention: { auditDays: 77 },
    });
    for (const email of ['good', 'invalid', 'blocked', 'cooling']) await bench.addCredential(`${email}@example.com`);
    await bench.admin('PATCH', `/credentials/${await bench.addCredential('off@example.com')}`, {
      enabled: false,
      label: 'switched off',
      weight: 7,
      maxConcurrency: 3,
    });
    key = await bench.generateKey('kept', { limits: { requestsPerMinute: 1000 } });
    const revoked = await bench.generateKey('revoked');
    await bench.admin('DELETE', `/keys/${revoked.id}`);
    await bench.admin('PATCH', `/models/${encodeURIComponent(model)}`, { aliases: ['favourite'] });
    await bench.admin('PATCH', '/models/google%3Agemini-2.0-flash-001', { enabled: false });
    await bench.admin('POST', '/models', { id: 'anthropic:claude-of-tomorrow' });
    const { control } = bench.simulator;
    control.setCredential('invalid@example.com', { status: 401, credits: 'unauthorized' });
    control.setCredential('blocked@example.com', { status: 403, credits: 'blocked' });
    control.setCredential('cooling@example.com', { status: 429, 'retry-after': 600 });
    for (let turn = 0; turn < 4; turn += 1) await clientOf().chat.completions.create({ model, messages });
    await vi.waitFor(async () => expect(await get('/requests')).toMatchObject({ requests: { length: 4 } }), 10_000);
    expect([...(await states()).values()].map(({ name }) => name).toSorted()).toEqual(
      ['blocked', 'cooling', 'invalid', 'ready', 'ready'].toSorted(),
    );
    // Credits that became known just before the stop.
    for (const { id } of credentialList.parse(await get('/credentials')).credentials) {
      await bench.admin('POST', `/credentials/${id}/test`);
    }
    for (const path of kept) before.set(path, withoutVolatile(await get(path)));
    before.set('until', (await states()).get('cooling@example.com')?.until);
    control.reset();
    // They would work now, but their accounts have not been checked again.
    control.setCredential('invalid@example.com', { credits: 'unauthorized' });
    control.setCredential('blocked@example.com', { credits: 'blocked' });
    await bench.restart();
  });
  afterAll(() => bench.close());

  it.each(kept)('keeps %s, for the same session', async (path) => {
    expect(withoutVolatile(await get(path))).toEqual(before.get(path));
  });

  it('keeps a cool-down’s end', async () => {
    const state = (await states()).get('cooling@example.com');
    expect(state?.until).toBe(before.get('until'));
    expect(state).toMatchObject({ name: 'cooling', evidence: { status: 429 } });
  });

  it('keeps to the credentials that were good, though the others would answer now', async () => {
    for (let turn = 0; turn < 3; turn += 1) await clientOf().chat.completions.create({ model, messages });
    const emails = bench.simulator.control.requests({ kind: 'model' }).map(({ email }) => email);
    expect(emails).toEqual(['good@example.com', 'good@example.com', 'good@example.com']);
  });

  it('keeps what clients know: the key, the alias, the models', async () => {
    const answer = await clientOf().chat.completions.create({ model: 'favourite', messages });
    expect(answer.choices[0]?.message.content).toBe('You said: Hello');
    const ids: string[] = [];
    for await (const { id } of clientOf().models.list()) ids.push(id);
    expect(ids).toContain('anthropic:claude-of-tomorrow');
    expect(ids).not.toContain('google:gemini-2.0-flash-001');
  });

  it('keeps the password and what the admin may see again', async () => {
    const shown = await bench.admin('POST', `/keys/${key.id}/reveal`, { password: adminPassword });
    expect(shown.body).toEqual({ key: key.key });
    const wrong = await bench.admin('POST', `/keys/${key.id}/reveal`, { password: 'something else' });
    expect(wrong.body).toMatchObject({ error: { code: 'wrong_password' } });
    expect(bench.log()).not.toContain('初始管理员密码');
  });

  it('does not restore ended sessions', async () => {
    const cookie = await bench.cookie();
    await bench.admin('POST', '/logout');
    await bench.restart();
    const response = await fetch(`${bench.origin}/admin/api/session`, { headers: { cookie } });
    expect(response.status).toBe(401);
  });
});
