import { afterEach, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { askRoute, chat, send } from '../test-client.ts';
import { parseCapture } from './capture.ts';

let simulator: Simulator | null = null;
afterEach(async () => {
  await simulator?.close();
  simulator = null;
});

const path = '/rovodev/v2/proxy/ai/v1/google/v1/publishers/anthropic/models/claude-sonnet-4@20250514';
const unified = '/rovodev/v2/proxy/ai/v2/beta/chat';

function exchange(request: object, response: object | null): object {
  const whole = { status: 200, headers: { 'content-type': 'text/plain' }, atMs: 0, frames: [], end: 'complete' };
  return {
    route: 'vertex-anthropic',
    request: { method: 'POST', path: `${path}:rawPredict`, headers: {}, body: '{}', ...request },
    response: response === null ? null : { ...whole, ...response },
    error: response === null ? 'connect ETIMEDOUT' : null,
  };
}

async function start(exchanges: readonly object[], replaySpeed = 0): Promise<Simulator> {
  const head = { format: 'atlassian-proxy-capture', version: 1, madeAt: '', origin: 'https://api.atlassian.com' };
  const text = [head, ...exchanges].map((line) => JSON.stringify(line)).join('\n');
  simulator = await startSimulator({ replay: parseCapture(text), replaySpeed });
  return simulator;
}

const frame = (text: string, atMs = 0): object => ({ text, atMs });
const messages = [{ role: 'user', content: 'hi' }];

test('answers with status, headers and frames as they were captured, whoever asks', async () => {
  const headers = {
    'content-type': 'text/event-stream',
    'x-request-id': 'r',
    'content-encoding': 'gzip',
    'content-length': '9',
  };
  const running = await start([
    exchange({}, { status: 418, headers, frames: [frame('data: 1\n\n'), { base64: 'AP8=', atMs: 0 }] }),
  ]);
  const answer = await askRoute(running, 'vertex-anthropic', { body: { messages }, email: 'a+503@b.c' });
  expect(answer).toMatchObject({ status: 418, headers: { 'content-type': 'text/event-stream', 'x-request-id': 'r' } });
  expect(answer.headers).not.toHaveProperty('content-encoding');
  expect(answer.body).toEqual(Buffer.concat([Buffer.from('data: 1\n\n'), Buffer.from([0, 255])]));
  expect(running.control.requests()).toMatchObject([
    { route: 'vertex-anthropic', status: 418, outcome: 'completed', chunksSent: 2 },
  ]);
});

describe('chooses', () => {
  test('the exchange of the path, however its signs are written', async () => {
    const running = await start([
      exchange({ path: `${path}:streamRawPredict` }, { frames: [frame('stream')] }),
      exchange({ path: `${path.replace('@', '%40')}:rawPredict` }, { frames: [frame('whole')] }),
    ]);
    expect((await askRoute(running, 'vertex-anthropic', { body: { messages } })).text).toBe('whole');
    expect((await askRoute(running, 'vertex-anthropic', { body: { messages }, stream: true })).text).toBe('stream');
  });

  test('the one that fits in model and stream', async () => {
    const body = (model: string, stream: boolean): string =>
      JSON.stringify({ request_payload: { stream }, platform_attributes: { model } });
    const running = await start([
      exchange({ path: unified, body: body('a', false) }, { frames: [frame('a whole')] }),
      exchange({ path: unified, body: body('b', false) }, { frames: [frame('b whole')] }),
      exchange({ path: unified, body: body('b', true) }, { frames: [frame('b stream')] }),
    ]);
    expect((await chat(running, { model: 'b' })).text).toBe('b whole');
    expect((await chat(running, { model: 'b', payload: { stream: true } })).text).toBe('b stream');
    expect((await chat(running, { model: 'a' })).text).toBe('a whole');
    expect((await chat(running, { model: 'c' })).text).toMatch(/whole$/);
  });

  test('each of several in turn', async () => {
    const running = await start(['1', '2'].map((text) => exchange({}, { frames: [frame(text)] })));
    const told: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      told.push((await askRoute(running, 'vertex-anthropic', { body: { messages } })).text);
    }
    expect(told).toEqual(['1', '2', '1', '2']);
  });

  test('nothing where the capture has nothing', async () => {
    const running = await start([]);
    const answer = await send(running, { path: '/rovodev/v3/sites' });
    expect(answer).toMatchObject({
      status: 404,
      text: expect.stringContaining('has no answer to GET /rovodev/v3/sites'),
    });
  });
});

test('breaks where the connection broke', async () => {
  const running = await start([
    exchange({}, { frames: [frame('half')], end: 'cut' }),
    exchange({ path: `${path}:streamRawPredict` }, null),
  ]);
  const cut = await askRoute(running, 'vertex-anthropic', { body: { messages } });
  expect(cut).toMatchObject({ status: 200, error: 'ECONNRESET' });
  const gone = await askRoute(running, 'vertex-anthropic', { body: { messages }, stream: true });
  expect(gone).toMatchObject({ status: null, error: 'ECONNRESET' });
  expect(running.control.requests({ outcome: 'failed' })).toHaveLength(2);
});

test('keeps the pace, times the speed', async () => {
  const running = await start([exchange({}, { atMs: 100, frames: [frame('1', 100), frame('2', 200)] })], 2);
  const startedAt = performance.now();
  const answer = await askRoute(running, 'vertex-anthropic', { body: { messages } });
  expect(answer.text).toBe('12');
  expect(answer.pieces.length).toBeGreaterThan(1);
  expect(performance.now() - startedAt).toBeGreaterThan(95);
});
