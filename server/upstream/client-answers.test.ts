import { Buffer } from 'node:buffer';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { account, clientOf, closeAfterEach, post, serve, serveTcp } from './testing/client-bench.ts';
import { recordCall } from './testing/record-call.ts';

closeAfterEach();

describe('an answer', () => {
  test('is received as it is written', async () => {
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

  test('in many chunks of one packet is reported as one piece, before its end', async () => {
    const server = await serveTcp((socket) => {
      const chunks = Array.from({ length: 100 }, (_, index) => `${index}`.padStart(8, '.'));
      const body = chunks.map((chunk) => `8\r\n${chunk}\r\n`).join('');
      const answer = `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${body}0\r\n\r\n`;
      socket.once('data', () => socket.write(answer));
    });
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

  test('that breaks off is passed on up to that point', async () => {
    const server = await serveTcp((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n'));
    });
    const recorded = recordCall(clientOf(server), { path: '/', account });
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'failure upstream-unavailable']);
    expect(recorded.body().toString()).toBe('ok');
  });

  test('may follow an informational one', async () => {
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
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (bytes: Buffer) => bytes],
    // Decompressed on the way.
    ['gzip', (bytes: Buffer) => bytes],
    ['zstd', (bytes: Buffer) => bytes],
  ])('is decompressed although nobody asked: %s', async (encoding, compress) => {
    const text = 'Hello, 世界! '.repeat(20_000);
    const recorded = await post((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(compress(Buffer.from(text)));
    });
    await recorded.over;
    expect(recorded.order).toEqual(['start 200', 'data', 'end']);
    expect(recorded.body().toString()).toBe(text);
  });

  test.each(['unheard-of', 'gzip, br', 'gzip, gzip'])(
    'in a coding that nobody knows is a failure in words: %s',
    async (coding) => {
      const recorded = await post((_request, response) => {
        response.writeHead(200, { 'content-encoding': coding }).end('x');
      });
      await recorded.over;
      expect(recorded.order).toEqual(['failure upstream-unavailable']);
      expect(recorded.failure?.message).toContain(`did not ask for: ${coding}`);
    },
  );

  test.each([
    ['broken', Buffer.from('\x1f this is no gzip at all')],
    ['cut', gzipSync('Hello '.repeat(1000)).subarray(0, 30)],
  ])('that is compressed and %s is a failure', async (_name, bytes) => {
    const recorded = await post((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes),
    );
    await recorded.over;
    expect(recorded.failure).toMatchObject({ kind: 'upstream-unavailable', fault: 'transient' });
    expect(recorded.order.at(-1)).toBe('failure upstream-unavailable');
  });

  test('is read no faster than its consumer reads', async () => {
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
    await recorded.firstData;
    recorded.call.pause();
    const received = recorded.body().length;
    await vi.waitFor(() => expect(written).toBeGreaterThan(10), 10_000);
    const stalled = await settled(() => written);
    expect(stalled).toBeLessThan(300);
    // Nothing was read ahead, either.
    expect(recorded.body().length).toBe(received);
    expect(received).toBeLessThanOrEqual(32 * 1024);
    recorded.call.resume();
    await recorded.over;
    expect(recorded.order.at(-1)).toBe('end');
    expect(recorded.body().length).toBeGreaterThan(300 * 64 * 1024);
  });
});

test('a connection whose answer ended while it was paused is used again', async () => {
  const ports = new Set<number | undefined>();
  const server = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    response.end('whole');
  });
  const client = clientOf(server);
  const request = { path: '/chat', body: [Buffer.from('{}')], account, model: 'label:m', upstreamModel: 'm' };
  for (let made = 0; made < 3; made += 1) {
    const recorded = recordCall(client, request);
    void recorded.firstData.then(() => recorded.call.pause());
    await recorded.over;
    expect([recorded.order.at(-1), recorded.body().toString()]).toEqual(['end', 'whole']);
    // undici frees the connection after it has reported the end.
    await new Promise(setImmediate);
  }
  expect(ports.size).toBe(1);
});

/** The value once it has stopped changing. */
async function settled(read: () => number): Promise<number> {
  let last = -1;
  await vi.waitFor(
    () => {
      const previous = last;
      last = read();
      expect(last).toBe(previous);
    },
    { timeout: 10_000, interval: 50 },
  );
  return last;
}

describe('a refusal', () => {
  test('becomes a failure', async () => {
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
    expect(denied.failure).toMatchObject({ fault: 'route', scope: 'model' });
  });

  test('may be compressed', async () => {
    const recorded = await post((_request, response) => {
      response.writeHead(500, { 'content-encoding': 'gzip' }).end(gzipSync('{"message":"Bad day"}'));
    });
    await recorded.over;
    expect(recorded.failure?.evidence).toBe('Bad day');
  });

  test('may arrive before the request was sent', async () => {
    const server = await serve((_request, response) => response.writeHead(413).end('Too large'));
    const body = Array.from({ length: 200 }, () => Buffer.alloc(100_000, 'x'));
    const recorded = recordCall(clientOf(server), { path: '/', body, account });
    await recorded.over;
    expect(recorded.failure).toMatchObject({ upstreamStatus: 413, fault: 'request' });
  });

  test('is passed on when the caller asks for it', async () => {
    const server = await serve((_request, response) => response.writeHead(403).end('body'));
    const recorded = recordCall(clientOf(server), { path: '/', account, alsoAnswer: 403 });
    await recorded.over;
    expect(recorded.order).toEqual(['start 403', 'data', 'end']);
  });

  test('without an end is cut off', async () => {
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

  test('that breaks off or stalls is still reported', async () => {
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
