import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const good = 'good@example.com';
const bad = 'bad@example.com';

describe('failing over', () => {
  let bench: TestBench;
  let key: string;
  let badId: string;

  beforeAll(async () => {
    bench = await startTestBench({
      FIRST_BYTE_TIMEOUT_MS: '1000',
      WHOLE_ANSWER_TIMEOUT_MS: '1000',
      SILENCE_TIMEOUT_MS: '1000',
    });
    badId = await bench.addCredential(bad);
    await bench.addCredential(good);
    await bench.admin('PATCH', '/settings', { pool: { affinity: false } });
    ({ key } = await bench.generateKey());
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    bench.simulator.control.reset();
    await bench.admin('POST', `/credentials/${badId}/reset`);
  });

  function ask(stream: boolean, content = 'Hello'): Promise<Response> {
    return fetch(`${bench.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ model, stream, messages: [{ role: 'user', content }] }),
    });
  }

  /** Two requests, so that round robin reaches the bad credential. */
  async function askTwice(stream: boolean): Promise<string[]> {
    const answers: string[] = [];
    for (let turn = 0; turn < 2; turn += 1) {
      const response = await ask(stream);
      expect(response.status).toBe(200);
      answers.push(await response.text());
    }
    return answers;
  }

  const faults: readonly [string, Readonly<Record<string, string | number>>][] = [
    ['401', { status: 401 }],
    ['403 USER_BLOCKED', { status: 403, 'error-body': 'blocked' }],
    ['429', { status: 429, 'retry-after': 5 }],
    ['500 as HTML', { status: 500, 'error-body': 'html' }],
    ['503', { status: 503 }],
    ['529', { status: 529, 'error-body': 'anthropic' }],
    ['a connection reset before the headers', { cut: 'reset', 'cut-at': 'before-headers' }],
    ['a connection reset after the headers', { cut: 'reset', 'cut-at': 'after-headers' }],
    ['an error as the first event', { 'stream-error': 'anthropic', 'stream-error-at': 0, 'answer-as': 'sse' }],
    ['no answer in time', { hang: 'before-headers' }],
    ['an empty 200', { 'answer-as': 'sse', cut: 'end', 'cut-at': 'after-headers' }],
  ];

  describe.each(faults)('after %s', (_name, knobs) => {
    it.each([false, true])('another credential answers (stream: %s)', async (stream) => {
      bench.simulator.control.setCredential(bad, knobs);
      for (const answer of await askTwice(stream)) {
        expect(answer).toContain('Hello');
        if (stream) expect(answer.trimEnd()).toMatch(/data: \[DONE\]$/);
      }
      const emails = bench.simulator.control.requests({ kind: 'model' }).map((request) => request.email);
      expect(emails).toContain(bad);
      expect(emails.filter((email) => email === good)).toHaveLength(2);
    });
  });

  it("never retries what is the request's own fault", async () => {
    bench.simulator.control.setDefault({
      status: 400,
      'error-body': 'openai',
      'error-message': 'messages: too strange',
    });
    const response = await ask(false);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('too strange');
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(1);
    const { body } = await bench.admin('GET', '/credentials');
    expect(body).toMatchObject({ credentials: [{ state: { name: 'ready' } }, { state: { name: 'ready' } }] });
  });

  it('reports a failure after the first content inside the stream, and does not retry', async () => {
    bench.simulator.control.setDefault({ 'stream-error': 'openai', 'stream-error-at': 4, chunks: 10 });
    const text = await (await ask(true)).text();
    expect(text.match(/^data: \{"error":/gm)).toHaveLength(1);
    expect(text).not.toContain('[DONE]');
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(1);
  });

  it('tells a cut connection inside the stream', async () => {
    bench.simulator.control.setDefault({ cut: 'reset', 'cut-at': 4, chunks: 10 });
    const text = await (await ask(true)).text();
    expect(text.match(/^data: \{"error":/gm)).toHaveLength(1);
    expect(text).not.toContain('[DONE]');
  });

  it('aborts the upstream request when the client leaves', async () => {
    bench.simulator.control.setDefault({ pace: 50, chunks: 1000 });
    const leaving = new AbortController();
    const response = await fetch(`${bench.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    const leftAt = Date.now();
    leaving.abort();
    const request = await bench.simulator.control.waitForOutcome('aborted-by-client');
    // The answer would take 50 seconds.
    expect((request.endedAt ?? 0) - leftAt).toBeLessThan(2000);
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(1);
  });

  it('aborts it also while nothing has come back yet', async () => {
    bench.simulator.control.setDefault({ hang: 'before-headers' });
    const leaving = new AbortController();
    const asking = fetch(`${bench.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
      signal: leaving.signal,
    });
    await bench.simulator.control.waitForState((state) => state.inFlight === 1);
    leaving.abort();
    await expect(asking).rejects.toThrow();
    await bench.simulator.control.waitForOutcome('aborted-by-client');
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(1);
  });
});

describe('when a model cannot be served', () => {
  let bench: TestBench;
  let credential: string;
  const other = 'google:gemini-2.0-flash-001';

  beforeAll(async () => {
    bench = await startTestBench();
    credential = await bench.addCredential(good);
    await bench.admin('PATCH', `/models/${encodeURIComponent(model)}`, { fallbacks: [other] });
  });
  afterAll(() => bench.close());

  it.each([false, true])('its fallback answers under its name, and says so (stream: %s)', async (stream) => {
    bench.simulator.control.setDefault({ 'denied-models': '*claude-3-5*' });
    const response = await bench.chat({ model, stream, messages: [{ role: 'user', content: 'Hello' }] });
    const body = await response.text();
    expect(response.status, body).toBe(200);
    expect(body).toContain('Hello');
    expect(body).toContain(`"model":"${model}"`);
    expect(response.headers.get('x-upstream-model')).toBe('gemini-2.0-flash-001');
    expect(response.headers.get('x-gateway-warnings')).toContain(other);
    const { body: listed } = await bench.admin('GET', '/credentials');
    const refused = expect.objectContaining({ models: [expect.objectContaining({ cause: 'route' })] });
    expect(listed).toMatchObject({
      credentials: [{ state: { name: 'ready', routes: expect.arrayContaining([refused]) } }],
    });
  });

  it('no fallback answers a key that it is not open to', async () => {
    bench.simulator.control.reset();
    bench.simulator.control.setDefault({ 'denied-models': '*claude-3-5*' });
    await bench.admin('POST', `/credentials/${credential}/reset`);
    const ask = async (models: readonly string[]) => {
      const { key } = await bench.generateKey('limited', { limits: { models } });
      const body = { model, messages: [{ role: 'user', content: 'Hello' }] };
      return (await bench.chat(body, { headers: { authorization: `Bearer ${key}` } })).status;
    };
    expect(await ask([model])).toBe(403);
    expect(JSON.stringify(bench.simulator.control.requests({ kind: 'model' }))).not.toContain('gemini');
    expect(await ask([model, other])).toBe(200);
  });

  it('a request that is wrong is not tried on it', async () => {
    await bench.admin('POST', `/credentials/${credential}/reset`);
    bench.simulator.control.reset();
    bench.simulator.control.setModel('claude-3-5-sonnet-v2@20241022', { status: 400, 'error-body': 'openai' });
    const response = await bench.chat({ model, messages: [{ role: 'user', content: 'Hello' }] });
    expect(response.status).toBe(400);
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(1);
  });
});

describe('an unreachable upstream', () => {
  it('is a 502 at once, and shows in the health', async () => {
    const bench = await startTestBench({ ATLASSIAN_ORIGIN: 'http://127.0.0.1:9' });
    try {
      expect((await fetch(`${bench.origin}/ready`)).status).toBe(503);
      await bench.addCredential(good);
      expect((await fetch(`${bench.origin}/ready`)).status).toBe(200);
      const response = await bench.chat({ model, messages: [{ role: 'user', content: 'Hello' }] });
      expect(response.status).toBe(502);
      expect(response.headers.get('x-should-retry')).toBe('true');
      expect((await fetch(`${bench.origin}/health`)).status).toBe(200);
    } finally {
      await bench.close();
    }
  });
});

describe('without a credential', () => {
  it('answers 503 and says where to add one', async () => {
    const bench = await startTestBench();
    try {
      const { key } = await bench.generateKey();
      const response = await fetch(`${bench.baseURL}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
      });
      expect(response.status).toBe(503);
      expect(await response.text()).toContain('/admin/credentials');
    } finally {
      await bench.close();
    }
  });
});
