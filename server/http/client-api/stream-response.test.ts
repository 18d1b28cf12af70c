import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { ConversationEvent } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import { createStreamEncoder } from '../../dialects/openai-chat/encode-stream.ts';
import { StalledReaders } from './stalled-readers.ts';
import { StreamResponse } from './stream-response.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const said = (text: string): ConversationEvent[] => [{ type: 'block-delta', choice: 0, block: 0, kind: 'text', text }];
const report = { upstreamModel: 'm', notes: [], usage: undefined, attempts: [], relayed: false };
const usage = {
  inputTokens: 1,
  outputTokens: 1,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

/** Opens a client connection and the streaming answer to its request. */
async function open(
  heartbeat = 60_000,
  readerTimeout = 60_000,
): Promise<{ client: Socket; response: ServerResponse; stream: StreamResponse }> {
  const server = createServer({ highWaterMark: 16_384 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port }: AddressInfo = Object(server.address());
  const client = connect(port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nhost: gateway\r\n\r\n');
  const [, response]: [unknown, ServerResponse] = Object(await once(server, 'request'));
  closers.push(() => {
    client.destroy();
    server.close();
  });
  const options = { includeUsage: false, legacyFunctions: false };
  const context = { id: 'id', created: 0, model: 'm', estimateInputTokens: () => 1 };
  const stream = new StreamResponse({
    response,
    createEncoder: () => createStreamEncoder(context, options),
    heartbeat,
    stalledReaders: new StalledReaders({ timeout: readerTimeout }),
    headers: () => ({ 'content-type': 'text/event-stream' }),
  });
  return { client, response, stream };
}

/** The client's next read, which is one write if that is short. */
async function nextRead(client: Socket): Promise<string> {
  const [bytes]: [Buffer] = Object(await once(client, 'data'));
  return bytes.toString();
}

test('all output of one turn is one write, from the headers to an end that arrives asynchronously', async () => {
  const { client, stream } = await open();
  stream.open(report);
  stream.writeEvents(said('你'), () => undefined);
  stream.writeEvents(said('好'), () => undefined);
  await null;
  await null;
  stream.end(usage, []);
  const read = await nextRead(client);
  expect(read).toMatch(
    /^HTTP\/1\.1 200 OK.*"你".*"好".*data: \[DONE\]\n\n\r\n0\r\nx-gateway-cache: miss; read=0; written=0; input=1\r\n\r\n$/s,
  );
});

test('warnings that were not known when the stream began are a trailer', async () => {
  const { client, stream } = await open();
  const note = {
    member: 'answer.image',
    action: 'dropped',
    reason: 'The API of the client has no field for it.',
  } as const;
  stream.open(report);
  stream.end(usage, [note]);
  expect(await nextRead(client)).toMatch(/\r\n0\r\n.*x-gateway-warnings: answer\.image: The API [^\r]*\r\n\r\n$/s);
});

test('warnings that the headers have are no trailer', async () => {
  const { client, stream } = await open();
  const notes = [{ member: 'top_k', action: 'dropped', reason: 'It is not supported.' }] as const;
  stream.open({ ...report, notes });
  stream.end(usage, notes);
  expect(await nextRead(client)).not.toContain('x-gateway-warnings');
});

test('a burst is one write, even if it is longer than what may wait for a slow reader', async () => {
  const { client, response, stream } = await open();
  const writes = vi.spyOn(response, 'write');
  stream.open(report);
  for (let index = 0; index < 100; index += 1) stream.writeEvents(said('x'.repeat(300)), () => undefined);
  stream.end(usage, []);
  expect(await nextRead(client)).toMatch(/data: \[DONE\]\n\n\r\n0\r\n/);
  expect(writes).toHaveBeenCalledTimes(1);
});

test('nothing is buffered beyond its turn', async () => {
  const { client, stream } = await open();
  stream.open(report);
  stream.writeEvents(said('one'), () => undefined);
  expect(await nextRead(client)).toContain('"one"');
  stream.writeEvents(said('two'), () => undefined);
  expect(await nextRead(client)).toContain('"two"');
  stream.fail(new Failure('timeout', 'Too late.'));
  expect(await nextRead(client)).toContain('Too late.');
});

test('a silent stream gets comments, a busy one none', async () => {
  const { client, stream } = await open(20);
  stream.open(report);
  stream.writeEvents(said('one'), () => undefined);
  expect(await nextRead(client)).toContain('"one"');
  expect(await nextRead(client)).toContain(': heartbeat\n\n');
  stream.end(usage, []);
});

test('a slow reader pauses the writer until it has caught up, and no listeners remain', async () => {
  const { client, response, stream } = await open();
  stream.open(report);
  const listenersBefore = response.listenerCount('close');
  const long = said('x'.repeat(1_000_000));
  for (let times = 0; times < 3; times++) {
    client.pause();
    const { promise, resolve } = Promise.withResolvers<void>();
    while (stream.writeEvents(long, resolve)) await null;
    client.resume();
    await promise;
    expect(response.listenerCount('close')).toBe(listenersBefore);
  }
  stream.abandon();
});

test('many choices wait for a slow reader with one listener, and all go on', async () => {
  const { client, response, stream } = await open();
  client.pause();
  stream.open(report);
  const before = response.listenerCount('close');
  const choices = Array.from({ length: 128 }, () => Promise.withResolvers<void>());
  const long = said('x'.repeat(1_000_000));
  while (stream.writeEvents(long, () => undefined)) await null;
  for (const { resolve } of choices) expect(stream.writeEvents(said('one'), resolve)).toBe(false);
  expect(response.listenerCount('drain')).toBe(1);
  expect(response.listenerCount('close')).toBe(before + 1);
  client.resume();
  await Promise.all(choices.map(({ promise }) => promise));
  expect([response.listenerCount('drain'), response.listenerCount('close')]).toEqual([0, before]);
  stream.abandon();
});

test('an abandoned stream is cut off', async () => {
  const { client, stream, response } = await open();
  stream.open(report);
  stream.writeEvents(said('one'), () => undefined);
  stream.abandon();
  client.resume();
  await once(client, 'close');
  expect(response.destroyed).toBe(true);
});

test('headers and comments are sent while no answer arrives, then the answer', async () => {
  const { client, stream } = await open(20);
  stream.start();
  expect(stream.isOpen).toBe(false);
  expect(await nextRead(client)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*: heartbeat\n\n/);
  expect(stream.isOpen).toBe(true);
  stream.open(report);
  stream.writeEvents(said('one'), () => undefined);
  expect(await nextRead(client)).toContain('"one"');
  stream.end(usage, []);
});

test('a later failure is sent inside the stream', async () => {
  const { client, stream } = await open(20);
  stream.start();
  expect(await nextRead(client)).toContain('200 OK');
  stream.fail(new Failure('timeout', 'Too late.'));
  let read = '';
  while (!read.includes('Too late.')) read = await nextRead(client);
  expect(read).toContain('data: {"error":');
});

test('an answer that arrives in time has its own headers', async () => {
  const { client, stream } = await open(50);
  stream.start();
  stream.stop();
  const silent = new Promise((resolve) => setTimeout(resolve, 120, 'silent'));
  expect(await Promise.race([nextRead(client), silent])).toBe('silent');
  stream.abandon();
});

test('a reader that reads nothing is disconnected', async () => {
  const { client, stream, response } = await open(60_000, 100);
  client.pause();
  stream.open(report);
  const closed = once(response, 'close');
  const long = said('x'.repeat(1_000_000));
  // The operating system buffers some megabytes before writes stall.
  const writeUntilFull = () => {
    while (stream.writeEvents(long, writeUntilFull));
  };
  writeUntilFull();
  await closed;
  expect(response.writableFinished).toBe(false);
});
