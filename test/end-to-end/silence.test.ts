import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Settings } from '../../simulator/behaviour.ts';
import { errorFamilies } from '../../simulator/refusal/error-families.ts';
import { readChatStream } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { sendBytes } from '../support/http-client.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
/** Number of events up to the first text: the starts of the message and its block, a ping, and the text. */
const afterText = 4;
/** Milliseconds. */
const heartbeat = 100;

describe('a stream', () => {
  let bench: TestBench;
  let credential: string;

  beforeAll(async () => {
    bench = await startTestBench({
      HEARTBEAT_MS: String(heartbeat),
      SILENCE_TIMEOUT_MS: '800',
      FIRST_BYTE_TIMEOUT_MS: '800',
      WHOLE_ANSWER_TIMEOUT_MS: '800',
      TOTAL_TIMEOUT_MS: '2500',
    });
    credential = await bench.addCredential('one@example.com');
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    bench.simulator.control.reset();
    await bench.admin('POST', `/credentials/${credential}/reset`);
  });

  async function ask(knobs: Settings, request: object = {}) {
    bench.simulator.control.setDefault(knobs);
    const startedAt = Date.now();
    const response = await bench.chat({
      model,
      stream: true,
      messages: [{ role: 'user', content: 'one two three four five' }],
      ...request,
    });
    const body = await response.text();
    return { status: response.status, body, headers: response.headers, took: Date.now() - startedAt };
  }

  it('is kept alive by comments while the upstream is silent, and only then', async () => {
    const quiet = await ask({ silence: 550, 'silence-at': afterText });
    const silent = readChatStream(quiet.body);
    expect(silent.error).toBeNull();
    expect(silent.choices[0]?.text).toBe('You said: one two three four five');
    expect(silent.comments.length).toBeGreaterThanOrEqual(2);
    expect(silent.comments.length).toBeLessThanOrEqual(quiet.took / heartbeat + 1);
    expect(new Set(silent.comments)).toEqual(new Set([': heartbeat']));
    const lively = await ask({ pace: 15, chunks: 60 });
    // None, except for delays of a busy machine.
    expect(readChatStream(lively.body).comments.length).toBeLessThan(lively.took / heartbeat / 2);
  });

  it('that stays silent ends by an error within it, in bounded time', async () => {
    const { status, body, took } = await ask({ silence: 'forever', 'silence-at': afterText });
    const read = readChatStream(body);
    expect(status).toBe(200);
    expect(read.choices[0]?.text).not.toBe('');
    expect(read.error).toMatchObject({ type: 'server_error', code: 'timeout' });
    expect(took).toBeGreaterThanOrEqual(790);
    expect(read.error?.message).not.toContain('in total');
    await bench.simulator.control.waitForOutcome('aborted-by-client');
  });

  it('that goes on for too long ends by an error within it', async () => {
    const { body, took } = await ask({ pace: 100, chunks: 1000 });
    expect(readChatStream(body).error).toMatchObject({ code: 'timeout', message: expect.stringContaining('in total') });
    expect(took).toBeGreaterThanOrEqual(2450);
    await bench.simulator.control.waitForOutcome('aborted-by-client');
  });

  it.each([
    ['before its headers', { hang: 'before-headers' }],
    ['after its headers', { hang: 'after-headers' }],
    ['before its first content', { silence: 'forever', 'silence-at': 0 }],
  ] satisfies [string, Settings][])(
    'that hangs %s gets comments, and ends by an error within it',
    async (_name, knobs) => {
      const { status, body } = await ask(knobs);
      expect(status).toBe(200);
      expect(body).toMatch(/^: heartbeat\n\n/);
      expect(readChatStream(body)).toMatchObject({ error: { type: 'server_error', code: 'timeout' }, choices: [] });
    },
  );

  // An event without data is ignored. The answer then ends without a finish reason, which is a regular end here.
  const toldFamilies = errorFamilies.filter((family) => family !== 'empty');

  it.each(toldFamilies)('ends by one error within it when the upstream tells one of the family %s', async (family) => {
    const { status, body } = await ask({
      'stream-error': family,
      'stream-error-at': afterText,
      'error-message': 'The vendor stumbled',
      chunks: 6,
    });
    const { error, choices } = readChatStream(body);
    expect(status).toBe(200);
    expect(choices[0]?.text).not.toBe('');
    expect(choices[0]?.finishReason).toBeNull();
    expect(error?.message).not.toBe('');
    const tells: readonly string[] = ['message', 'error-message', 'upstream', 'openai', 'anthropic', 'google', 'text'];
    if (tells.includes(family)) expect(error?.message).toContain('The vendor stumbled');
    expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(1);
  });

  it.each(['fin', 'reset'] as const)('ends by one error within it when the upstream breaks off (%s)', async (cut) => {
    const { body } = await ask({ cut, 'cut-at': afterText, chunks: 6, 'stream-end': 'no-done' });
    const { error, choices } = readChatStream(body);
    expect(choices[0]?.text).not.toBe('');
    expect(error).toMatchObject({ type: 'server_error' });
  });

  it.each(['fin', 'reset'] as const)(
    'that is complete is whole, although the upstream breaks off then (%s)',
    async (cut) => {
      for (const stream of [true, false]) {
        const { body, status } = await ask({ cut, 'cut-at': 'after-done', chunks: 3, 'answer-as': 'sse' }, { stream });
        expect(status).toBe(200);
        if (!stream) expect(JSON.parse(body)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
        else expect(readChatStream(body)).toMatchObject({ error: null, choices: [{ finishReason: 'stop' }] });
      }
      expect(bench.simulator.control.requests({ kind: 'model' })).toHaveLength(2);
      const { body: listed } = await bench.admin('GET', '/credentials');
      expect(listed).toMatchObject({ credentials: [{ state: { name: 'ready' } }] });
    },
  );

  it('of several choices ends once when one of them fails', async () => {
    bench.simulator.control.next({}, { 'stream-error': 'openai', 'stream-error-at': afterText }, {});
    const { body } = await ask({ chunks: 20, pace: 10 }, { n: 3 });
    const { error } = readChatStream(body);
    expect(error).toMatchObject({ type: 'server_error' });
    await bench.simulator.control.waitForState(({ inFlight }) => inFlight === 0);
  });

  it('that has ended is silent: the next answer on its connection follows at once', async () => {
    const key = await bench.generateKey();
    // By model, because either may reach the upstream first.
    bench.simulator.control.setModel('claude-sonnet-4@20250514', { 'first-byte': 200 });
    const request = (stream: boolean, connection: string) => {
      const asked = stream ? model : 'anthropic:claude-sonnet-4@20250514';
      const body = JSON.stringify({ model: asked, stream, messages: [{ role: 'user', content: 'Hello' }] });
      const head = [
        'POST /v1/chat/completions HTTP/1.1',
        'host: localhost',
        `authorization: Bearer ${key.key}`,
        `connection: ${connection}`,
        `content-length: ${body.length}`,
      ];
      return `${head.join('\r\n')}\r\n\r\n${body}`;
    };
    const received = await sendBytes(bench.origin, request(true, 'keep-alive') + request(false, 'close'));
    const [, streamed = '', rest = ''] = received.split(/^HTTP\/1\.1 200 OK\r\n/m);
    expect(streamed).toMatch(/data: \[DONE\]\n\n\r\n0\r\n(?:x-gateway-cache: [^\r]*\r\n)?\r\n$/);
    // On a busy machine, the first answer may have some before its end.
    expect(rest).not.toContain(': heartbeat');
    expect(rest).toContain('You said: Hello');
    expect(bench.log()).not.toContain('"level":50');
  });
});
