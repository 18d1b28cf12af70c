/**
 * Prints for each API how many decoded requests are in memory while their answers are awaited, after a full collection.
 * Run it with `--expose-gc`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { AnswerEndpoint } from '../../server/dialects/dialect.ts';
import { dialects } from '../../server/dialects/index.ts';
import { startTestBench } from './gateway.ts';

const held = 5;
const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const messages = [{ role: 'user', content: 'Hi' }];
const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];

const requests: Readonly<Record<string, readonly [path: string, body: object]>> = {
  'openai-chat': ['/v1/chat/completions', { model, messages, stream: true }],
  'anthropic-messages': ['/v1/messages', { model, messages, max_tokens: 100, stream: true }],
  'openai-responses': ['/v1/responses', { model, input: 'Hi', stream: true }],
  gemini: [`/v1beta/models/${model}:streamGenerateContent?alt=sse`, { contents }],
};

/** Watches what an endpoint decodes. */
function watch(endpoint: AnswerEndpoint, decoded: WeakRef<object>[]): void {
  const { decodeRequest } = endpoint;
  endpoint.decodeRequest = (...args) => {
    const found = decodeRequest(...args);
    decoded.push(new WeakRef(found), new WeakRef(found.request()));
    return found;
  };
}

const watched = dialects.map(({ name, endpoints }) => {
  const decoded: WeakRef<object>[] = [];
  for (const endpoint of endpoints) if (endpoint.does === 'answer') watch(endpoint, decoded);
  return { name, decoded };
});

const bench = await startTestBench({ LOG_LEVEL: 'error' });
await bench.addCredential('one@example.com');
const { key } = await bench.generateKey();
bench.simulator.control.setDefault({ silence: 'forever' });

const clients = new AbortController();
const { signal } = clients;
for (const [path, body] of Object.values(requests)) {
  for (let index = 0; index < held; index += 1) {
    const headers = { authorization: `Bearer ${key}` };
    fetch(bench.origin + path, { method: 'POST', headers, body: JSON.stringify(body), signal }).catch(() => undefined);
  }
}
const expected = held * Object.keys(requests).length;
while (bench.simulator.control.requests({ kind: 'model' }).length < expected) await delay(10);
globalThis.gc?.();
const alive = watched.map(({ name, decoded }) => ({
  name,
  decoded: decoded.length,
  alive: decoded.filter((ref) => ref.deref() !== undefined).length,
}));
process.stdout.write(JSON.stringify(alive));
clients.abort();
bench.simulator.control.setDefault({});
await bench.close();
