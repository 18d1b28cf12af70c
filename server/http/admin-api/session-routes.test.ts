import { TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AdminApp, password, startAdminApp } from './testing/admin-app.ts';
import { type AdminClient, createClient } from './testing/admin-client.ts';

const next = 'another horse battery';
let app: AdminApp;
let client: AdminClient;
const codeOf = (body: unknown) => z.object({ error: z.object({ code: z.string() }) }).parse(body).error.code;

beforeAll(async () => {
  app = await startAdminApp();
});
beforeEach(async () => {
  await app.admin.sessions.revokeAll();
  client = createClient(app);
});
afterAll(() => app.close());

describe('the first login', () => {
  it('requires a new password, and changing it ends all other sessions', async () => {
    const fresh = await startAdminApp({ passwordChangeRequired: true });
    try {
      const newcomer = createClient(fresh);
      const { status, body } = await newcomer.login(password);
      expect({ status, body }).toMatchObject({ status: 200, body: { passwordChangeRequired: true, version: '1.2.3' } });
      expect((await newcomer.call('GET', '/credentials')).status).toBe(403);
      const weak = { currentPassword: password, newPassword: 'password1234' };
      const refused = await newcomer.call('POST', '/change-password', { body: weak });
      expect(refused).toMatchObject({ status: 400, body: { error: { code: 'weak_password', field: 'newPassword' } } });
      const other = createClient(fresh);
      await other.login(password);
      const change = { currentPassword: password, newPassword: next };
      const changed = await newcomer.call('POST', '/change-password', { body: change });
      expect(changed).toMatchObject({ status: 200, body: { passwordChangeRequired: false } });
      expect((await newcomer.call('GET', '/credentials')).status).toBe(200);
      expect((await other.call('GET', '/session')).status).toBe(401);
      expect(fresh.log()).not.toContain(password);
      expect(fresh.log()).not.toContain(next);
    } finally {
      await fresh.close();
    }
  });
});

