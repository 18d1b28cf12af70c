import { Buffer } from 'node:buffer';
import { expect, it, vi } from 'vitest';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { decodeRequest } from '../dialects/openai-chat/decode-request.ts';
import { chatName } from '../dialects/openai-chat/name.ts';
import { createTokenEstimator } from '../ledger/token-estimator.ts';
import { toJsonBody } from '../lib/json-body.ts';
import type { Lease } from '../pool/pool.ts';
import { defaultSettings } from '../settings/settings-registry.ts';
import type { UpstreamRequest, UpstreamResponseHandler } from '../upstream/client.ts';
import { upstreamRoutes } from '../upstream/routes/index.ts';
import { createExchange } from './create-exchange.ts';
import type { ExchangeInput } from './exchange.ts';
import { createProofMemory } from './proof-memory.ts';
import { createRefusedMembers } from './refused-members.ts';
import { createRequestSource } from './request-source.ts';

const model = 'openai:gpt-5-2025-08-07';
const account = { id: 'c', label: '', email: 'one@example.com', token: 't', cloudId: null, maxConcurrency: null };
const credential = { ...account, tokenExpiresAt: null, enabled: true, draining: false, weight: 1, createdAt: 0 };
const lease: Lease = {
  credential: { ...credential, lastUsedAt: null },
  endpoint: { route: 'openai-chat', upstreamModel: 'gpt-5-2025-08-07' },
  ...{ reason: 'round-robin', waited: 0, skipped: [], answered: () => undefined, release: () => undefined },
};
const chunk = (delta: object) =>
  Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`);

/** Streams of `choices` choices, whose upstream has not answered yet. */
function startStream(choices: number, wantsRequest: boolean) {
  const sent: { readonly body: readonly Uint8Array[]; readonly handler: UpstreamResponseHandler }[] = [];
  const estimator = createTokenEstimator();
  estimator.learn(model, 200, { guess: 100 });
  const exchange = createExchange({
    catalogue: createCatalogue({ list: async () => [] }, upstreamRoutes.values()),
    pool: { lease: () => lease },
    client: {
      send({ body = [] }: UpstreamRequest, handler) {
        sent.push({ body, handler });
        return { abort: () => undefined, pause: () => undefined, resume: () => undefined };
      },
    },
    routes: upstreamRoutes,
    refusedMembers: createRefusedMembers({ clock: () => 0, onChange: () => undefined }),
    proofs: createProofMemory({ clock: () => 0 }),
    settings: () => defaultSettings(),
    estimator: Object.assign(estimator, { wantsRequest: () => wantsRequest }),
    clock: () => 0,
    record: () => undefined,
  });
  const messages = [{ role: 'user', content: 'Hello' }];
  const body = toJsonBody(JSON.stringify({ model, messages, stream: true, n: choices }));
  const steps: string[] = [];
  const released = vi.fn(() => void steps.push('release'));
  const client = new AbortController();
  const whole = { isLarge: false, complete: (pieces: readonly Uint8Array[]) => pieces, restore: () => undefined };
  const input: ExchangeInput = {
    ...{ id: 'x', startedAt: 0, dialect: chatName, guessInputTokens: () => 1000, notes: [], relaysAnswers: true },
    request: createRequestSource(decodeRequest(body), () => decodeRequest(body), {
      ...whole,
      isReleased() {
        return released.mock.calls.length > 0;
      },
      release: released,
    }),
    ...{
      promptCaching: 'client',
      signal: client.signal,
      keyId: null,
      keyName: 'test',
      clientAddress: '',
      userAgent: '',
    },
    ...{ statusOf: () => 503, loggedRequest: null, mayUse: () => true },
  };
  const sink = {
    open: () => void steps.push('open'),
    writeEvents: () => {
      steps.push('write');
      return true;
    },
  };
  return { report: exchange.serveRequest(input, sink), sent, steps, client };
}

it('a request is released after the first content was passed on, and its tokens are then guessed', async () => {
  const { report, sent, steps, client } = startStream(1, false);
  const [{ body, handler } = expect.fail('nothing was sent')] = sent;
  handler.onStart(200, { 'content-type': 'text/event-stream' });
  handler.onData(chunk({ role: 'assistant' }));
  expect(body).not.toEqual([]);
  expect(steps).toEqual([]);
  handler.onData(chunk({ content: 'Hi' }));
  expect(body).toEqual([]);
  expect(steps).toEqual(['open', 'write', 'release']);
  handler.onData(chunk({ content: ' there' }));
  expect(steps).toEqual(['open', 'write', 'release', 'write']);
  client.abort();
  // The guess, corrected by what was learned.
  expect(await report).toMatchObject({ outcome: 'aborted', usage: { inputTokens: 2000, estimated: true } });
});

it.each([
  ['that the estimator learns from', 1, true],
  ['for several choices', 2, false],
])('of a request %s, only the encoded form is released', async (_name, choices, wantsRequest) => {
  const { report, sent, steps, client } = startStream(choices, wantsRequest);
  for (const { handler } of sent) {
    handler.onStart(200, { 'content-type': 'text/event-stream' });
    handler.onData(chunk({ content: 'Hi' }));
  }
  expect(sent.map(({ body }) => body)).toEqual(Array(choices).fill([]));
  expect(steps).not.toContain('release');
  client.abort();
  expect(await report).toMatchObject({ outcome: 'aborted', usage: { estimated: true } });
});
