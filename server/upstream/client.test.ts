import { Buffer } from 'node:buffer';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createUpstreamClient, type UpstreamClient } from './client.ts';
import { readBody, startHttpServer, startTcpServer, type TestServer } from './testing/http-server.ts';
import { type RecordedCall, recordCall } from './testing/record-call.ts';
import type { UpstreamTimeouts } from './transport-failure.ts';

const account = { email: 'owner@example.com', token: 'ATATT-secret-token', cloudId: null };
const pair = Buffer.from('owner@example.com:ATATT-secret-token').toString('base64');
const usual: UpstreamTimeouts = { connect: 2000, firstByte: 5000, silence: 5000 };
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function clientOf(server: Pick<TestServer, 'origin'>, timeouts: Partial<UpstreamTimeouts> = {}): UpstreamClient {
  const client = createUpstreamClient({
    origin: server.origin,
    timeouts: () => ({ ...usual, ...timeouts }),
    now: () => Date.UTC(2026, 0, 1),
  });
  closers.push(() => client.close());
  return client;
}

async function serve(answer: RequestListener): Promise<TestServer> {
  const server = await startHttpServer(answer);
  closers.push(() => server.close());
  return server;
}

/** One POST to a server that answers so. */
async function post(answer: RequestListener, timeouts: Partial<UpstreamTimeouts> = {}): Promise<RecordedCall> {
  const client = clientOf(await serve(answer), timeouts);
  return recordCall(client, {
    path: '/chat',
    body: [Buffer.from('{}')],
    account,
    model: 'label:m',
    upstreamModel: 'm',
  });
}

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
      'x-atlassian-encodedtoken': pair,
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-length': '7',
      connection: 'keep-alive',
    });
    expect(message.headers).not.toHaveProperty('x-atlassian-cloudid');
  });

  test('names the billing site when there is one', async () => {
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

  test('uses the connection of the one before', async () => {
    const ports = new Set<number | undefined>();
    const server = await serve((message, response) => {
      ports.add(message.socket.remotePort);
      message.resume().on('end', () => response.end());
    });
    const client = clientOf(server);
    for (let count = 0; count < 6; count += 1)
      await recordCall(client, { path: '/', body: [Buffer.from('x')], account }).over;
    // The second may find the first connection not yet free, for its answer has ended this very moment.
    expect(ports.size).toBeLessThan(3);
  });

  test('does not wait for another', async () => {
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

describe('an answer', () => {
  test('comes as it is written', async () => {
    const resume = Promise.withResolvers<void>();
    const recorded = await post((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-a': ['1', '2'] });
      response.write('data: 1\n\n');
      void resume.promise.then(() => response.end('data: 2\n\n'));
    });
    await recorded.firstData;
    expect(recorded.order).toEqual(['start 200', 'data']);
    expect(recorded.headers).toMatchObject({ 'content-type': 'text/event-stream' });
    expect(recorded.body().toString()).toBe('data: 1\n\n');
    resume.resolve();
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'end']);
    expect(recorded.body().toString()).toBe('data: 1\n\ndata: 2\n\n');
  });

  test('in many chunks of one packet comes in one piece, and its end behind it', async () => {
    const server = await startTcpServer((socket) => {
      const chunks = Array.from({ length: 100 }, (_, index) => `${index}`.padStart(8, '.'));
      const body = chunks.map((chunk) => `8\r\n${chunk}\r\n`).join('');
      const answer = `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${body}0\r\n\r\n`;
      socket.once('data', () => socket.write(answer));
    });
    closers.push(() => server.close());
    const seen: string[] = [];
    const over = Promise.withResolvers<void>();
    clientOf(server).send(
      { path: '/', account },
      {
        onStart: (status) => seen.push(`start ${status}`),
        onData: (chunk) => seen.push(`${chunk.length} bytes to ${Buffer.from(chunk.subarray(-2)).toString()}`),
        onEnd: () => {
          seen.push('end');
          over.resolve();
        },
        onFailure: over.reject,
      },
    );
    await over.promise;
    expect(seen).toEqual(['start 200', '800 bytes to 99', 'end']);
  });

  test('that breaks off is handed over as far as it came', async () => {
    const server = await startTcpServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n'));
    });
    closers.push(() => server.close());
    const recorded = recordCall(clientOf(server), { path: '/', account });
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'failure upstream-unavailable']);
    expect(recorded.body().toString()).toBe('ok');
  });

  test('may come behind an informational one', async () => {
    const recorded = await post((_request, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      response.end('ok');
    });
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'end']);
  });

  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (bytes: Buffer) => bytes],
    ['unheard-of', (bytes: Buffer) => bytes],
  ])('is decompressed although nobody asked: %s', async (encoding, compress) => {
    const text = 'Hello, 世界! '.repeat(20_000);
    const recorded = await post((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(compress(Buffer.from(text)));
    });
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'end']);
    expect(recorded.body().toString()).toBe(text);
  });

  test.each([
    ['broken', Buffer.from('this is no gzip at all')],
    ['cut', gzipSync('Hello '.repeat(1000)).subarray(0, 30)],
  ])('that is compressed and %s is a failure', async (_name, bytes) => {
    const recorded = await post((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes),
    );
    await recorded.over;
    expect(recorded.failure).toMatchObject({ kind: 'upstream-unavailable', fault: 'transient' });
    expect(recorded.order.at(-1)).toBe('failure upstream-unavailable');
  });

  test('is read no faster than its reader wants', async () => {
    let written = 0;
    const recorded = await post((_request, response) => {
      const block = Buffer.alloc(64 * 1024, 'x');
      const write = () => {
        while (written < 400 && response.write(block)) written += 1;
        written += 1;
        if (written >= 400) response.end();
        else response.once('drain', write);
      };
      write();
    });
    recorded.call.pause();
    await vi.waitFor(() => expect(written).toBeGreaterThan(10));
    const stalled = await settled(() => written);
    expect(stalled).toBeLessThan(300);
    expect(recorded.body().length).toBeLessThan(2 * 1024 * 1024);
    recorded.call.resume();
    await recorded.over;
    expect(recorded.order.at(-1)).toBe('end');
    expect(recorded.body().length).toBeGreaterThan(300 * 64 * 1024);
  });
});