describe('login', () => {
  it('sets a cookie that scripts and other sites cannot read', async () => {
    const { headers } = await client.login(password);
    const [session] = z.array(z.string()).parse(headers['set-cookie']);
    expect(session).toMatch(
      /^atlassian_proxy_session_[0-9a-f]{8}=[\w-]{43}; Path=\/admin; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
  });

  it('marks the cookie Secure over TLS, and only believes a trusted proxy', async () => {
    const proxied = await startAdminApp({ trustProxy: true });
    try {
      const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.7' };
      const call = { body: { password }, headers };
      const trusted = await createClient(proxied).call('POST', '/login', call);
      expect(String(trusted.headers['set-cookie'])).toContain('; Secure');
      expect(proxied.admin.sessions.list()[0]?.address).toBe('192.0.2.7');
      const untrusted = await client.call('POST', '/login', call);
      expect(String(untrusted.headers['set-cookie'])).not.toContain('Secure');
      expect(app.admin.sessions.list()[0]?.address).toBe(client.address);
    } finally {
      await proxied.close();
    }
  });

  it('rejects a wrong password, sets no cookie, and throttles guessing', async () => {
    for (let tries = 0; tries < 5; tries += 1) {
      const { status, body, headers } = await client.login('wrong password');
      expect(status).toBe(401);
      expect(codeOf(body)).toBe('wrong_password');
      expect(headers['set-cookie']).toBeUndefined();
    }
    const { status, body, headers } = await client.login(password);
    expect(status).toBe(429);
    expect(body).toMatchObject({ error: { code: 'too_many_attempts', retryAfterSeconds: 5 } });
    expect(headers['retry-after']).toBe('5');
  });

  it('admits known devices and the local machine while strangers are throttled', async () => {
    const target = await startAdminApp({ attemptsPerMinute: 60 });
    try {
      const owner = createClient(target, '10.9.9.9');
      const cookies = z.array(z.string()).parse((await owner.login(password)).headers['set-cookie']);
      const device = cookies.find((cookie) => cookie.startsWith('atlassian_proxy_device_'));
      expect(device).toMatch(/; Path=\/admin; HttpOnly; SameSite=Strict$/);
      for (let stranger = 0; stranger < 80; stranger += 1) {
        await createClient(target, `10.1.0.${stranger}`).login('wrong password');
      }
      // Also if all clients share a proxy's address because the gateway does not trust the proxy.
      for (let tries = 0; tries < 6; tries += 1) await owner.login('wrong password');
      expect((await owner.login(password)).status).toBe(429);
      const cookie = device?.split(';', 1)[0] ?? '';
      const login = (headers: Readonly<Record<string, string>>, from = owner) =>
        from.call('POST', '/login', { body: { password }, headers });
      expect((await login({ cookie })).status).toBe(200);
      expect((await login({ cookie: `${cookie}x` })).status).toBe(429);
      const machine = createClient(target, '127.0.0.1');
      expect((await login({ 'x-forwarded-for': '10.2.0.1' }, machine)).status).toBe(429);
      expect((await login({}, machine)).status).toBe(200);
    } finally {
      await target.close();
    }
  });

  it('throttles asking for the password again per session', async () => {
    const target = await startAdminApp({ attemptsPerMinute: 60 });
    try {
      const owner = createClient(target, '10.9.9.9');
      const other = createClient(target, '10.9.9.8');
      await owner.login(password);
      await other.login(password);
      for (let tries = 0; tries < 70; tries += 1) await createClient(target, '10.9.9.9').login('wrong password');
      const start = (from: AdminClient, given: string) =>
        from.call('POST', '/second-factor', { body: { password: given } });
      expect((await start(owner, password)).status).toBe(200);
      for (let tries = 0; tries < 5; tries += 1) expect((await start(owner, 'wrong password')).status).toBe(401);
      expect((await start(owner, password)).status).toBe(429);
      expect((await start(other, password)).status).toBe(200);
    } finally {
      await target.close();
    }
  });

  it('names the invalid field', async () => {
    expect(await client.call('POST', '/login', { body: {} })).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_input', field: 'password' } },
    });
    for (const [body, type] of [
      ['{"password":', 'application/json'],
      ['password=x', 'application/x-www-form-urlencoded'],
      ['{"password":"x"}', 'text/plain'],
      ['', 'application/json'],
    ] as const) {
      const answer = await client.call('POST', '/login', { body, headers: { 'content-type': type } });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
    }
  });

  it('rejects a body over the limit', async () => {
    const answer = await client.call('POST', '/login', { body: { password: 'x'.repeat(100_000) } });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_input', message: 'The body is too large.' } },
    });
  });
});

