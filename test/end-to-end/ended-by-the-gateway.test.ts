import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readChatError, readChatStream } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';

/** A second, on a machine that is busy. The streams would last half an hour. */
const busyMilliseconds = 8000;

function openStream(bench: TestBench, key: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${bench.baseURL}/chat/completions`, {
    method: 'POST',
    signal: signal ?? null,
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'x' }] }),
  });
}

describe('the streams of a key', () => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await startTestBench();
    await bench.addCredential('one@example.com');
  });
  afterAll(() => bench.close());
  beforeEach(() => {
    bench.simulator.control.reset();
    bench.simulator.control.setDefault({ chunks: 100_000, pace: 20 });
  });

  const message = { role: 'user', content: 'x' };
  const dialects = [
    ['openai-chat', '/v1/chat/completions', { model, stream: true, messages: [message] }, /^data: \{"error":/m],
    [
      'openai-responses',
      '/v1/responses',
      { model, stream: true, input: [message] },
      /^event: (?:error|response\.failed)$/m,
    ],
    [
      'anthropic-messages',
      '/v1/messages',
      { model, stream: true, max_tokens: 9, messages: [message] },
      /^event: error$/m,
    ],
    [
      'gemini',
      `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
      { contents: [{ role: 'user', parts: [{ text: 'x' }] }] },
      /^data: \{"error":/m,
    ],
  ] as const;
  const endings = [
    ['is revoked', 'DELETE', undefined, 'revoked'],
    ['is disabled', 'PATCH', () => ({ enabled: false }), 'disabled'],
    ['expires', 'PATCH', () => ({ expiresAt: Date.now() + 300 }), 'expired'],
  ] as const;

  describe.each(dialects)('in the words of %s', (_dialect, path, body, ending) => {
    it.each(endings)('end in-band within a second when it %s', async (_how, method, change, word) => {
      const { id, key } = await bench.generateKey();
      const other = await bench.generateKey('other');
      const client = new AbortController();
      const [stream, untouched] = await Promise.all([
        fetch(bench.origin + path, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}` },
          body: JSON.stringify(body),
        }),
        openStream(bench, other.key, client.signal),
      ]);
      expect(stream.status).toBe(200);
      const reading = stream.text();
      await bench.admin(method, `/keys/${id}`, change?.());
      const since = performance.now();
      const text = await reading;
      expect(performance.now() - since).toBeLessThan(busyMilliseconds);
      expect(text).toMatch(ending);
      expect(text.slice(text.search(ending))).toContain(word);
      await vi.waitFor(async () => {
        const { body: record } = await bench.admin('GET', `/requests/${stream.headers.get('x-request-id')}`);
        expect(record).toMatchObject({ outcome: 'failure', failureKind: 'authentication' });
      }, 10_000);
      await expect.poll(() => bench.simulator.control.state().inFlight, { timeout: 10_000 }).toBe(1);
      client.abort();
      await expect(untouched.text()).rejects.toThrow();
    });
  });
});

// Reported of other gateways: BerriAI/litellm#37322, QuantumNous/new-api#5798, looplj/axonhub#2146.
describe('R08: a stream whose upstream is silent before its first byte', () => {
  let bench: TestBench;
  let key: string;
  beforeAll(async () => {
    bench = await startTestBench({ HEARTBEAT_MS: '150' });
    await bench.addCredential('one@example.com');
    await bench.addCredential('two@example.com');
    ({ key } = await bench.generateKey());
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  it('gets its headers and comments, then its answer', async () => {
    bench.simulator.control.setDefault({ 'first-byte': 2000 });
    const startedAt = performance.now();
    const response = await openStream(bench, key);
    expect(performance.now() - startedAt).toBeLessThan(1900);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const text = await response.text();
    expect(text).toMatch(/^: heartbeat\n\n/);
    expect(readChatStream(text)).toMatchObject({ error: null, choices: [{ finishReason: 'stop' }] });
  });

  it('has its credential changed behind them', async () => {
    bench.simulator.control.next({ 'first-byte': 500, status: 503 });
    const response = await openStream(bench, key);
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toMatch(/^: heartbeat\n\n/);
    expect(readChatStream(text)).toMatchObject({ error: null });
  });

  it('is told of a failure in-band after them, and by its status before', async () => {
    bench.simulator.control.setDefault({ 'first-byte': 500, status: 400, 'error-message': 'No such thing' });
    const late = await openStream(bench, key);
    expect(late.status).toBe(200);
    expect(readChatStream(await late.text()).error?.message).toContain('No such thing');
    bench.simulator.control.setDefault({ 'first-byte': 0, status: 400, 'error-message': 'No such thing' });
    const soon = await openStream(bench, key);
    expect(soon.status).toBe(400);
    expect(readChatError(await soon.text()).message).toContain('No such thing');
  });
});

describe('a reader that takes nothing', () => {
  let bench: TestBench;
  let key: string;
  beforeAll(async () => {
    bench = await startTestBench({ READER_TIMEOUT_MS: '500' });
    await bench.addCredential('one@example.com');
    ({ key } = await bench.generateKey());
  });
  afterAll(() => bench.close());

  it('of a stream is cut, and its lease freed', async () => {
    bench.simulator.control.setDefault({ chunks: 100_000, pace: 0, 'chunk-size': 500 });
    const response = await openStream(bench, key);
    const counts = z.object({ pool: z.object({ inFlight: z.number() }) });
    await expect
      .poll(async () => counts.parse((await bench.admin('GET', '/status')).body).pool.inFlight, { timeout: 8000 })
      .toBe(0);
    await expect(response.text()).rejects.toThrow();
  });

  it('of a whole answer is cut', async () => {
    // More than the operating system buffers.
    const large = 'x'.repeat(25_000_000);
    bench.simulator.control.setDefault({ 'tool-calls': 'always', 'tool-arguments-text': `{"a":"${large}"}` });
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
    const closed = Promise.withResolvers<ServerResponse>();
    const watch = (message: unknown) => {
      const { request, response }: { request: IncomingMessage; response: ServerResponse } = Object(message);
      if (request.headers['user-agent'] === 'stalls') response.once('close', () => closed.resolve(response));
    };
    subscribe('http.server.request.start', watch);
    try {
      const response = await fetch(`${bench.baseURL}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'user-agent': 'stalls' },
        body: JSON.stringify({ model, tools, messages: [{ role: 'user', content: 'x' }] }),
      });
      expect(Number(response.headers.get('content-length'))).toBeGreaterThan(large.length);
      expect((await closed.promise).writableFinished).toBe(false);
      await expect(response.text()).rejects.toThrow();
    } finally {
      unsubscribe('http.server.request.start', watch);
    }
  });
});