/** The value once it has stopped to change. */
async function settled(read: () => number): Promise<number> {
  let last = -1;
  await vi.waitFor(
    () => {
      const previous = last;
      last = read();
      expect(last).toBe(previous);
    },
    { interval: 50 },
  );
  return last;
}

describe('a refusal', () => {
  test('is read to a failure', async () => {
    const recorded = await post((_request, response) => {
      response.writeHead(429, { 'retry-after': '12' }).end('{"message":"Too many requests for ATATT-secret-token"}');
    });
    await recorded.over;
    expect(recorded.order).toEqual(['failure rate-limited']);
    expect(recorded.failure).toMatchObject({ fault: 'rate', upstreamStatus: 429, retryAfterSeconds: 12 });
    expect(recorded.failure?.evidence).toBe('Too many requests for [redacted]');
  });

  test('names the models', async () => {
    const unknown = await post((_request, response) => response.writeHead(400).end('Model Id [m] not found'));
    await unknown.over;
    expect(unknown.failure?.message).toContain('`label:m`');
    const denied = await post((_request, response) => response.writeHead(403).end('This model is not for you'));
    await denied.over;
    expect(denied.failure?.model).toBe('m');
  });

  test('may be compressed', async () => {
    const recorded = await post((_request, response) => {
      response.writeHead(500, { 'content-encoding': 'gzip' }).end(gzipSync('{"message":"Bad day"}'));
    });
    await recorded.over;
    expect(recorded.failure?.evidence).toBe('Bad day');
  });

  test('may come before the request was sent', async () => {
    const server = await serve((_request, response) => response.writeHead(413).end('Too large'));
    const body = Array.from({ length: 200 }, () => Buffer.alloc(100_000, 'x'));
    const recorded = recordCall(clientOf(server), { path: '/', body, account });
    await recorded.over;
    expect(recorded.failure).toMatchObject({ upstreamStatus: 413, fault: 'request' });
  });

  test('is handed over when the caller wants to read it', async () => {
    const server = await serve((_request, response) => response.writeHead(403).end('body'));
    const recorded = recordCall(clientOf(server), { path: '/', account, alsoAnswer: 403 });
    await recorded.over;
    expect(recorded.order).toEqual(['start 403', 'data', 'end']);
  });

  test('that goes on for ever is cut', async () => {
    const closed = Promise.withResolvers<void>();
    const recorded = await post((_request, response) => {
      response.writeHead(500);
      response.on('close', () => closed.resolve());
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
        response.once('drain', write);
      };
      write();
    });
    await recorded.over;
    expect(recorded.failure).toMatchObject({ upstreamStatus: 500, fault: 'transient' });
    await closed.promise;
  });

  test('that breaks off or falls silent is still that refusal', async () => {
    const broken = await post((_request, response) => {
      response.writeHead(401).write('{"mess', () => response.destroy());
    });
    await broken.over;
    expect(broken.failure).toMatchObject({ fault: 'token', upstreamStatus: 401 });
    const silent = await post((_request, response) => void response.writeHead(401).write('{"mess'), { silence: 50 });
    await silent.over;
    expect(silent.failure).toMatchObject({ fault: 'token', upstreamStatus: 401 });
  });
});

