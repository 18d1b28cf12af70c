/**
 * Prints how many responses of finished requests are still in memory after V8 has collected the young generation only.
 * Run it with `--expose-gc`.
 */
import diagnostics from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { startTestBench } from './gateway.ts';

const rounds = 12;
const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const messages = [{ role: 'user', content: 'Hi' }];
const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];

/** One whole answer and one stream of each API. */
const requests: readonly (readonly [path: string, body: object])[] = [
  ['/v1/chat/completions', { model, messages }],
  ['/v1/chat/completions', { model, messages, stream: true }],
  ['/v1/messages', { model, messages, max_tokens: 100 }],
  ['/v1/messages', { model, messages, max_tokens: 100, stream: true }],
  ['/v1/responses', { model, input: 'Hi', store: false }],
  ['/v1/responses', { model, input: 'Hi', store: false, stream: true }],
  [`/v1beta/models/${model}:generateContent`, { contents }],
  [`/v1beta/models/${model}:streamGenerateContent?alt=sse`, { contents }],
];

function collectYoung(times: number): void {
  for (let time = 0; time < times; time += 1) globalThis.gc?.({ type: 'minor', execution: 'sync' });
}

const bench = await startTestBench({ LOG_LEVEL: 'error' });
await bench.addCredential('one@example.com');
const { key } = await bench.generateKey();

async function send(path: string, body: object): Promise<void> {
  const response = await fetch(bench.origin + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
}

const responses: WeakRef<ServerResponse>[] = [];
const port = Number(new URL(bench.origin).port);
diagnostics.subscribe('http.server.request.start', (message) => {
  const { response, socket } = message as { readonly response: ServerResponse; readonly socket: Socket };
  if (socket.localPort === port) responses.push(new WeakRef(response));
});

/** A connection keeps its last request. So the last requests of a round are promoted, and are not counted. */
const uncounted = requests.slice(0, 2);
for (let round = 0; round < rounds; round += 1) {
  for (const [path, body] of [...requests, ...uncounted]) await send(path, body);
  // Promotes all live objects to the old generation.
  collectYoung(3);
}
const roundLength = requests.length + uncounted.length;
const finished = responses.filter((_, index) => index % roundLength < requests.length);
await turn();
collectYoung(3);
const kept = finished.filter((response) => response.deref() !== undefined).length;
process.stdout.write(JSON.stringify({ finished: finished.length, kept }));
await bench.close();
