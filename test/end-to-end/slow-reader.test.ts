import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readChatStream } from '../support/chat-answer.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
/** 100 MB, much more than all buffers on the way. */
const chunks = 25_000;
const text = 'x'.repeat(4000);

vi.setConfig({ testTimeout: 60_000 });

describe('a client that reads slower than the upstream writes', () => {
  let bench: TestBench;
  let key: string;

  beforeAll(async () => {
    bench = await startTestBench({ HEARTBEAT_MS: '50', SILENCE_TIMEOUT_MS: '1000' });
    await bench.addCredential('one@example.com');
    ({ key } = await bench.generateKey());
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.simulator.control.reset());

  /** Sends a request and reads nothing. */
  function ask(request: object = {}): Promise<Socket> {
    bench.simulator.control.setDefault({ text, chunks, 'chunk-size': text.length });
    const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello' }], ...request });
    const { hostname, port } = new URL(bench.origin);
    const head = [
      'POST /v1/chat/completions HTTP/1.0',
      'host: localhost',
      `authorization: Bearer ${key}`,
      `content-length: ${body.length}`,
    ];
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname).once('error', reject);
      socket.pause();
      socket.once('connect', () => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => resolve(socket)));
    });
  }

  const sent = () => bench.simulator.control.requests({ kind: 'model' }).map(({ chunksSent }) => chunksSent);

  /** Resolves with the number of chunks the upstream has sent, once it stalls. */
  async function untilStalled(): Promise<number> {
    let last = -1;
    let quietSince = Date.now();
    await vi.waitFor(
      () => {
        const now = Math.max(...sent());
        if (now !== last) quietSince = Date.now();
        last = now;
        expect(now).toBeGreaterThan(0);
        expect(Date.now() - quietSince).toBeGreaterThan(300);
      },
      { timeout: 20_000, interval: 20 },
    );
    return last;
  }

  async function readAll(socket: Socket): Promise<string> {
    let all = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      all += piece;
    });
    socket.resume();
    await new Promise((resolve) => socket.once('end', resolve));
    return all.slice(all.indexOf('\r\n\r\n') + 4);
  }

  it('holds the upstream back, in bounded memory, and gets everything when it reads on', async () => {
    const socket = await ask();
    const stalledAt = await untilStalled();
    expect(stalledAt).toBeLessThan(chunks / 4);
    const before = process.memoryUsage();
    await vi.waitFor(() => expect(bench.simulator.control.state().inFlight).toBe(1), 10_000);
    expect(Math.max(...sent())).toBe(stalledAt);
    const after = process.memoryUsage();
    expect(after.external + after.arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(20_000_000);
    const body = await readAll(socket);
    expect(body).not.toContain('{"error"');
    expect(body.match(/x{4000}/g)).toHaveLength(chunks);
    expect(readChatStream(withoutMiddle(body)).choices[0]).toMatchObject({ finishReason: 'stop' });
  });

  /** The first and last events, because validating all of them would take a minute. */
  function withoutMiddle(body: string): string {
    const near = 10_000;
    return body.slice(0, body.indexOf('\n\n', near) + 2) + body.slice(body.indexOf('data: ', body.length - near));
  }

  it('costs neither time-outs nor comments while it does not read', async () => {
    const socket = await ask();
    await untilStalled();
    // Longer than the upstream's silence timeout.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(bench.simulator.control.state().inFlight).toBe(1);
    const body = await readAll(socket);
    expect(body).not.toContain('{"error"');
    expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
    // None, except for delays of a busy machine. One each 50 ms would be more than 24.
    expect(body.split(': heartbeat').length - 1).toBeLessThan(12);
  });

  it('holds back each of several answers that go into one', async () => {
    const socket = await ask({ n: 2 });
    expect(await untilStalled()).toBeLessThan(chunks / 4);
    expect(sent()).toHaveLength(2);
    socket.destroy();
    await bench.simulator.control.waitForState(({ inFlight }) => inFlight === 0);
  });

  it('that leaves while it is behind lets the upstream go at once', async () => {
    const socket = await ask();
    await untilStalled();
    const leftAt = Date.now();
    socket.resetAndDestroy();
    const { endedAt } = await bench.simulator.control.waitForOutcome('aborted-by-client');
    expect((endedAt ?? 0) - leftAt).toBeLessThan(500);
  });
});
