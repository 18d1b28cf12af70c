import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../start-simulator.ts';
import { askRoute, chat, readEvents, streamChat } from '../test-client.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ now: () => 0 });
  return () => simulator.close();
});
afterEach(() => simulator.control.reset());

/** A stream of one text chunk, the finish and [DONE]. */
const short = 'chunks=1,text=h%C3%A9,usage=none,envelope-fields=minimal,role=none';
const chunk =
  '{"response_payload":{"choices":[{"message":{"content":[{"type":"text","text":"hé"}]},"finish_reason":null}]},"platform_attributes":{"model":"sim-model"}}';
const finish =
  '{"response_payload":{"choices":[{"message":{"content":[]},"finish_reason":"end_turn"}]},"platform_attributes":{"model":"sim-model"}}';

describe('bytes of a stream', () => {
  test.each([
    ['', `data: ${chunk}\n\ndata: ${finish}\n\ndata: [DONE]\n\n`],
    ['line-end=crlf', `data: ${chunk}\r\n\r\ndata: ${finish}\r\n\r\ndata: [DONE]\r\n\r\n`],
    ['line-end=cr', `data: ${chunk}\r\rdata: ${finish}\r\rdata: [DONE]\r\r`],
    ['event-separator=single-line', `data: ${chunk}\ndata: ${finish}\ndata: [DONE]\n`],
    ['last-frame=unended', `data: ${chunk}\n\ndata: ${finish}\n\ndata: [DONE]`],
    ['data-space=off', `data:${chunk}\n\ndata:${finish}\n\ndata:[DONE]\n\n`],
    [
      'event-lines=on',
      `event: message\ndata: ${chunk}\n\nevent: message\ndata: ${finish}\n\nevent: message\ndata: [DONE]\n\n`,
    ],
    [
      'comments=on',
      `: keep-alive\n\ndata: ${chunk}\n\n: keep-alive\n\ndata: ${finish}\n\n: keep-alive\n\ndata: [DONE]\n\n`,
    ],
    ['json-style=ascii,stream-end=no-done', `data: ${chunk.replace('é', '\\u00e9')}\n\ndata: ${finish}\n\n`],
  ])('%s', async (knobs, expected) => {
    expect((await streamChat(simulator, { knobs: `${short},${knobs}` })).text).toBe(expected);
  });

  test('spaced JSON and escaped member names mean the same', async () => {
    const plain = readEvents((await streamChat(simulator, { knobs: short })).text);
    const spaced = (await streamChat(simulator, { knobs: `${short},json-style=spaced` })).text;
    const escaped = (await streamChat(simulator, { knobs: `${short},json-style=escaped-keys` })).text;
    expect(spaced).toContain('{"response_payload": {"choices": [{');
    expect(escaped).toContain('"\\u0072esponse_payload"');
    expect(readEvents(spaced)).toEqual(plain);
    expect(readEvents(escaped)).toEqual(plain);
  });

  test('several data lines join to the same JSON', async () => {
    const { text } = await streamChat(simulator, { knobs: `${short},data-lines=many` });
    const first = text.split('\n\n')[0]?.split('\n') ?? [];
    expect(first.length).toBeGreaterThan(5);
    expect(JSON.parse(first.map((line) => line.replace(/^data: /, '')).join('\n'))).toEqual(JSON.parse(chunk));
  });

  test('write-size cuts characters apart', async () => {
    const { pieces, text } = await streamChat(simulator, { knobs: `${short},write-size=1` });
    expect(text).toContain('hé');
    expect(pieces.some((piece) => piece.length === 1 && piece[0] === 0xc3)).toBe(true);
    expect(pieces.length).toBeGreaterThan(text.length / 2);
  });

  test('content-type can be another', async () => {
    expect((await streamChat(simulator, { knobs: 'content-type=application/json' })).headers['content-type']).toBe(
      'application/json',
    );
  });
});

