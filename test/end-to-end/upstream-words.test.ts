import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTestBench, type TestBench, testToken } from '../support/gateway.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const pair = `one@example.com:${testToken}`;
const hex = Buffer.from(pair).toString('hex');

let bench: TestBench;
beforeAll(async () => {
  bench = await startTestBench();
  await bench.addCredential('one@example.com');
});
afterAll(() => bench.close());

it.each([
  ['as it is', testToken],
  ['in base64', Buffer.from(pair).toString('base64')],
  ['in base64 at another offset', Buffer.from(`x${pair}`).toString('base64')],
  ['in hexadecimal', hex],
  ['percent-encoded', hex.replaceAll(/../g, '%$&')],
])(
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
        expect(JSON.stringify(body)).not.toContain(name);
      });
    }
    expect(bench.log()).not.toContain(name);
  },
);
