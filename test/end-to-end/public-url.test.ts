import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { adminPassword, startTestBench, type TestBench } from '../support/gateway.ts';
import { sendBytes, sendHttp } from '../support/http-client.ts';

const error = z.object({ error: z.object({ message: z.string() }) });

function logIn(bench: TestBench, headers: Readonly<Record<string, string>>, path = '/admin/api/login') {
  return sendHttp(bench.origin, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ password: adminPassword }),
  });
}

describe('a gateway that listens on its own machine', () => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await startTestBench();
  });
  afterAll(() => bench.close());

  it.each(['localhost', 'localhost:8000', 'LOCALHOST', 'app.localhost:1', '127.0.0.1:8000', '127.1.2.3', '[::1]:8000'])(
    'answers as %s',
    async (host) => {
      expect((await sendHttp(bench.origin, '/health', { headers: { host } })).status).toBe(200);
    },
  );

  it.each(['rebound.example', 'rebound.example:8000', '127.0.0.1.example', 'localhost.example', '10.0.0.1', 'gateway'])(
    'does not answer as %s',
    async (host) => {
      for (const path of ['/health', '/metrics', '/admin/', '/admin/api/session', '/v1/models']) {
        const answer = await sendHttp(bench.origin, path, { headers: { host } });
        expect(answer.status).toBe(421);
        expect(error.parse(JSON.parse(answer.body)).error.message).toContain('PUBLIC_URL');
        expect(answer.headers['x-request-id']).toBeDefined();
      }
    },
  );

  it.each([
    ['this machine', 'localhost', 200],
    ['another', 'rebound.example', 421],
  ])('takes the host of an absolute target for the host that is asked: %s', async (_name, host, status) => {
    const answer = await sendBytes(
      bench.origin,
      `GET http://${host}/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it.each([
    ['two', 'host: localhost\r\nhost: localhost\r\n'],
    ['two that differ', 'Host: localhost\r\nhost: other\r\n'],
    ['no', ''],
  ])('refuses %s Host headers', async (_name, hosts) => {
    const answer = await sendBytes(bench.origin, `GET /health HTTP/1.1\r\n${hosts}connection: close\r\n\r\n`);
    expect(answer).toMatch(
      /^HTTP\/1\.1 400 .*\r\n[\s\S]*x-request-id: [\s\S]*\r\n\r\n\{"error":\{"message":"A request needs exactly one Host/,
    );
  });

  it('lets the console log in through a proxy on another port that passes on the host without its port', async () => {
    const headers = { host: 'localhost', origin: 'http://localhost:8080' };
    expect((await logIn(bench, headers)).status).toBe(200);
    expect((await logIn(bench, { ...headers, host: 'localhost:8000' })).status).toBe(403);
    expect((await logIn(bench, { ...headers, origin: 'http://evil.example:8080' })).status).toBe(403);
    expect((await logIn(bench, { ...headers, 'sec-fetch-site': 'same-site' })).status).toBe(403);
  });
});

describe('a gateway with a PUBLIC_URL', () => {
  let bench: TestBench;
  let key: string;
  beforeAll(async () => {
    bench = await startTestBench({ PUBLIC_URL: 'https://x.example:8443/y/atlassian' });
    ({ key } = await bench.generateKey());
  });
  afterAll(() => bench.close());

  it('answers by that name, and by no other of another machine', async () => {
    const ask = (host: string) => sendHttp(bench.origin, '/health', { headers: { host } });
    expect((await ask('x.example:8443')).status).toBe(200);
    expect((await ask('localhost')).status).toBe(200);
    expect((await ask('y.example:8443')).status).toBe(421);
  });

  it('lets its console log in, whatever the proxy does to the host', async () => {
    for (const host of ['localhost:8000', 'x.example:8443']) {
      const answer = await logIn(bench, { host, origin: 'https://x.example:8443' }, '/y/atlassian/admin/api/login');
      expect(answer.status).toBe(200);
      const [session = '', device = ''] = answer.headers['set-cookie'] ?? [];
      for (const cookie of [session, device]) {
        expect(cookie).toContain('; Path=/y/atlassian/admin;');
        expect(cookie.includes('; Secure')).toBe(host !== 'localhost:8000');
      }
    }
    expect((await logIn(bench, { host: 'localhost', origin: 'https://y.example:8443' })).status).toBe(403);
  });

  it('serves the API and the console below its base path, and where a proxy cut that off', async () => {
    const headers = { authorization: `Bearer ${key}` };
    for (const path of ['/y/atlassian/v1/models', '/v1/models', '/y/atlassian/health?x']) {
      expect((await sendHttp(bench.origin, path, { headers })).status).toBe(200);
    }
    expect((await sendHttp(bench.origin, '/y/atlassianX/v1/models', { headers })).status).toBe(404);
    for (const path of ['/', '/y/atlassian', '/y/atlassian/']) {
      expect((await sendHttp(bench.origin, path)).headers.location).toBe('/y/atlassian/admin/');
    }
  });

  it('tells clients that address', async () => {
    const { body } = await bench.admin('GET', '/connection');
    expect(body).toMatchObject({ baseUrl: 'https://x.example:8443/y/atlassian/v1', loopbackOnly: false });
  });
});
