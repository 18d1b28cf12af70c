import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { requestDetail, requestItem } from '../../contract/requests.ts';
import { usageTotals } from '../../contract/usage.ts';
import type { Settings } from '../../simulator/behaviour.ts';
import { readChatCompletion, readChatStream } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const first = 'first@example.com';
const second = 'second@example.com';
const pages = z.object({ requests: z.array(requestItem), nextCursor: z.string().nullable() });
const usage = z.object({ totals: usageTotals, groups: z.array(usageTotals.extend({ value: z.string() })) });

describe('the client', () => {
  it.each([
    ['as a trusted proxy says', '1', '203.0.113.7'],
    ['by the connection, when no proxy is trusted', 'false', '127.0.0.1'],
  ])('is known %s', async (_name, trust, address) => {
    const bench = await startTestBench({ TRUST_PROXY: trust });
    try {
      await bench.addCredential(first);
      const request = { model, messages: [{ role: 'user', content: 'Hello' }] };
      await bench.chat(request, { headers: { 'x-forwarded-for': '198.51.100.9, 203.0.113.7' } });
      await vi.waitFor(async () => {
        const { body } = await bench.admin('GET', '/requests');
        expect(body).toMatchObject({ requests: [{ clientAddress: address }] });
      }, 10_000);
    } finally {
      await bench.close();
    }
  });
});