describe('silence', () => {
  test('no connection', async () => {
    // It takes the connection and never answers the TLS greeting.
    const server = await startTcpServer(() => undefined);
    closers.push(() => server.close());
    const client = clientOf({ origin: `https://127.0.0.1:${server.port}` }, { connect: 60 });
    const recorded = recordCall(client, { path: '/', account });
    await recorded.over;
    expect(recorded.failure).toMatchObject({
      kind: 'timeout',
      fault: 'timeout',
      message: 'No connection to the upstream within 0.06 s.',
    });
  });

  test('no first byte', async () => {
    const recorded = await post(() => undefined, { firstByte: 60 });
    await recorded.over;
    expect(recorded.order).toEqual(['failure timeout']);
    expect(recorded.failure).toMatchObject({
      fault: 'timeout',
      message: 'The upstream did not begin to answer within 0.06 s.',
    });
  });

  test('between two chunks', async () => {
    const recorded = await post((_request, response) => void response.writeHead(200).write('data: 1\n\n'), {
      silence: 60,
    });
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'failure timeout']);
    expect(recorded.failure).toMatchObject({
      fault: 'timeout',
      message: 'The upstream fell silent for 0.06 s in its answer.',
    });
  });

  test('is not counted while nobody reads, and is again afterwards', async () => {
    const recorded = await post((_request, response) => void response.writeHead(200).write('data: 1\n\n'), {
      silence: 60,
    });
    await recorded.firstData;
    recorded.call.pause();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(recorded.order).toEqual(['start 200', 'data']);
    recorded.call.resume();
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'failure timeout']);
  });

  test('is bounded anew by each chunk', async () => {
    const recorded = await post(
      (_request, response) => {
        let sent = 0;
        const timer = setInterval(() => {
          sent += 1;
          if (sent < 8) return response.write('data: 1\n\n');
          clearInterval(timer);
          return response.end();
        }, 150);
      },
      { silence: 1000 },
    );
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'end']);
  });

  test('a changed bound holds from the next request on', async () => {
    let firstByte = 5000;
    const server = await serve(() => undefined);
    const client = createUpstreamClient({ origin: server.origin, timeouts: () => ({ ...usual, firstByte }) });
    closers.push(() => client.close());
    const patient = recordCall(client, { path: '/', account });
    firstByte = 60;
    const impatient = recordCall(client, { path: '/', account });
    await impatient.over;
    expect(patient.order).toEqual([]);
    patient.call.abort();
  });
});

