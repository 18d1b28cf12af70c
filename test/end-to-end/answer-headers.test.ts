import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Settings } from '../../simulator/behaviour.ts';
import { readChatCompletion, readChatStream } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { type HttpAnswer, sendHttp } from '../support/http-client.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const first = 'first@example.com';
const second = 'second@example.com';

describe.each([
  ['a whole answer', false],
  ['a stream', true],
] as const)('beside %s', (_form, stream) => {
  let bench: TestBench;
  let key: string;
  let ids: readonly string[];

  beforeAll(async () => {
    bench = await startTestBench();
    ids = [await bench.addCredential(first), await bench.addCredential(second)];
    await bench.admin('PATCH', '/settings', { pool: { affinity: false } });
    ({ key } = await bench.generateKey());
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    bench.simulator.control.reset();
    for (const id of ids) await bench.admin('POST', `/credentials/${id}/reset`);
  });

  async function ask(knobs: Settings, request: object = {}, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    bench.simulator.control.setDefault(knobs);
    return sendHttp(bench.origin, '/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hello' }], ...request }),
    });
  }

  it('stand its type and how to treat it', async () => {
    const { headers } = await ask({});
    const type = stream ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8';
    expect(headers['content-type']).toBe(type);
    if (stream) expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
  });

  it('the upstream’s own model is named', async () => {
    expect((await ask({})).headers['x-upstream-model']).toBe('claude-3-5-sonnet-v2@20241022');
    const other = await ask({ 'answer-model': 'claude-3-5-sonnet-v3-über' });
    expect(other.headers['x-upstream-model']).toBe('claude-3-5-sonnet-v3-?ber');
    const read = stream ? readChatStream(other.body) : readChatCompletion(other.body);
    expect(read.model).toBe(model);
    expect((await ask({ 'answer-model': 'absent' })).headers['x-upstream-model']).toBeUndefined();
  });

  it('an estimated usage is marked, a counted one is not', async () => {
    const request = stream ? { stream_options: { include_usage: true } } : {};
    const counted = await ask({ 'input-tokens': 11, 'output-tokens': 7 }, request);
    expect([counted.headers, counted.trailers].map((each) => each['x-usage-estimated'])).toEqual([
      undefined,
      undefined,
    ]);
    const estimated = await ask({ usage: 'none' }, request);
    const place = stream ? estimated.trailers : estimated.headers;
    expect(place['x-usage-estimated']).toBe('true');
    const { usage } = stream
      ? readChatStream(estimated.body, { includeUsage: true })
      : readChatCompletion(estimated.body);
    expect(usage?.prompt_tokens).toBeGreaterThan(0);
    expect(usage?.completion_tokens).toBeGreaterThan(0);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  });

  it('what a vendor’s rules changed of the request is told', async () => {
    expect((await ask({})).headers['x-gateway-warnings']).toBeUndefined();
    await bench.admin('PATCH', '/models/openai%3Agpt-5.1', { enabled: true });
    const request = { model: 'openai:gpt-5.1', temperature: 0.2, max_tokens: 100 };
    const { status, headers, body } = await ask({ strict: 'vendor' }, request);
    expect(status, body).toBe(200);
    expect(headers['x-gateway-warnings']).toContain('temperature');
    expect(bench.simulator.control.lastRequest().body).toMatchObject({ max_completion_tokens: 100 });
  });

  it('its way through the pool is told on request, by ids alone', async () => {
    expect((await ask({})).headers['x-pool-trace']).toBeUndefined();
    bench.simulator.control.setCredential(first, { status: 503 });
    const traces: string[] = [];
    for (let turn = 0; turn < 2; turn += 1) {
      const { status, headers, body } = await ask({}, {}, { 'x-debug': 'pool' });
      expect(status, body).toBe(200);
      traces.push(String(headers['x-pool-trace']));
    }
    const failover = traces.find((trace) => trace.includes(' 503 '));
    expect(failover).toContain(ids[0]);
    expect(failover).toContain(ids[1]);
    for (const trace of traces) expect(trace).not.toMatch(/@|example/);
  });
});
