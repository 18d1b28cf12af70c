import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChatError } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { sendBytes } from '../support/http-client.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';

describe('what never becomes a request', () => {
  let bench: TestBench;
  let key: string;
  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
    ({ key } = await bench.generateKey());
  });
  afterAll(() => bench.close());

  const head = (...lines: readonly string[]) =>
    `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\n${lines.join('\r\n')}\r\n\r\n`;

  function expectError(answer: string, status: number): void {
    const [headers = '', body = ''] = answer.split(/\r\n\r\n([\s\S]*)/);
    expect(headers).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(headers).toMatch(/\r\nx-request-id: [\w-]{10,}/i);
    expect(headers).toMatch(/\r\ncontent-type: application\/json/i);
    expect(headers).toMatch(/\r\nconnection: close/i);
    expect(readChatError(body)).toMatchObject({ type: 'invalid_request_error' });
  }

  it.each([
    ['no HTTP at all', 400, 'HELO there\r\n\r\n'],
    ['another version', 400, 'GET / HTTP/3.7\r\nhost: localhost\r\n\r\n'],
    ['a header without a colon', 400, 'GET / HTTP/1.1\r\nhost: localhost\r\nnonsense\r\n\r\n'],
    ['a space before the colon', 400, 'GET / HTTP/1.1\r\nhost : localhost\r\n\r\n'],
    ['two lengths', 400, 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      400,
      'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
    ],
    ['headers without an end', 431, `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`],
  ])('%s is a %i', async (_name, status, bytes) => {
    expectError(await sendBytes(bench.origin, bytes), status);
  });

  it('an expectation that nobody meets is a 417', async () => {
    expectError(await sendBytes(bench.origin, head('expect: a miracle', 'content-length: 0')), 417);
  });

  it.each(['gzip, chunked', 'identity, chunked'])('a transfer coding of %s is a 501', async (coding) => {
    expectError(await sendBytes(bench.origin, `${head(`transfer-encoding: ${coding}`)}0\r\n\r\n`), 501);
  });

  it('chunk extensions without an end are a 413', async () => {
    const bytes = `${head('transfer-encoding: chunked')}1;${'x'.repeat(20_000)}`;
    expectError(await sendBytes(bench.origin, bytes), 413);
  });

  it('a chunk that is none is a 400, once', async () => {
    const answer = await sendBytes(bench.origin, `${head('transfer-encoding: chunked')}zz\r\n`);
    expect(answer.match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
    expectError(answer, 400);
  });

  it('nothing is written between the bytes of an answer that is under way', async () => {
    bench.simulator.control.setDefault({ chunks: 20, pace: 20 });
    const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'x' }] });
    const { hostname, port } = new URL(bench.origin);
    const socket = connect(Number(port), hostname);
    const received = text(socket);
    socket.write(head(`content-length: ${Buffer.byteLength(body)}`) + body);
    await delay(200);
    socket.write('NONSENSE\r\n\r\n');
    expect((await received).match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
    bench.simulator.control.reset();
  });
});