describe('the origin of a call', () => {
  const host = 'localhost:80';
  it.each([
    ['no browser', {}, 401],
    ['the console', { 'sec-fetch-site': 'same-origin', origin: 'http://other.example' }, 401],
    ['the console over plain HTTP', { origin: 'http://localhost:80' }, 401],
    ['the console behind TLS', { origin: 'https://gateway.example', host: 'gateway.example' }, 401],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a sibling site', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:80' }, 403],
    ['another site over plain HTTP', { origin: 'http://evil.example' }, 403],
    ['another port', { origin: 'http://localhost:81' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['nonsense', { origin: '<>' }, 403],
  ])('%s', async (_who, headers, expected) => {
    const call = { headers: { host, ...headers } };
    const { status, body } = await client.call('POST', '/logout', call);
    expect(status).toBe(expected);
    expect(codeOf(body)).toBe(expected === 403 ? 'forbidden_origin' : 'unauthenticated');
  });

  it('is ignored for reads', async () => {
    await client.login(password);
    const answer = await client.call('GET', '/session', { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is not confirmed to a preflight', async () => {
    const answer = await app.app.inject({
      method: 'OPTIONS',
      url: '/admin/api/login',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('sessions', () => {
  it('are replaced by a login, and never adopted from a browser', async () => {
    client.cookie = `atlassian_proxy_session_${app.admin.devices.issuer}=fixed-by-somebody-else`;
    const { headers } = await client.login(password);
    const [name = '', token] = (client.cookie ?? '').split('=');
    expect(token).not.toBe('fixed-by-somebody-else');
    const first = client.cookie;
    await client.call('POST', '/login', { body: { password: 'wrong password' } });
    expect((await client.call('GET', '/session')).status).toBe(200);
    expect((await client.login(password)).status).toBe(200);
    expect((await client.call('GET', '/session')).status).toBe(200);
    client.cookie = first;
    expect((await client.call('GET', '/session')).status).toBe(401);
    expect(app.admin.sessions.list()).toHaveLength(1);
    expect(String(headers['set-cookie'])).toContain(name);
  });

  it('of several gateways on one host name do not disturb each other', async () => {
    const neighbour = await startAdminApp();
    try {
      const [first, second] = [await client.login(password), await createClient(neighbour).login(password)];
      const nameOf = ({ headers }: typeof first) => String(headers['set-cookie']).split('=', 1)[0];
      expect(nameOf(first)).not.toBe(nameOf(second));
    } finally {
      await neighbour.close();
    }
  });

  it('end at logout, also on the server', async () => {
    await client.login(password);
    const stolen = client.cookie;
    const answer = await client.call('POST', '/logout');
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^atlassian_proxy_session_[0-9a-f]{8}=; Max-Age=0; Path=\/admin; .*HttpOnly; SameSite=Strict$/,
    );
    client.cookie = stolen;
    expect((await client.call('GET', '/session')).status).toBe(401);
  });

  it('are listed and revoked', async () => {
    await client.login(password);
    const other = createClient(app);
    await other.call('POST', '/login', { body: { password }, headers: { 'user-agent': 'a phone' } });
    const { body, text } = await client.call('GET', '/sessions');
    const { sessions } = z
      .object({ sessions: z.array(z.looseObject({ id: z.string(), current: z.boolean() })) })
      .parse(body);
    expect(sessions).toHaveLength(2);
    expect(text).not.toContain('hash');
    const phone = sessions.find((session) => !session.current);
    expect(phone).toMatchObject({ userAgent: 'a phone', address: other.address });
    expect((await client.call('DELETE', `/sessions/${phone?.id}`)).status).toBe(204);
    expect((await client.call('DELETE', `/sessions/${phone?.id}`)).status).toBe(404);
  });
});

describe('the second factor', () => {
  it('is set up, required, recovered and removed', async () => {
    await client.login(password);
    expect(await client.call('POST', '/second-factor', { body: { password: 'wrong' } })).toMatchObject({ status: 401 });
    const started = await client.call('POST', '/second-factor', { body: { password } });
    const { secret, qrCode } = z.object({ secret: z.string(), qrCode: z.string() }).parse(started.body);
    expect(qrCode).toContain('<svg');
    const code = new TOTP({ secret }).generate();
    const confirmed = await client.call('POST', '/second-factor/confirm', { body: { code } });
    const { recoveryCodes } = z.object({ recoveryCodes: z.array(z.string()) }).parse(confirmed.body);
    expect(recoveryCodes).toHaveLength(10);
    expect((await client.call('GET', '/second-factor')).body).toEqual({ enabled: true, recoveryCodesLeft: 10 });

    const other = createClient(app);
    expect(codeOf((await other.login(password)).body)).toBe('second_factor_required');
    expect(codeOf((await other.login(password, '123')).body)).toBe('wrong_code');
    expect(await other.login(password, recoveryCodes[0])).toMatchObject({
      status: 200,
      body: { secondFactorEnabled: true },
    });
    expect((await other.call('GET', '/second-factor')).body).toMatchObject({ recoveryCodesLeft: 9 });

    expect((await client.call('POST', '/second-factor/remove', { body: { password } })).status).toBe(204);
    expect((await createClient(app).login(password)).status).toBe(200);
    expect(app.log()).not.toContain(secret);
  });
});

describe('headers', () => {
  it('prevent caching and framing of API responses', async () => {
    const { headers } = await client.login(password);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  });

  it('only allow the console to run its own scripts', async () => {
    const { headers } = await app.app.inject('/admin/page');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|\*|https?:/);
    expect(headers).toMatchObject({ 'cross-origin-opener-policy': 'same-origin', 'x-frame-options': 'DENY' });
  });
});
