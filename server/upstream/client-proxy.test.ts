import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ForwardProxyOptions, startForwardProxy } from '../../test/support/forward-proxy.ts';
import { authorityFile, startTlsFront } from '../../test/support/tls-front.ts';
import { createUpstreamClient } from './client.ts';
import type { ProxySettings } from './connections.ts';
import { startHttpServer, startTcpServer, type TestServer } from './testing/http-server.ts';
import { type RecordedCall, recordCall } from './testing/record-call.ts';

const account = { email: 'a@example.com', token: 'a-token', cloudId: null };
const closing: (() => Promise<void>)[] = [];
let server: TestServer;

beforeAll(async () => {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(authorityFile, 'utf8')]);
  server = await startHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization, host } = request.headers;
      response.end(JSON.stringify({ authorization, host, body: Buffer.concat(chunks).toString() }));
    });
  });
});
afterAll(() => server.close());
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function proxyWith(options: ForwardProxyOptions = {}) {
  const proxy = await startForwardProxy(options);
  closing.push(() => proxy.close());
  return proxy;
}

async function post(origin: string, proxy: Partial<ProxySettings>, connect = 5000): Promise<RecordedCall> {
  const client = createUpstreamClient({
    origin,
    proxy: { http: undefined, https: undefined, exceptions: undefined, ...proxy },
    timeouts: () => ({ connect, firstByte: 5000, wholeAnswer: 5000, silence: 5000 }),
  });
  closing.push(() => client.close());
  const recorded = recordCall(client, { path: '/x', body: [Buffer.from('{"a":'), Buffer.from('1}')], account });
  await recorded.over;
  return recorded;
}

const basic = `Basic ${Buffer.from('a@example.com:a-token').toString('base64')}`;

describe('through a proxy', () => {
  test('a request to an http origin has the absolute URL', async () => {
    const proxy = await proxyWith();
    const recorded = await post(server.origin, { http: proxy.origin });
    expect(proxy.asked).toEqual([`POST ${server.origin}/x`]);
    expect(JSON.parse(recorded.body().toString())).toEqual({
      authorization: basic,
      host: `127.0.0.1:${server.port}`,
      body: '{"a":1}',
    });
  });

  test.each(['https', 'http'] as const)(
    'a request to an https origin is tunnelled, by the setting for %s',
    async (name) => {
      const front = await startTlsFront(server.port);
      closing.push(() => front.close());
      const proxy = await proxyWith({ ports: { 'upstream.test:443': front.port }, credentials: 'user:p@ss word' });
      const address = `http://user:p%40ss%20word@127.0.0.1:${proxy.port}`;
      const recorded = await post('https://upstream.test', { [name]: address });
      expect(recorded.order).toEqual(['start 200', 'data', 'end']);
      expect(JSON.parse(recorded.body().toString())).toEqual({
        authorization: basic,
        host: 'upstream.test',
        body: '{"a":1}',
      });
      expect(proxy.asked).toEqual(['CONNECT upstream.test:443']);
    },
  );

  test('hosts in NO_PROXY are reached directly', async () => {
    const proxy = await proxyWith();
    const recorded = await post(server.origin, { http: proxy.origin, exceptions: 'example.com, 127.0.0.1' });
    expect(recorded.order).toEqual(['start 200', 'data', 'end']);
    expect(proxy.asked).toEqual([]);
  });

  test('a connection is reused', async () => {
    const front = await startTlsFront(server.port);
    closing.push(() => front.close());
    const proxy = await proxyWith({ ports: { 'upstream.test:443': front.port } });
    const client = createUpstreamClient({
      origin: 'https://upstream.test',
      proxy: { http: undefined, https: proxy.origin, exceptions: undefined },
      timeouts: () => ({ connect: 5000, firstByte: 5000, wholeAnswer: 5000, silence: 5000 }),
    });
    closing.push(() => client.close());
    for (let call = 0; call < 3; call++) await recordCall(client, { path: '/x', account }).over;
    expect(proxy.asked.length).toBeLessThan(3);
  });
});

describe('a proxy that', () => {
  test.each([
    ['https://upstream.test', 'https'],
    ['http://upstream.test', 'http'],
  ] as const)('rejects the password is named in the failure: %s', async (origin, name) => {
    const proxy = await proxyWith({ credentials: 'user:password' });
    const { failure } = await post(origin, { [name]: `http://user:wrong-secret@127.0.0.1:${proxy.port}` });
    expect(failure).toMatchObject({ kind: 'upstream-unavailable', fault: 'transient', scope: 'route' });
    expect(failure?.message).toBe('The proxy rejected the user name and password in HTTPS_PROXY or HTTP_PROXY.');
    expect(`${failure?.evidence} ${failure?.message}`).not.toContain('wrong-secret');
  });

  test('refuses the host is named in the failure', async () => {
    const proxy = await proxyWith({ ports: {} });
    const { failure } = await post('https://upstream.test', { https: proxy.origin });
    expect(failure?.message).toBe('The proxy refused to connect to the upstream (status 403).');
  });

  test('accepts the connection and does not respond is limited by the connect timeout', async () => {
    const silent = await startTcpServer(() => undefined);
    closing.push(() => silent.close());
    const { failure } = await post('https://upstream.test', { https: silent.origin }, 200);
    expect(failure).toMatchObject({ kind: 'timeout', fault: 'timeout', scope: 'route' });
  });

  test('cannot be reached is named in the failure', async () => {
    const { failure } = await post('https://upstream.test', { https: 'http://127.0.0.1:9' });
    expect(failure?.message).toBe('The proxy or the upstream refused the connection.');
  });
});
