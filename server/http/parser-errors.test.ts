import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { isRecord, readRecord } from '../lib/json.ts';
import { ParserErrors } from './parser-errors.ts';

/** What a client receives if the parser fails in the middle of the body. */
async function failInBody(path: string, code: string): Promise<{ head: string; body: unknown }> {
  const errors = new ParserErrors(() => 'id-0123456789');
  const app = fastify({ clientErrorHandler: errors.handle, genReqId: () => 'id-0123456789' });
  errors.watch(app);
  app.post('*', () => 'never');
  const arrived = new Promise<void>((resolve) => {
    app.addHook('onRequest', (_request, _reply, done) => {
      resolve();
      done();
    });
  });
  const connected = once(app.server, 'connection');
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  try {
    const client = connect(Number(port), '127.0.0.1');
    const received = text(client);
    client.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: 10\r\n\r\nhalf`,
    );
    await arrived;
    const [socket]: Socket[] = await connected;
    if (socket === undefined) expect.fail('no connection');
    const finished = once(socket, 'finish');
    errors.handle(Object.assign(new Error('parser'), { code }), socket);
    await finished;
    // Otherwise, input that still arrives would reset the connection, and the response could be lost.
    expect(socket.destroyed).toBe(false);
    const [head = '', body = ''] = (await received).split('\r\n\r\n');
    return { head, body: JSON.parse(body) };
  } finally {
    await app.close();
  }
}

test.each([
  ['/v1/chat/completions', { error: { code: 'request_timeout', type: 'invalid_request_error' } }],
  ['/v1/responses', { error: { code: 'request_timeout' } }],
  ['/v1/messages', { type: 'error', error: { type: 'timeout_error' } }],
  ['/v1beta/models/m:generateContent', { error: { code: 408, status: 'DEADLINE_EXCEEDED' } }],
])('a body for %s that does not come in time is a 408 in the words of its API', async (path, expected) => {
  const { head, body } = await failInBody(path, 'ERR_HTTP_REQUEST_TIMEOUT');
  expect(head).toMatch(/^HTTP\/1\.1 408 /);
  expect(head).toMatch(/\r\nx-request-id: id-0123456789/i);
  expect(body).toMatchObject(expected);
});

test.each([
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['HPE_INVALID_CHUNK_SIZE', 400],
])('%s in a body is a %i', async (code, status) => {
  for (const path of ['/v1/chat/completions', '/v1/messages', '/v1beta/models/m:generateContent']) {
    const { head, body } = await failInBody(path, code);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(isRecord(readRecord(body).error)).toBe(true);
  }
});

describe('clients that send a byte at a time', () => {
  const head = 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n';
  test.each([
    ['in the head', `${head}x-long: `],
    ['in the body', `${head}content-type: text/plain\r\ncontent-length: 100000\r\n\r\n`],
  ])('%s are told that their time is over, and others are served meanwhile', async (_where, start) => {
    const errors = new ParserErrors(() => 'id-0123456789');
    const app = fastify({
      clientErrorHandler: errors.handle,
      requestTimeout: 400,
      http: { headersTimeout: 300, connectionsCheckingInterval: 50 },
    });
    errors.watch(app);
    app.post('*', () => 'never');
    app.get('/', () => 'served');
    const origin = await app.listen({ port: 0, host: '127.0.0.1' });
    const clients = Array.from({ length: 100 }, () => {
      const client = connect(Number(new URL(origin).port), '127.0.0.1').on('error', () => {});
      client.write(start);
      return { client, received: text(client) };
    });
    const dripping = setInterval(() => {
      for (const { client } of clients) if (client.writable) client.write('x');
    }, 50);
    try {
      expect(await (await fetch(origin)).text()).toBe('served');
      for (const { received } of clients) {
        const answer = await received;
        expect(answer).toMatch(/^HTTP\/1\.1 408 /);
        expect(answer).toContain('The request did not arrive in time.');
      }
    } finally {
      clearInterval(dripping);
      for (const { client } of clients) client.destroy();
      await app.close();
    }
  });
});