describe('compression', () => {
  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ])('%s, for streams and bodies', async (coding, decompress) => {
    const headers = { 'accept-encoding': 'gzip, br' };
    const stream = await streamChat(simulator, { knobs: `${short},compression=${coding}`, headers });
    expect(stream.headers['content-encoding']).toBe(coding);
    expect(decompress(stream.body).toString()).toContain(`data: ${chunk}\n\n`);
    const whole = await chat(simulator, { knobs: `compression=${coding}`, headers });
    expect(whole.headers['content-encoding']).toBe(coding);
    expect(JSON.parse(decompress(whole.body).toString())).toHaveProperty('response_payload');
  });

  test('only when the client accepts it', async () => {
    const answer = await chat(simulator, { knobs: 'compression=gzip', headers: { 'accept-encoding': 'br' } });
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(JSON.parse(answer.text)).toHaveProperty('response_payload');
  });
});

describe('the other kind of answer', () => {
  test('JSON to a stream request', async () => {
    const answer = await streamChat(simulator, { knobs: 'answer-as=json' });
    expect(answer.headers['content-type']).toBe('application/json');
    expect(JSON.parse(answer.text)).toHaveProperty('response_payload');
  });

  test('a stream to a request for JSON', async () => {
    const answer = await chat(simulator, { knobs: 'answer-as=sse' });
    expect(answer.headers['content-type']).toContain('text/event-stream');
    expect(readEvents(answer.text).at(-1)).toBe('[DONE]');
  });
});

describe('breaks', () => {
  test.each([
    ['fin', 'ECONNRESET'],
    ['reset', 'ECONNRESET'],
  ])('%s before the headers', async (cut, error) => {
    const answer = await streamChat(simulator, { knobs: `cut=${cut},cut-at=before-headers` });
    expect(answer).toMatchObject({ status: null, error });
    expect(await simulator.control.waitForOutcome('failed')).toMatchObject({ chunksSent: 0 });
  });

  test.each(['fin', 'reset'])('%s after the headers', async (cut) => {
    const answer = await streamChat(simulator, { knobs: `cut=${cut},cut-at=after-headers` });
    expect(answer).toMatchObject({ status: 200, text: '', error: expect.any(String) });
  });

  test.each(['fin', 'reset'])('%s after two chunks', async (cut) => {
    const answer = await streamChat(simulator, { knobs: `cut=${cut},cut-at=2` });
    expect(answer).toMatchObject({ status: 200, error: expect.any(String) });
    expect(readEvents(answer.text)).toHaveLength(2);
    expect(await simulator.control.waitForOutcome('failed')).toMatchObject({ chunksSent: 2 });
  });

  test('reset before the first chunk still shows the headers', async () => {
    expect(await streamChat(simulator, { knobs: 'cut=reset,cut-at=0' })).toMatchObject({
      status: 200,
      text: '',
      error: 'ECONNRESET',
    });
  });

  test('end: a proper end without a finish, however late', async () => {
    const answer = await streamChat(simulator, { knobs: 'cut=end,cut-at=1000' });
    expect(answer).toMatchObject({ status: 200, error: null });
    expect(readEvents(answer.text)).toHaveLength(5);
    expect(answer.text).not.toContain('end_turn');
    await simulator.control.waitForOutcome('completed');
  });

  test('a JSON body is cut in half', async () => {
    const end = await chat(simulator, { knobs: 'cut=end' });
    expect(end.error).toBeNull();
    expect(() => JSON.parse(end.text)).toThrow();
    const fin = await chat(simulator, { knobs: 'cut=fin' });
    expect(fin.error).not.toBeNull();
    expect(fin.text.length).toBeGreaterThan(0);
  });
});

describe('time', () => {
  test('a request that hangs before the headers ends with the client', async () => {
    const leaving = new AbortController();
    const answer = chat(simulator, { knobs: 'hang', signal: leaving.signal });
    await simulator.control.waitForState((state) => state.inFlight === 1);
    leaving.abort();
    expect(await answer).toMatchObject({ status: null });
    expect(await simulator.control.waitForOutcome('aborted-by-client')).toMatchObject({ chunksSent: 0 });
    expect(simulator.control.state().inFlight).toBe(0);
  });

  test.each([
    ['hang=after-headers', 0],
    ['silence=forever,silence-at=2', 2],
    ['silence=forever,silence-at=0', 0],
    ['pace=60000', 1],
    ['first-chunk=60000', 0],
  ])('%s: the headers and %i chunks come, then nothing', async (knobs, chunks) => {
    const answer = await streamChat(simulator, { knobs, leaveWhen: (text) => readEvents(text).length === chunks });
    expect(answer).toMatchObject({ status: 200, error: expect.any(String) });
    expect(await simulator.control.waitForOutcome('aborted-by-client')).toMatchObject({ chunksSent: chunks });
  });

  test.each(['first-byte=40', 'first-chunk=40', 'pace=10', 'silence=40'])('%s delays a stream', async (knobs) => {
    const startedAt = performance.now();
    const answer = await streamChat(simulator, { knobs });
    expect(performance.now() - startedAt).toBeGreaterThan(35);
    expect(readEvents(answer.text).at(-1)).toBe('[DONE]');
  });
});

