import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Collector, startCollector } from '../../server/telemetry/testing/collector.ts';
import { startTestBench, type TestBench, testToken } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const pair = `one@example.com:${testToken}`;
const hex = Buffer.from(pair).toString('hex');
/** As encoders break long lines. */
const inLines = (text: string) => text.replaceAll(/.{16}/g, '$&\n');

/** Ways to write the token. */
const forms: Readonly<Record<string, string>> = {
  'as it is': testToken,
  'in base64': Buffer.from(pair).toString('base64'),
  'in base64 at another offset': Buffer.from(`x${pair}`).toString('base64'),
  'in hexadecimal': hex,
  'percent-encoded': hex.replaceAll(/../g, '%$&'),
  'in lines of base64': inLines(Buffer.from(pair).toString('base64')),
  'in lines of hexadecimal': inLines(hex),
};

/** On a busy machine. */
const patience = { timeout: 10_000 };

let bench: TestBench;
let credential: string;
let collector: Collector;
beforeAll(async () => {
  collector = await startCollector();
  bench = await startTestBench({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin });
  credential = await bench.addCredential('one@example.com');
});
afterAll(async () => {
  await bench.close();
  await collector.close();
});

it.each(Object.entries(forms))(
  'a secret that the upstream gives for its model’s name is in no header, record or log line (%s)',
  async (_how, name) => {
    bench.simulator.control.setDefault({ 'answer-model': name });
    for (const stream of [false, true]) {
      const response = await bench.chat({ model, stream, messages: [{ role: 'user', content: 'x' }] });
      await response.text();
      expect(response.headers.get('x-upstream-model')).toContain('[redacted]');
      expect(JSON.stringify([...response.headers])).not.toContain(name);
      await vi.waitFor(async () => {
        const { status, body } = await bench.admin('GET', `/requests/${response.headers.get('x-request-id')}`);
        expect(status).toBe(200);
        expectNoTrace(JSON.stringify(body), name);
      }, patience);
    }
    expectNoTrace(bench.log(), name);
  },
);

/** Checks that no line of a written secret is in a text. */
function expectNoTrace(text: string, written: string): void {
  for (const line of written.split('\n')) if (line.length >= 16) expect(text).not.toContain(line);
}

const said = { role: 'user', content: 'x' };
const geminiPath = (method: string) => `/v1beta/models/${model}:${method}`;
const askings = Object.entries({
  'openai-chat': [path('/v1/chat/completions'), (stream: boolean) => ({ model, stream, messages: [said] })],
  'openai-responses': [path('/v1/responses'), (stream: boolean) => ({ model, stream, input: [said] })],
  'anthropic-messages': [
    path('/v1/messages'),
    (stream: boolean) => ({ model, stream, max_tokens: 9, messages: [said] }),
  ],
  gemini: [
    (stream: boolean) => geminiPath(stream ? 'streamGenerateContent?alt=sse' : 'generateContent'),
    () => ({ contents: [{ role: 'user', parts: [{ text: 'x' }] }] }),
  ],
} as const);

function path(same: string) {
  return (_stream: boolean) => same;
}

describe.each(askings)('an error whose words hold a secret, told to a client of %s', (_dialect, [pathOf, bodyOf]) => {
  let key: string;
  beforeAll(async () => {
    ({ key } = await bench.generateKey());
  });

  it.each([
    ['by its status', false, (words: string) => ({ status: 400, 'error-message': words })],
    [
      'inside the stream',
      true,
      (words: string) => ({ 'stream-error': 'openai' as const, 'error-message': words, chunks: 5 }),
    ],
  ] as const)('%s', async (_how, stream, knobsOf) => {
    const asked: { readonly written: string; readonly id: string }[] = [];
    for (const written of Object.values(forms)) {
      await bench.admin('POST', `/credentials/${credential}/reset`);
      bench.simulator.control.setDefault(knobsOf(`The header was ${written} as it seems.`));
      const response = await fetch(bench.origin + pathOf(stream), {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'x-debug': 'pool' },
        body: JSON.stringify(bodyOf(stream)),
      });
      const text = await response.text();
      expect(text).toContain('[redacted]');
      expectNoTrace(text, written);
      expectNoTrace(JSON.stringify([...response.headers]), written);
      asked.push({ written, id: response.headers.get('x-request-id') ?? '' });
    }
    for (const { written, id } of asked) {
      await vi.waitFor(async () => {
        const { status, body } = await bench.admin('GET', `/requests/${id}`);
        expect(status).toBe(200);
        expectNoTrace(JSON.stringify(body), written);
      }, patience);
      expectNoTrace(bench.log(), written);
    }
  });
});

it('no exported span holds any of these secrets', async () => {
  // Sends the last spans.
  await bench.stop();
  const spans = collector.received.map(({ body }) => body).join('');
  expect(spans.split('[redacted]').length).toBeGreaterThan(Object.keys(forms).length);
  for (const written of Object.values(forms)) expectNoTrace(spans, written);
});
