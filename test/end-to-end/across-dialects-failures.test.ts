import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Settings } from '../../simulator/behaviour.ts';
import { models, pairs } from '../support/clients/pairs.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

/*
 * How failures reach each client's API from each upstream family (case D4).
 */

const hello = [{ user: 'Hello there, how are you today?' }];
/** How each family reports an error inside a stream. */
const streamErrors = { Claude: 'anthropic', Gemini: 'google', GPT: 'openai' } as const;

let bench: TestBench;
let key: string;
let credential: string;
let credentials = 1;

beforeAll(async () => {
  bench = await startTestBench();
  credential = await bench.addCredential('one@example.com');
  for (const model of [models.Claude, models.GPT])
    await bench.admin('PATCH', `/models/${encodeURIComponent(model)}`, { enabled: true });
  key = (await bench.generateKey()).key;
});
afterAll(() => bench.close());
beforeEach(() => renewCredential());

/** New credentials have no failure history. */
async function renewCredential(): Promise<void> {
  bench.simulator.control.reset();
  await bench.admin('DELETE', `/credentials/${credential}`);
  credentials += 1;
  credential = await bench.addCredential(`${credentials}@example.com`);
  bench.simulator.control.clearRequests();
}

function post({ path, body }: { path: string; body: object }, signal?: AbortSignal): Promise<Response> {
  return fetch(bench.origin + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

describe.each(pairs)('D4: $name with $family', ({ client, family }) => {
  const ask = (stream: boolean, signal?: AbortSignal) =>
    post(client.write({ model: models[family], stream, turns: hello }), signal);

  it.each([400, 403, 404, 413, 429, 500, 503])('status %i before an answer', async (status) => {
    for (const stream of [false, true]) {
      await renewCredential();
      bench.simulator.control.setDefault({ status, 'error-message': 'The upstream says no.' });
      const response = await ask(stream);
      const text = await response.text();
      expect(response.headers.get('content-type'), text).toContain('application/json');
      expect(client.readFailure(text)).not.toBe('');
      if (status === 400 || status === 413) expect(response.status, text).toBe(status);
      else expect(response.status, text).toBeGreaterThanOrEqual(status >= 500 ? 500 : 400);
    }
  });

  it.each([1, 2, 5])('an error after event %i, and a connection that breaks there', async (at) => {
    const faults: readonly Settings[] = [
      { 'stream-error': streamErrors[family], 'stream-error-at': at },
      { cut: 'reset', 'cut-at': at },
    ];
    for (const knobs of faults) {
      await renewCredential();
      bench.simulator.control.setDefault({ chunks: 8, ...knobs });
      const response = await ask(true);
      const text = await response.text();
      expect(client.readFailure(text), text).not.toBe('');
      // No content before it, so it is not an answer.
      if (response.status !== 200) expect(response.status, text).toBeGreaterThanOrEqual(500);
    }
  });

  it('the client leaves in the middle: so does the gateway', async () => {
    bench.simulator.control.setDefault({ chunks: 100, pace: 20 });
    const leaving = new AbortController();
    const response = await ask(true, leaving.signal);
    await response.body?.getReader().read();
    leaving.abort();
    await bench.simulator.control.waitForOutcome('aborted-by-client');
  });
});