describe('odd HTTP', () => {
  test('a body may end with its connection, and be reset before', async () => {
    const whole = await streamChat(simulator, { knobs: 'body-end=close' });
    expect(whole.headers).not.toHaveProperty('transfer-encoding');
    expect(whole.headers).not.toHaveProperty('content-length');
    expect(readEvents(whole.text).at(-1)).toBe('[DONE]');
    const reset = await streamChat(simulator, { knobs: 'body-end=close,cut=reset,cut-at=2' });
    expect(reset).toMatchObject({ status: 200, error: 'ECONNRESET' });
    const json = await chat(simulator, { knobs: 'body-end=close' });
    expect(json.headers).not.toHaveProperty('content-length');
    expect(json.text).toContain('You said');
  });

  test.each(['continue', 'processing', 'early-hints'])('%s comes before the answer', async (kind) => {
    expect(await chat(simulator, { knobs: `informational=${kind}` })).toMatchObject({ status: 200, error: null });
  });

  test('a coding may be claimed that is none', async () => {
    const answer = await chat(simulator, { knobs: 'claimed-coding=gzip%2C br' });
    expect(answer.headers['content-encoding']).toBe('gzip, br');
    expect(answer.text).toContain('You said');
  });
});

describe('signs of life', () => {
  const knobs = 'silence=60,silence-at=2,keep-alive=20';

  test('are comments', async () => {
    const answer = await streamChat(simulator, { knobs });
    expect(answer.text.match(/^: keep-alive\n\n/gm)).toHaveLength(3);
    expect(readEvents(answer.text).at(-1)).toBe('[DONE]');
  });

  test("are Anthropic's pings, also in binary frames", async () => {
    const body = { messages: [{ role: 'user', content: 'hello' }] };
    const told = await askRoute(simulator, 'vertex-anthropic', { body, stream: true, knobs });
    expect(readEvents(told.text).slice(2, 6)).toEqual(Array.from({ length: 4 }, () => ({ type: 'ping' })));
    const binary = await askRoute(simulator, 'bedrock-anthropic', {
      body,
      stream: true,
      knobs: `${knobs},bedrock-stream=aws`,
    });
    expect(binary.text.match(/eyJ0eXBlIjoicGluZyJ9/g)).toHaveLength(4);
  });
});

describe('errors inside a stream', () => {
  test.each([
    ['message', { message: 'Boom' }],
    ['error-message', { error: 'Service Unavailable', message: 'Boom' }],
    ['upstream', { upstream: { content: { type: 'error', error: { type: 'api_error', message: 'Boom' } } } }],
    ['openai', { error: { message: 'Boom', type: 'server_error', param: null, code: 'oops' } }],
    ['anthropic', { type: 'error', error: { type: 'api_error', message: 'Boom' } }],
    ['google', { error: { code: 503, message: 'Boom', status: 'UNAVAILABLE' } }],
  ])('%s', async (family, expected) => {
    const knobs = `stream-error=${family},stream-error-at=2,stream-error-status=503,error-message=Boom,error-code=oops`;
    const told = readEvents((await streamChat(simulator, { knobs })).text);
    expect(told).toHaveLength(3);
    expect(told[2]).toEqual(expected);
  });

  test('plain text', async () => {
    const answer = await streamChat(simulator, { knobs: 'stream-error=text,stream-error-at=0,error-message=Boom' });
    expect(answer).toMatchObject({ status: 200, text: 'data: Boom\n\n' });
  });
});
