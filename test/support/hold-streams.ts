/**
 * Prints for each API, for a relayed and a translated stream, how many of a request's byte arrays (as received, and as
 * sent) are in memory after the answer has started, after a full collection. Run it with `--expose-gc`.
 */
import diagnostics from 'node:diagnostics_channel';
import { setTimeout as delay } from 'node:timers/promises';
import { dialects } from '../../server/dialects/index.ts';
import { startTestBench } from './gateway.ts';

const claude = 'anthropic:claude-sonnet-4-5@20250929';
const gpt = 'openai:gpt-5-2025-08-07';
const gemini = 'google:gemini-2.5-flash';
const text = 'Text with\nlines. '.repeat(2500);
const messages = [{ role: 'user', content: text }];

type Request = readonly [path: string, body: object];
const chat = (model: string): Request => ['/v1/chat/completions', { model, messages, stream: true }];
const anthropic = (model: string): Request => ['/v1/messages', { model, messages, max_tokens: 100, stream: true }];
const responses = (model: string): Request => ['/v1/responses', { model, input: text, store: false, stream: true }];
const google = (model: string): Request => [
  `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
  { contents: [{ role: 'user', parts: [{ text }] }] },
];
const requests: Readonly<Record<string, Request>> = {
  'openai-chat': chat(claude),
  'openai-chat relayed': chat(gpt),
  'anthropic-messages': anthropic(gpt),
  'anthropic-messages relayed': anthropic(claude),
  'openai-responses': responses(claude),
  'openai-responses relayed': responses(gpt),
  gemini: google(claude),
  'gemini relayed': google(gemini),
};
/** After this many requests, the gateway keeps only some bodies of a model, to learn from them. */
const learned = 65;

const bench = await startTestBench({ LOG_LEVEL: 'error' });
const { control, origin: upstream } = bench.simulator;
await bench.addCredential('one@example.com');
const { key } = await bench.generateKey();

async function send(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(bench.origin + path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

control.setDefault({ text: 'Hi' });
for (const model of [claude, gpt, gemini]) {
  const lesson = { model, messages: [{ role: 'user', content: 'Hi' }] };
  for (let index = 0; index < learned; index += 1) await (await send('/v1/chat/completions', lesson)).text();
}
control.reset();
control.setDefault({ silence: 'forever', 'silence-at': 4 });

let bytes: WeakRef<ArrayBufferLike>[] = [];
const watch = (array: Uint8Array) => void bytes.push(new WeakRef(array.buffer));
for (const { endpoints } of dialects) {
  for (const endpoint of endpoints) {
    if (endpoint.does !== 'answer') continue;
    const { decodeRequest } = endpoint;
    endpoint.decodeRequest = (body, head, context) => {
      watch(body.bytes);
      return decodeRequest(body, head, context);
    };
  }
}
diagnostics.subscribe('undici:request:create', (message) => {
  const { request } = message as {
    readonly request: { readonly origin: unknown; readonly body: Iterable<Uint8Array> };
  };
  if (String(request.origin) === upstream) for (const piece of request.body) watch(piece);
});

const counts: object[] = [];
for (const [name, [path, body]] of Object.entries(requests)) {
  const client = new AbortController();
  bytes = [];
  const response = await send(path, body, client.signal);
  await response.body?.getReader().read();
  control.reset();
  control.setDefault({ silence: 'forever', 'silence-at': 4 });
  // What was written last is in memory for a moment longer.
  for (let turn = 0; turn < 50 && bytes.some((ref) => ref.deref() !== undefined); turn += 1) {
    await delay(10);
    globalThis.gc?.();
  }
  const alive = bytes.filter((ref) => ref.deref() !== undefined).length;
  counts.push({ name, watched: bytes.length > 1, alive });
  client.abort();
}
process.stdout.write(JSON.stringify(counts));
control.setDefault({});
await bench.close();
