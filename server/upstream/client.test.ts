import { Buffer } from 'node:buffer';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { UpstreamClient } from './client.ts';
import { account, clientOf, closeAfterEach, serve } from './testing/client-bench.ts';
import { readBody } from './testing/http-server.ts';
import { recordCall } from './testing/record-call.ts';

closeAfterEach();

const pair = Buffer.from('owner@example.com:ATATT-secret-token').toString('base64');

describe('a request', () => {
  async function received(
    request: Parameters<UpstreamClient['send']>[0],
  ): Promise<{ message: IncomingMessage; body: Buffer }> {
    const arrived = Promise.withResolvers<{ message: IncomingMessage; body: Buffer }>();
    const server = await serve((message, response) => {
      void readBody(message).then((body) => {
        arrived.resolve({ message, body });
        response.end('ok');
      });
    });
    await recordCall(clientOf(server), request).over;
    return arrived.promise;
  }

  test('carries the account and asks for a plain body', async () => {
    const { message, body } = await received({ path: '/chat?x=1', body: [Buffer.from('{"a":1}')], account });
    expect(message.method).toBe('POST');
    expect(message.url).toBe('/chat?x=1');
    expect(body.toString()).toBe('{"a":1}');
    expect(message.headers).toMatchObject({
      authorization: `Basic ${pair}`,
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-length': '7',
      connection: 'keep-alive',
    });
    expect(message.headers).not.toHaveProperty('x-atlassian-cloudid');
    expect(message.headers).not.toHaveProperty('x-atlassian-encodedtoken');
  });

  test('has the account in a second header where the route requires it', async () => {
    const { message } = await received({ path: '/', account, encodedToken: true });
    expect(message.headers).toMatchObject({ authorization: `Basic ${pair}`, 'x-atlassian-encodedtoken': pair });
    const again = await received({ path: '/', account });
    expect(again.message.headers).not.toHaveProperty('x-atlassian-encodedtoken');
  });

  test('names the billing site if there is one', async () => {
    const { message } = await received({ path: '/', account: { ...account, cloudId: 'site-1' } });
    expect(message.method).toBe('GET');
    expect(message.headers).toMatchObject({ 'x-atlassian-cloudid': 'site-1', 'x-rovodev-billing-cloudid': 'site-1' });
  });

  test.each([
    [[1, 1, 1, 1]],
    [[20_000, 20_000, 20_000, 20_000]],
    [[300_000, 300_000, 300_000, 300_000]],
    [[10, 0, 300_000, 20, 30]],
    [[0, 65_536, 1]],
    [[0]],
  ])('sends its pieces in order, of %j bytes', async (sizes) => {
    const pieces = sizes.map((size, index) => Buffer.alloc(size, 'aécdf'.slice(index)));
    const { message, body } = await received({ path: '/', body: pieces, account });
    expect(body.equals(Buffer.concat(pieces))).toBe(true);
    expect(message.headers['content-length']).toBe(String(body.length));
  });

  test('is sent completely even if its pieces are released when an early answer starts', async () => {
    const answered = Promise.withResolvers<ServerResponse>();
    const arrived = Promise.withResolvers<Buffer>();
    const server = await serve((message, response) => {
      response.write('early');
      answered.resolve(response);
      void readBody(message).then(arrived.resolve);
    });
    const pieces = Array.from({ length: 40 }, (_, index) => Buffer.alloc(500_000, String(index)));
    const whole = Buffer.concat(pieces);
    const recorded = recordCall(clientOf(server), { path: '/', body: pieces, account });
    await recorded.firstData;
    pieces.length = 0;
    expect((await arrived.promise).equals(whole)).toBe(true);
    (await answered.promise).end();
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'end']);
  });

  test('reuses the connection of the request before', async () => {
    const ports = new Set<number | undefined>();
    const server = await serve((message, response) => {
      ports.add(message.socket.remotePort);
      message.resume().on('end', () => response.end());
    });
    const client = clientOf(server);
    for (let count = 0; count < 6; count += 1)
      await recordCall(client, { path: '/', body: [Buffer.from('x')], account }).over;
    // The second request may find the first connection still busy, because its response has only just ended.
    expect(ports.size).toBeLessThan(3);
  });

  test('does not wait for other requests', async () => {
    const open: ServerResponse[] = [];
    const server = await serve((_message, response) => {
      open.push(response);
      if (open.length === 50) for (const each of open) each.end('ok');
    });
    const client = clientOf(server);
    const calls = Array.from({ length: 50 }, () => recordCall(client, { path: '/', account }));
    await Promise.all(calls.map((call) => call.over));
    expect(calls.map((call) => call.body().toString())).toEqual(Array(50).fill('ok'));
  });
});

test('closing the client ends the requests in progress', async () => {
  const arrived = Promise.withResolvers<void>();
  const server = await serve(() => arrived.resolve());
  const client = clientOf(server);
  const recorded = recordCall(client, { path: '/', account });
  await arrived.promise;
  await client.close();
  await recorded.over;
  expect(recorded.failure).toMatchObject({ kind: 'upstream-unavailable', fault: 'gateway', reason: 'shutting-down' });
  const late = recordCall(client, { path: '/', account });
  expect(late.order).toEqual([]);
  await late.over;
  expect(late.failure).toMatchObject({ fault: 'gateway' });
});

test.each<readonly [string, RequestListener]>([
  ['whose end has come', (_request, response) => response.end('ok')],
  ['that goes on', (_request, response) => void response.write('ok')],
])('a fault of the handler over an answer %s fails the call and not the process', async (_name, answer) => {
  const server = await serve(answer);
  const failed = Promise.withResolvers<unknown>();
  clientOf(server).send(
    { path: '/', account },
    {
      onStart: () => undefined,
      onData: () => {
        throw new TypeError('oops');
      },
      onEnd: () => failed.reject(new Error('ended')),
      onFailure: failed.resolve,
    },
  );
  expect(await failed.promise).toMatchObject({ kind: 'internal', fault: 'gateway' });
});

test('a request that cannot be sent fails after `send` has returned', async () => {
  const server = await serve((_request, response) => response.end());
  const recorded = recordCall(clientOf(server), { path: 'no slash', account });
  expect(recorded.order).toEqual([]);
  await recorded.over;
  expect(recorded.failure).toMatchObject({ kind: 'internal', fault: 'gateway' });
});
