import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { account, clientOf, closeAfterEach, post, serve, serveTcp } from './testing/client-bench.ts';
import { startHttpServer } from './testing/http-server.ts';
import { recordCall } from './testing/record-call.ts';
import { toTransportFailure } from './transport-failure.ts';

closeAfterEach();

test('a reset of an answer without a length is a truncation, not an end', async () => {
  const server = await serveTcp((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\ndata: 1\n\n', () =>
        setTimeout(() => socket.resetAndDestroy(), 30),
      );
    });
  });
  const recorded = recordCall(clientOf({ origin: `http://127.0.0.1:${server.port}` }), { path: '/', account });
  await recorded.over;
  expect(recorded.order).toEqual(['start 200', 'data', 'failure upstream-unavailable']);
  expect(recorded.failure).toMatchObject({ fault: 'transient' });
});

describe('a connection that breaks when the request is sent', () => {
  const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
  /** Each connection answers one request and breaks at the next one. */
  async function serveOnce(breakOff: (socket: Socket) => void, answers: number) {
    let connections = 0;
    const server = await serveTcp((socket) => {
      let next = connections < answers ? 'answer' : 'break';
      connections += 1;
      socket.on('data', (bytes) => {
        if (next === 'break') {
          next = 'nothing';
          breakOff(socket);
        } else if (next === 'answer' && bytes.toString().endsWith('1}')) {
          next = 'break';
          socket.write(answer);
        }
      });
    });
    return { client: clientOf(server), connections: () => connections };
  }

  const ways: [string, (socket: Socket) => void][] = [
    ['reset', (socket) => void socket.resetAndDestroy()],
    ['closed', (socket) => void socket.end()],
    ['closed inside the head', (socket) => void socket.end('HTTP/1.1 20')],
  ];
  const call = { path: '/', account, body: [Buffer.from('{"a":'), Buffer.from('1}')] };

  test.each(ways)('and had been used before is replaced by a new one (%s)', async (_way, breakOff) => {
    const { client, connections } = await serveOnce(breakOff, 2);
    for (const _request of [1, 2]) {
      const recorded = recordCall(client, call);
      await recorded.over;
      expect([recorded.order, recorded.body().toString()]).toEqual([['start 200', 'data', 'end'], 'ok']);
    }
    expect(connections()).toBe(2);
  });

  test.each(ways)('and is new is a failure (%s)', async (_way, breakOff) => {
    const { client, connections } = await serveOnce(breakOff, 0);
    const recorded = recordCall(client, call);
    await recorded.over;
    expect(recorded.failure).toMatchObject({ kind: 'upstream-unavailable', fault: 'transient' });
    expect(connections()).toBe(1);
  });

  test.each(ways)('is replaced only once (%s)', async (_way, breakOff) => {
    const { client, connections } = await serveOnce(breakOff, 1);
    await recordCall(client, call).over;
    const recorded = recordCall(client, call);
    await recorded.over;
    expect(recorded.order).toEqual(['failure upstream-unavailable']);
    expect(connections()).toBe(2);
  });
});

test.each(['EMFILE', 'ENFILE', 'ENOBUFS'])('%s is a fault of the host, not of a credential', (code) => {
  const context = {
    timeouts: { connect: 1, firstByte: 1, wholeAnswer: 1, silence: 1, total: 1, heartbeat: 1 },
    proxied: false,
  };
  const error = Object.assign(new Error(`connect ${code}`), { code });
  expect(toTransportFailure(error, context)).toMatchObject({ kind: 'overloaded', fault: 'gateway' });
});

describe('silence', () => {
  test('no connection', async () => {
    // Accepts the connection and never answers the TLS client hello.
    const server = await serveTcp(() => undefined);
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

  test('no whole answer', async () => {
    const recorded = await post(() => undefined, { firstByte: 5, wholeAnswer: 60 }, { wholeAnswer: true });
    await recorded.over;
    expect(recorded.order).toEqual(['failure timeout']);
    expect(recorded.failure).toMatchObject({
      fault: 'timeout',
      message: 'The upstream did not complete its answer within 0.06 s. A streamed answer may take longer.',
    });
  });

  test('a whole answer may take longer than a stream to start, also after its headers', async () => {
    const slowly = (_request: unknown, response: ServerResponse) => {
      setTimeout(() => response.writeHead(200).flushHeaders(), 80);
      setTimeout(() => response.end('{}'), 160);
    };
    const recorded = await post(slowly, { firstByte: 20, silence: 20 }, { wholeAnswer: true });
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'end']);
  });

  test('within a whole answer', async () => {
    const begin = (_request: unknown, response: ServerResponse) => void response.writeHead(200).write('{');
    const recorded = await post(begin, { silence: 60 }, { wholeAnswer: true });
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'failure timeout']);
  });

  test('between two chunks', async () => {
    const recorded = await post((_request, response) => void response.writeHead(200).write('data: 1\n\n'), {
      silence: 60,
    });
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'failure timeout']);
    expect(recorded.failure).toMatchObject({
      fault: 'timeout',
      message: 'The upstream sent nothing for 0.06 s in the middle of its answer.',
    });
  });

  test('is not counted while reading is paused, and is counted again afterwards', async () => {
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

  test('is counted anew after each chunk', async () => {
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

  test('a changed timeout applies to the next request', async () => {
    const timeouts = { firstByte: 5000 };
    const client = clientOf(await serve(() => undefined), timeouts);
    const patient = recordCall(client, { path: '/', account });
    timeouts.firstByte = 60;
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
    // A reset can overtake the data sent before it.
    expect([order, order.filter((step) => step !== 'data'), ['failure upstream-unavailable']]).toContainEqual(
      recorded.order,
    );
    expect(recorded.failure).toMatchObject({ fault: 'transient', message: 'The connection to the upstream broke.' });
  });

  test.each([
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
    ['closed', (socket: Socket) => socket.destroy()],
  ])('%s in a long request body', async (_name, hurt) => {
    const server = await serveTcp((socket) => socket.once('data', () => hurt(socket)));
    const body = Array.from({ length: 200 }, () => Buffer.alloc(100_000, 'x'));
    const recorded = recordCall(clientOf(server), { path: '/', body, account });
    await recorded.over;
    expect(recorded.order).toEqual(['failure upstream-unavailable']);
    expect(recorded.failure).toMatchObject({ fault: 'transient', message: 'The connection to the upstream broke.' });
  });

  test('a response that is not HTTP', async () => {
    const server = await serveTcp((socket) => void socket.end('220 smtp ready\r\n'));
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

  test('headers without an end', async () => {
    const server = await serveTcp((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(100_000)}\r\n\r\n`);
    });
    const recorded = recordCall(clientOf(server), { path: '/', account });
    await recorded.over;
    expect(recorded.failure).toMatchObject({ kind: 'upstream-unavailable', fault: 'transient' });
  });
});

describe('an abort', () => {
  test('during an answer: the upstream notices at once, the handler is not called again', async () => {
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
    // A server that does not read does not notice that its client disconnected.
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
