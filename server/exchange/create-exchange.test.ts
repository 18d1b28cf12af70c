import { describe, expect, it, vi } from 'vitest';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { Failure } from '../conversation/failure.ts';
import { decodeRequest } from '../dialects/openai-chat/decode-request.ts';
import { chatName } from '../dialects/openai-chat/name.ts';
import { createTokenEstimator } from '../ledger/token-estimator.ts';
import { toJsonBody } from '../lib/json-body.ts';
import type { Lease } from '../pool/pool.ts';
import { defaultSettings } from '../settings/settings-registry.ts';
import { upstreamRoutes } from '../upstream/routes/index.ts';
import { createExchange } from './create-exchange.ts';
import type { ExchangeInput } from './exchange.ts';
import { createProofMemory } from './proof-memory.ts';
import { createRefusedMembers } from './refused-members.ts';
import { createRequestSource } from './request-source.ts';

const settings = defaultSettings();

/** An exchange whose requests wait for a credential until they are refused, unless there is a lease. */
function setUp(lease?: () => Lease) {
  const refusals: (() => void)[] = [];
  const onRunning = vi.fn();
  const record = vi.fn();
  const exchange = createExchange({
    catalogue: createCatalogue({ list: async () => [] }, upstreamRoutes.values()),
    pool: {
      lease:
        lease ??
        (() =>
          new Promise((_, reject) => refusals.push(() => reject(new Failure('overloaded', 'No credential is free.'))))),
    },
    client: {
      send: () => {
        throw new Error('nothing is sent without a credential');
      },
    },
    routes: upstreamRoutes,
    refusedMembers: createRefusedMembers({ clock: () => 0, onChange: () => undefined }),
    proofs: createProofMemory({ clock: () => 0 }),
    settings: () => settings,
    estimator: createTokenEstimator(),
    clock: () => 0,
    record,
    onRunning,
  });
  return { exchange, refusals, onRunning, record };
}

function inputOf(choices: number): ExchangeInput {
  const messages = [{ role: 'user', content: 'Hello' }];
  const decoded = decodeRequest(
    toJsonBody(JSON.stringify({ model: 'anthropic:claude-3-5-sonnet-v2@20241022', messages, n: choices })),
  );
  return {
    id: 'x',
    startedAt: 0,
    dialect: chatName,
    request: createRequestSource(decoded, () => decoded),
    guessInputTokens: () => 1,
    notes: decoded.notes,
    relaysAnswers: true,
    promptCaching: 'client',
    signal: new AbortController().signal,
    keyId: null,
    keyName: 'test',
    clientAddress: '127.0.0.1',
    userAgent: '',
    statusOf: () => 503,
    loggedRequest: null,
    mayUse: () => true,
  };
}

describe('createExchange', () => {
  it('reports the number of running requests on each change', async () => {
    const { exchange, refusals, onRunning } = setUp();
    const first = exchange.serveRequest(inputOf(1));
    const second = exchange.serveRequest(inputOf(1));
    expect(exchange.running).toBe(2);
    expect(refusals).toHaveLength(2);
    for (const refuse of refusals) refuse();
    await Promise.all([first, second]);
    expect(onRunning.mock.calls.flat()).toEqual([1, 2, 1, 0]);
  });

  it('counts and records a request for several choices once', async () => {
    const { exchange, refusals, onRunning, record } = setUp();
    const run = exchange.serveRequest(inputOf(3));
    expect(refusals).toHaveLength(3);
    for (const refuse of refusals) refuse();
    expect(await run).toMatchObject({ outcome: 'failure' });
    expect(onRunning.mock.calls.flat()).toEqual([1, 0]);
    expect(record).toHaveBeenCalledOnce();
  });

  it('releases a credential if the request cannot be made', async () => {
    const release = vi.fn();
    const endpoint = { route: 'unified', upstreamModel: 'claude-3-5-sonnet-v2@20241022' };
    const account = { id: 'c', label: '', email: 'one@example.com', token: 't', cloudId: null };
    const credential = { ...account, tokenExpiresAt: null, enabled: true, draining: false, weight: 1 };
    const lease = {
      credential: { ...credential, maxConcurrency: null, createdAt: 0, lastUsedAt: null },
      ...{ endpoint, reason: 'round-robin', waited: 0, skipped: [], answered: () => undefined, release },
    };
    const { exchange } = setUp(() => lease);
    const input = inputOf(1);
    const complete = () => {
      throw new Error('broken');
    };
    const request = { ...input.request, body: { ...input.request.body, complete } };
    expect(await exchange.serveRequest({ ...input, request })).toMatchObject({ failure: { kind: 'internal' } });
    expect(release).toHaveBeenCalledExactlyOnceWith({ type: 'aborted' });
  });

  it('is idle once the last request is recorded', async () => {
    const { exchange, refusals, record } = setUp();
    await exchange.idle();
    const run = exchange.serveRequest(inputOf(1));
    expect(refusals).toHaveLength(1);
    const idle = exchange.idle().then(() => record.mock.calls.length);
    for (const refuse of refusals) refuse();
    await run;
    expect(await idle).toBe(1);
  });
});