describe('the usage record', () => {
  let bench: TestBench;
  let ids: Readonly<Record<string, string>>;
  let key: { id: string; key: string };

  beforeAll(async () => {
    bench = await startTestBench({ FIRST_BYTE_TIMEOUT_MS: '1000', WHOLE_ANSWER_TIMEOUT_MS: '1000' });
    ids = { [first]: await bench.addCredential(first), [second]: await bench.addCredential(second) };
    await bench.admin('PATCH', '/settings', { pool: { affinity: false } });
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    bench.simulator.control.reset();
    for (const id of Object.values(ids)) await bench.admin('POST', `/credentials/${id}/reset`);
    // Each test has its own key, so that its figures are separate.
    key = await bench.generateKey('of one test');
  });

  function ask(request: object = {}, signal?: AbortSignal): Promise<Response> {
    return fetch(`${bench.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.key}`, 'user-agent': 'accountant/1.0' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], ...request }),
      ...(signal !== undefined && { signal }),
    });
  }

  /** The records of this test's key, oldest first; waits for this many. */
  async function records(count: number): Promise<z.infer<typeof requestItem>[]> {
    return vi.waitFor(async () => {
      const { body } = await bench.admin('GET', `/requests?limit=200&keys=${key.id}`);
      const { requests } = pages.parse(body);
      expect(requests).toHaveLength(count);
      return requests.toReversed();
    }, 10_000);
  }

  async function totals(by = 'model'): Promise<z.infer<typeof usage>> {
    return usage.parse((await bench.admin('GET', `/usage?keys=${key.id}&by=${by}`)).body);
  }

  const counted: Settings = { 'input-tokens': 1000, 'output-tokens': 200, 'cached-tokens': 300 };

  it.each([false, true])('is what the client was told (stream: %s)', async (stream) => {
    bench.simulator.control.setDefault(counted);
    const response = await ask({ stream, ...(stream && { stream_options: { include_usage: true } }) });
    const body = await response.text();
    const told = stream ? readChatStream(body, { includeUsage: true }) : readChatCompletion(body);
    const [record] = await records(1);
    expect(record).toMatchObject({
      id: response.headers.get('x-request-id'),
      keyName: 'of one test',
      dialect: 'openai-chat',
      model,
      upstreamModel: response.headers.get('x-upstream-model'),
      stream,
      status: 200,
      outcome: 'success',
      failureKind: null,
      usageEstimated: false,
      attemptCount: 1,
      userAgent: 'accountant/1.0',
      clientAddress: '127.0.0.1',
    });
    expect(told.usage).toMatchObject({
      prompt_tokens: record?.inputTokens ?? 0,
      completion_tokens: record?.outputTokens,
    });
    expect(record?.outputTokens).toBe(200);
    expect(record?.cacheReadTokens).toBe(300);
    expect(record?.firstTokenTime).toBeLessThanOrEqual(record?.totalTime ?? 0);
    const { totals: sums, groups } = await totals();
    expect(sums).toMatchObject({
      requests: 1,
      failures: 0,
      aborts: 0,
      inputTokens: record?.inputTokens,
      outputTokens: 200,
      cacheReadTokens: 300,
      attempts: 1,
    });
    expect(sums.cost).toBeCloseTo(record?.cost ?? 0, 9);
    expect(sums.cost).toBeGreaterThan(0);
    expect(groups).toMatchObject([{ value: model, requests: 1 }]);
  });

  it.each([false, true])('marks what was estimated (stream: %s)', async (stream) => {
    bench.simulator.control.setDefault({ usage: 'none' });
    const response = await ask({ stream, ...(stream && { stream_options: { include_usage: true } }) });
    const body = await response.text();
    const told = stream ? readChatStream(body, { includeUsage: true }) : readChatCompletion(body);
    const [record] = await records(1);
    expect(record).toMatchObject({
      usageEstimated: true,
      inputTokens: told.usage?.prompt_tokens,
      outputTokens: told.usage?.completion_tokens,
    });
  });

  it('sums several choices up', async () => {
    bench.simulator.control.setDefault(counted);
    const told = readChatCompletion(await (await ask({ n: 3 })).text());
    const [record] = await records(1);
    expect(told.usage).toMatchObject({ completion_tokens: 600 });
    expect(record).toMatchObject({ outputTokens: 600, inputTokens: told.usage?.prompt_tokens, attemptCount: 3 });
  });

  it('contains the attempts on each credential', async () => {
    bench.simulator.control.setDefault(counted);
    bench.simulator.control.setCredential(first, { status: 503, 'error-message': 'Out of order' });
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await ask()).status).toBe(200);
      await bench.admin('POST', `/credentials/${ids[first]}/reset`);
    }
    const listed = await records(2);
    const detour = listed.find(({ attemptCount }) => attemptCount === 2);
    expect(listed.map(({ credentialId }) => credentialId)).toEqual([ids[second], ids[second]]);
    const { body } = await bench.admin('GET', `/requests/${detour?.id}`);
    const { attempts } = requestDetail.parse(body);
    expect(attempts).toMatchObject([
      { credentialId: ids[first], status: 503, outcome: 'transient', message: expect.stringContaining('Out of order') },
      { credentialId: ids[second], status: 200, outcome: 'success' },
    ]);
    expect((await totals()).totals).toMatchObject({ requests: 2, failures: 0, attempts: 3, outputTokens: 400 });
  });

  it('contains the usage of abandoned attempts', async () => {
    bench.simulator.control.setDefault(counted);
    const native = 'anthropic:claude-sonnet-4-5@20250929';
    await bench.useOnlyRoute(native, 'vertex-anthropic');
    // After the start event, which contains the input tokens.
    bench.simulator.control.setCredential(first, { cut: 'fin', 'cut-at': 1 });
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await (await ask({ model: native, stream: true })).text()).toContain('[DONE]');
      await bench.admin('POST', `/credentials/${ids[first]}/reset`);
    }
    const listed = await records(2);
    const detour = listed.find(({ attemptCount }) => attemptCount === 2);
    const { body } = await bench.admin('GET', `/requests/${detour?.id}`);
    const { attempts, inputTokens } = requestDetail.parse(body);
    const [vain, answered] = attempts;
    expect(vain?.givenUp).toMatchObject({ inputTokens: 1000, cost: expect.any(Number) });
    expect(vain?.givenUp?.cost).toBeGreaterThan(0);
    expect([answered?.givenUp, inputTokens]).toEqual([undefined, 1000]);
    // The last attempt's usage is the request's own, even if it failed as well.
    bench.simulator.control.setCredential(second, { cut: 'fin', 'cut-at': 1 });
    await (await ask({ model: native, stream: true })).text();
    const failed = (await records(3)).find(({ outcome }) => outcome === 'failure');
    const detail = requestDetail.parse((await bench.admin('GET', `/requests/${failed?.id}`)).body);
    expect(detail.inputTokens).toBe(1000);
    expect(detail.attempts.map((attempt) => attempt.givenUp?.inputTokens)).toEqual([1000, undefined]);
  });

  it('contains aborted requests, with what was sent until then', async () => {
    bench.simulator.control.setDefault({ pace: 10, chunks: 1000 });
    const leaving = new AbortController();
    const response = await ask({ stream: true }, leaving.signal);
    await response.body?.getReader().read();
    leaving.abort();
    await bench.simulator.control.waitForOutcome('aborted-by-client');
    const [record] = await records(1);
    expect(record).toMatchObject({ outcome: 'aborted', status: 200, usageEstimated: true, failureKind: null });
    expect(record?.outputTokens).toBeGreaterThan(0);
    expect(record?.outputTokens).toBeLessThan(1000);
    expect((await totals()).totals).toMatchObject({ requests: 1, aborts: 1, failures: 0 });
  });

  it('contains requests aborted before any content', async () => {
    bench.simulator.control.setDefault({ hang: 'before-headers' });
    const leaving = new AbortController();
    const asking = ask({}, leaving.signal);
    await bench.simulator.control.waitForState(({ inFlight }) => inFlight === 1);
    leaving.abort();
    await expect(asking).rejects.toThrow();
    const [record] = await records(1);
    expect(record).toMatchObject({ outcome: 'aborted', status: 499, outputTokens: 0, inputTokens: 0, cost: 0 });
  });

  it.each([
    ['the upstream’s trouble', { status: 503 }, 503, 'overloaded'],
    ['a request that is wrong', { status: 400, 'error-body': 'openai' }, 400, 'invalid-request'],
    ['a time-out', { hang: 'before-headers' }, 504, 'timeout'],
  ] satisfies [string, Settings, number, string][])('knows of %s', async (_name, knobs, status, failureKind) => {
    bench.simulator.control.setDefault(knobs);
    const response = await ask();
    expect(response.status).toBe(status);
    await response.text();
    const [record] = await records(1);
    expect(record).toMatchObject({ outcome: 'failure', status, failureKind, outputTokens: 0 });
    expect(record?.failureMessage).not.toBe('');
    expect((await totals('status')).totals).toMatchObject({ requests: 1, failures: 1 });
  });

  it('contains streams that failed midway, with what was sent before', async () => {
    bench.simulator.control.setDefault({ 'stream-error': 'openai', 'stream-error-at': 4, chunks: 10 });
    await (await ask({ stream: true })).text();
    const [record] = await records(1);
    expect(record).toMatchObject({ outcome: 'failure', status: 200, usageEstimated: true });
    expect(record?.outputTokens).toBeGreaterThan(0);
  });

  it.each([
    ['ASCII', 'word ', false],
    ['ASCII, streamed', 'word ', true],
    ['Chinese', '你好世界', false],
    ['Chinese, streamed', '你好世界', true],
  ])('keeps 64 KB of a logged request and of its answer (%s)', async (_name, piece, stream) => {
    const { key: logged } = await bench.generateKey('logged', { contentLoggingUntil: Date.now() + 600_000 });
    const text = piece.repeat(40_000);
    // It may answer with so many tokens.
    const talkative = 'openai:gpt-5-2025-08-07';
    bench.simulator.control.setDefault({ text, 'chunk-size': 5000 });
    const response = await bench.chat(
      { model: talkative, stream, messages: [{ role: 'user', content: text }] },
      { headers: { authorization: `Bearer ${logged}` } },
    );
    await response.text();
    await vi.waitFor(
      async () => {
        const { body } = await bench.admin('GET', `/requests/${response.headers.get('x-request-id')}`);
        const { content } = requestDetail.parse(body);
        expect([content?.request.length, content?.response.length]).toEqual([65_536, 65_536]);
        expect(content?.request).toContain(piece.repeat(10_000));
        expect(content?.response).toContain(piece.repeat(10_000));
      },
      { timeout: 10_000 },
    );
  });

  it('loses nothing while another program locks the database, and no request waits for it', async () => {
    const database = new DatabaseSync(join(bench.dataDir, 'database.db'));
    database.exec('BEGIN EXCLUSIVE');
    // The lock ends only after the answers.
    for (let turn = 0; turn < 3; turn += 1) expect((await ask()).status).toBe(200);
    database.exec('ROLLBACK');
    database.close();
    await records(3);
  });

  it('adds up, whatever the mixture', async () => {
    bench.simulator.control.setDefault(counted);
    const mixture: Settings[] = [{}, {}, { status: 400 }, { usage: 'none' }, {}, { status: 400 }];
    for (const knobs of mixture) {
      bench.simulator.control.next(knobs);
      await (await ask({ stream: knobs.usage === 'none' })).text();
    }
    const listed = await records(mixture.length);
    const { totals: sums, groups } = await totals('credential');
    const sum = (read: (record: z.infer<typeof requestItem>) => number) =>
      listed.reduce((all, each) => all + read(each), 0);
    expect(sums).toMatchObject({
      requests: 6,
      failures: 2,
      inputTokens: sum(({ inputTokens }) => inputTokens),
      outputTokens: sum(({ outputTokens }) => outputTokens),
      attempts: sum(({ attemptCount }) => attemptCount),
    });
    expect(sums.cost).toBeCloseTo(
      sum(({ cost }) => cost ?? 0),
      9,
    );
    expect(groups.reduce((all, { requests }) => all + requests, 0)).toBe(6);
  });
});
