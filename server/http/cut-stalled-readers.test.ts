import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import fastify from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { cutStalledReaders } from './cut-stalled-readers.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/**
 * A server that disconnects stalled clients after 100 ms, and a client that sends its request and reads only when told
 * to.
 */
async function ask(path: string) {
  const app = fastify({ connectionTimeout: 100, forceCloseConnections: true });
  cutStalledReaders(app);
  const responses = Promise.withResolvers<ServerResponse>();
  app.addHook('onRequest', (_request, reply, done) => {
    responses.resolve(reply.raw);
    done();
  });
  // More than the operating system buffers.
  app.get('/large', () => 'x'.repeat(30_000_000));
  app.get('/late', (_request, reply) => void reply.raw.once('timeout', () => reply.send('late')));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port }: AddressInfo = Object(app.server.address());
  const client = connect(port, '127.0.0.1').pause();
  client.write(`GET ${path} HTTP/1.1\r\nhost: gateway\r\n\r\n`);
  closers.push(
    () => client.destroy(),
    () => app.close(),
  );
  return { client, response: await responses.promise };
}

test('a client that reads nothing of any response is disconnected', async () => {
  const { response } = await ask('/large');
  await once(response, 'close');
  expect(response.writableFinished).toBe(false);
});

test('a response may take long to begin', async () => {
  const { client } = await ask('/late');
  const [bytes] = await once(client.resume(), 'data');
  expect(String(bytes)).toMatch(/^HTTP\/1\.1 200 OK.*late$/s);
});
