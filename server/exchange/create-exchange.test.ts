import { describe, expect, it, vi } from 'vitest';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { Failure } from '../conversation/failure.ts';
import { decodeRequest } from '../dialects/openai-chat/decode-request.ts';
import { chatName } from '../dialects/openai-chat/name.ts';
import { createTokenEstimator } from '../ledger/token-estimator.ts';
import { toJsonBody } from '../lib/json-body.ts';
import { defaultSettings } from '../settings/settings-registry.ts';
import { upstreamRoutes } from '../upstream/routes/index.ts';
import { createExchange } from './create-exchange.ts';
import type { ExchangeInput } from './exchange.ts';
import { createProofMemory } from './proof-memory.ts';
import { createRefusedMembers } from './refused-members.ts';
import { createRequestSource } from './request-source.ts';

const settings = defaultSettings();

/** An exchange whose requests wait for a credential until they are refused. */
function setUp() {
  const refusals: (() => void)[] = [];
  const onRunning = vi.fn();
  const record = vi.fn();
  const exchange = createExchange({
    catalogue: createCatalogue({ list: async () => [] }, upstreamRoutes.values()),
    pool: {
      lease: () =>
        new Promise((_, reject) => refusals.push(() => reject(new Failure('overloaded', 'No credential is free.')))),
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