describe('a broken connection', () => {
  test('refused', async () => {
    const server = await startHttpServer(() => undefined);
    await server.close();
    const recorded = recordCall(clientOf(server), { path: '/', account });
    expect(recorded.order).toEqual([]);
    await recorded.over;
    expect(recorded.failure).toMatchObject({
      kind: 'upstream-unavailable',
      fault: 'transient',
      message: 'The upstream refused the connection.',
    });
    expect(recorded.failure?.evidence).toContain('ECONNREFUSED');
  });

  test.each([
    [
      'reset before the answer',
      (response: ServerResponse) => response.socket?.resetAndDestroy(),
      ['failure upstream-unavailable'],
    ],
    [
      'closed before the answer',
      (response: ServerResponse) => response.socket?.destroy(),
      ['failure upstream-unavailable'],
    ],
    [
      'reset in the answer',
      (response: ServerResponse) => response.write('data: 1\n\n', () => response.socket?.resetAndDestroy()),
      ['start 200', 'data', 'failure upstream-unavailable'],
    ],
    [
      'closed in the answer',
      (response: ServerResponse) => response.write('data: 1\n\n', () => response.socket?.destroy()),
      ['start 200', 'data', 'failure upstream-unavailable'],
    ],
  ])('%s', async (_name, hurt, order) => {
    const recorded = await post((_request, response) => void hurt(response));
    await recorded.over;
    // A reset may overtake the data before it.
    expect([order, order.filter((step) => step !== 'data'), ['failure upstream-unavailable']]).toContainEqual(
      recorded.order,
    );
    expect(recorded.failure).toMatchObject({ fault: 'transient', message: 'The connection to the upstream broke.' });
  });

  test.each([
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', (socket: Socket) => socket.destroy()],
  ])('%s in a long request body', async (_name, hurt) => {
    const server = await startTcpServer((socket) => socket.once('data', () => hurt(socket)));
    closers.push(() => server.close());
    const body = Array.from({ length: 200 }, () => Buffer.alloc(100_000, 'x'));
    const recorded = recordCall(clientOf(server), { path: '/', body, account });
    await recorded.over;
    expect(recorded.order).toEqual(['failure upstream-unavailable']);
    expect(recorded.failure).toMatchObject({ fault: 'transient', message: 'The connection to the upstream broke.' });
  });

  test('something that is no HTTP', async () => {
    const server = await startTcpServer((socket) => void socket.end('220 smtp ready\r\n'));
    closers.push(() => server.close());
    const recorded = recordCall(clientOf(server), { path: '/', account });
    await recorded.over;
    expect(recorded.failure).toMatchObject({ kind: 'upstream-unavailable', fault: 'transient' });
  });

  test('no TLS where there should be', async () => {
    const server = await serve((_request, response) => response.end());
    const recorded = recordCall(clientOf({ origin: server.origin.replace('http:', 'https:') }), { path: '/', account });
    await recorded.over;
    expect(recorded.failure).toMatchObject({ kind: 'upstream-unavailable', fault: 'transient' });
  });

  test('headers without end', async () => {
    const server = await startTcpServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(100_000)}\r\n\r\n`);
    });
    closers.push(() => server.close());
    const recorded = recordCall(clientOf(server), { path: '/', account });
    await recorded.over;
    expect(recorded.failure).toMatchObject({ kind: 'upstream-unavailable', fault: 'transient' });
  });
});

describe('an abort', () => {
  test('in an answer: the upstream sees it at once, the handler nothing more', async () => {
    const closed = Promise.withResolvers<void>();
    const recorded = await post((_request, response) => {
      response.on('close', () => closed.resolve());
      response.writeHead(200).write('data: 1\n\n');
    });
    await recorded.firstData;
    recorded.call.abort();
    recorded.call.abort();
    await closed.promise;
    expect(recorded.order).toEqual(['start 200', 'data']);
  });

  test('before the answer', async () => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const recorded = await post((request) => {
      request.on('close', () => closed.resolve());
      arrived.resolve();
    });
    await arrived.promise;
    recorded.call.abort();
    await closed.promise;
    expect(recorded.order).toEqual([]);
  });

  test('before the connection: the request is never made', async () => {
    let requests = 0;
    const server = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    const client = clientOf(server);
    const aborted = recordCall(client, { path: '/', account });
    aborted.call.abort();
    await recordCall(client, { path: '/', account }).over;
    expect(requests).toBe(1);
    expect(aborted.order).toEqual([]);
  });

  test('after the end does nothing', async () => {
    const recorded = await post((_request, response) => response.end('ok'));
    await recorded.over;
    recorded.call.abort();
    expect(recorded.order).toEqual(['start 200', 'data', 'end']);
  });

  test('in a long request body', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    const closed = Promise.withResolvers<void>();
    const server = await serve((request) => {
      request.on('close', () => closed.resolve());
      arrived.resolve(request);
    });
    const body = Array.from({ length: 200 }, () => Buffer.alloc(100_000, 'x'));
    const recorded = recordCall(clientOf(server), { path: '/', body, account });
    const request = await arrived.promise;
    recorded.call.abort();
    // A server that does not read does not see its client leave.
    request.resume();
    await closed.promise;
    expect(request.complete).toBe(false);
    expect(recorded.order).toEqual([]);
  });

  test('in a compressed answer', async () => {
    const closed = Promise.withResolvers<void>();
    const recorded = await post((_request, response) => {
      response.on('close', () => closed.resolve());
      response.writeHead(200, { 'content-encoding': 'gzip' }).write(gzipSync('x'.repeat(1_000_000)).subarray(0, 900));
    });
    await recorded.firstData;
    recorded.call.abort();
    const order = [...recorded.order];
    await closed.promise;
    expect(recorded.order).toEqual(order);
  });
});

test('closing the client ends what is under way', async () => {
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

test('a request that cannot be made fails, but not before the caller has it', async () => {
  const server = await serve((_request, response) => response.end());
  const recorded = recordCall(clientOf(server), { path: 'no slash', account });
  expect(recorded.order).toEqual([]);
  await recorded.over;
  expect(recorded.failure).toMatchObject({ kind: 'internal', fault: 'gateway' });
});
