import { connect } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readChatCompletion, readChatError } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { sendHttp } from '../support/http-client.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const hello = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] });
const chatPath = '/v1/chat/completions';
const megabyte = 1_048_576;

describe('request bodies', () => {
  let bench: TestBench;
  let key: string;

  beforeAll(async () => {
    bench = await startTestBench({ MAX_BODY_BYTES: String(4 * megabyte), BODY_MEMORY_BYTES: String(8 * megabyte) });
    await bench.addCredential('one@example.com');
    ({ key } = await bench.generateKey());
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  const post = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
    sendHttp(bench.origin, chatPath, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    });

  // Reported of other gateways: agentgateway/agentgateway#2402.
  describe('R19: compressed', () => {
    it.each([
      ['gzip', gzipSync(hello)],
      ['x-gzip', gzipSync(hello)],
      ['deflate', deflateSync(hello)],
      ['deflate', deflateRawSync(hello)],
      ['br', brotliCompressSync(hello)],
      ['zstd', zstdCompressSync(hello)],
      ['GZIP', gzipSync(hello)],
      ['identity', Buffer.from(hello)],
      ['', Buffer.from(hello)],
      ['gzip, br', brotliCompressSync(gzipSync(hello))],
    ])('%s is decoded', async (coding, body) => {
      const answer = await post(body, { 'content-encoding': coding });
      expect(answer.status).toBe(200);
      expect(readChatCompletion(answer.body).model).toBe(model);
    });

    it.each(['compress', 'gzip, exotic', 'gzip, gzip, gzip'])(
      '%s is refused, and what is known is said',
      async (coding) => {
        const answer = await post(gzipSync(hello), { 'content-encoding': coding });
        expect(answer.status).toBe(415);
        expect(answer.headers['accept-encoding']).toBe('gzip, deflate, br, zstd');
        expect(readChatError(answer.body).message).toContain(coding);
      },
    );

    it.each([
      ['not gzip at all', Buffer.from(hello)],
      ['gzip that is cut', gzipSync(hello).subarray(0, 30)],
      ['nothing', Buffer.alloc(0)],
    ])('%s is a 400', async (_name, body) => {
      expect((await post(body, { 'content-encoding': 'gzip' })).status).toBe(400);
    });

    it.each([
      ['gzip', gzipSync(Buffer.alloc(50 * megabyte, ' '))],
      ['br', brotliCompressSync(Buffer.alloc(50 * megabyte, ' '))],
      ['zstd', zstdCompressSync(Buffer.alloc(50 * megabyte, ' '))],
      ['gzip, gzip', gzipSync(gzipSync(Buffer.alloc(50 * megabyte, ' ')))],
    ])('a bomb (%s) is a 413', async (coding, body) => {
      expect(body.length).toBeLessThan(megabyte);
      expect((await post(body, { 'content-encoding': coding })).status).toBe(413);
    });
  });

  it.each([
    ['values', `[${'{},'.repeat(megabyte)}{}]`, 'more than 60,000 JSON values'],
    [
      'members',
      `{${Array.from({ length: 20_000 }, (_, index) => `"name${index}":1`).join()}}`,
      'more than 10,000 members',
    ],
    ['levels', '['.repeat(megabyte), 'more than 512 levels'],
  ])('too many %s are refused before they are parsed', async (_name, body, message) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(readChatError(answer.body).message).toContain(message);
  });

  it('thirty such bodies at once are refused without being parsed', async () => {
    const body = `[${'{},'.repeat(megabyte)}{}]`;
    const before = process.threadCpuUsage();
    const answers = await Promise.all(Array.from({ length: 30 }, () => post(body)));
    const { user, system } = process.threadCpuUsage(before);
    for (const { status } of answers) expect([400, 503]).toContain(status);
    // Processor time, because wall time depends on other load. It includes the clients; parsing alone took 8 s.
    expect((user + system) / 1e6).toBeLessThan(4);
  });

  describe('long runs of text, which are set aside', () => {
    const image = `iVBORw0KGgo${'Ab1+/'.repeat(100_000)}9`.padEnd(500_012, 'A');
    const text = `Say: ${'你好 world. '.repeat(25_000)}`;
    const lastBody = () => JSON.stringify(bench.simulator.control.lastRequest().body);
    const headers = () => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
    const send = (path: string, body: unknown) =>
      sendHttp(bench.origin, path, { method: 'POST', headers: headers(), body: JSON.stringify(body) });

    it.each([
      [
        chatPath,
        {
          model,
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text },
                { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
              ],
            },
          ],
        },
      ],
      [
        '/v1/messages',
        {
          model,
          max_tokens: 100,
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } },
              ],
            },
          ],
        },
      ],
      [
        '/v1/responses',
        {
          model,
          instructions: text,
          input: [{ role: 'user', content: [{ type: 'input_image', image_url: `data:image/png;base64,${image}` }] }],
        },
      ],
      [
        `/v1beta/models/${model}:generateContent`,
        { contents: [{ role: 'user', parts: [{ text }, { inlineData: { mimeType: 'image/png', data: image } }] }] },
      ],
    ])('%s: arrive whole', async (path, body) => {
      const answer = await send(path, body);
      expect(answer.status, answer.body.slice(0, 500)).toBe(200);
      expect(lastBody().includes(image)).toBe(true);
      expect(lastBody().includes(text)).toBe(true);
      // The Responses API repeats the instructions.
      if (path === '/v1/responses') expect(JSON.parse(answer.body).instructions).toBe(text);
    });

    it('arrive decoded where a route needs them so', async () => {
      const note = 'Buy milk. '.repeat(60_000);
      const answer = await send('/v1/chat/completions', {
        model,
        messages: [
          {
            role: 'user',
            content: [
              {
                type: 'file',
                file: {
                  filename: 'note.txt',
                  file_data: `data:text/plain;base64,${Buffer.from(note).toString('base64')}`,
                },
              },
            ],
          },
        ],
      });
      expect(answer.status, answer.body.slice(0, 500)).toBe(200);
      const sent = lastBody();
      expect(sent.includes(note) || sent.includes(Buffer.from(note).toString('base64'))).toBe(true);
    });
  });

  it('bodies that the memory has no room for are refused for now; small ones are not, and the room comes back', async () => {
    const half = `{"model":"${model}","messages":[{"role":"user","content":"${'x'.repeat(3 * megabyte)}`;
    const { hostname, port } = new URL(bench.origin);
    const head = `POST ${chatPath} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\ncontent-length: ${4 * megabyte}\r\n\r\n`;
    const sendSlowly = () => {
      const socket = connect(Number(port), hostname).on('error', () => {});
      socket.resume().write(head + half);
      return socket;
    };
    let slow = sendSlowly();
    let refused = await post(hello);
    // Either of two concurrent requests may be the refused one.
    const tryLarge = async () => {
      if (slow.closed) slow = sendSlowly();
      refused = await post(`${half}"}]}`);
      return refused.status;
    };
    await expect.poll(tryLarge, { timeout: 10_000 }).toBe(503);
    expect(refused.headers['retry-after']).toBe('1');
    expect((await post(hello)).status).toBe(200);
    slow.destroy();
    await expect.poll(async () => (await post(`${half}"}]}`)).status, { timeout: 5000 }).toBe(200);
  });
});
