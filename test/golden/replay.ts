import type { AnswerContext, AnswerEndpoint, Dialect } from '../../server/dialects/dialect.ts';
import { createExchange } from '../../server/exchange/create-exchange.ts';
import type { ExchangeInput, OpeningReport } from '../../server/exchange/exchange.ts';
import { createProofMemory } from '../../server/exchange/proof-memory.ts';
import { createRefusedMembers } from '../../server/exchange/refused-members.ts';
import { failureOf } from '../../server/exchange/report.ts';
import { createRequestSource } from '../../server/exchange/request-source.ts';
import { createTokenEstimator } from '../../server/ledger/token-estimator.ts';
import { asByteString, fromByteString } from '../../server/lib/byte-string.ts';
import { toJsonBody } from '../../server/lib/json-body.ts';
import type { Endpoint, Lease } from '../../server/pool/pool.ts';
import { defaultSettings } from '../../server/settings/settings-registry.ts';
import type { UpstreamClient } from '../../server/upstream/client.ts';
import type { UpstreamRoute } from '../../server/upstream/routes/route.ts';
import { contextOf } from '../support/request-context.ts';
import { modelOf } from './models.ts';
import type { RecordedRequest } from './recorded-requests.ts';

/** The client's response: status and body text. */
export interface ClientAnswer {
  readonly status: number;
  readonly body: string;
}

export interface ReplayOptions {
  readonly dialect: Dialect;
  readonly request: RecordedRequest;
  readonly route: UpstreamRoute;
  /** The upstream's content type. */
  readonly contentType?: string;
}

const startedAt = 1_750_000_000_000;

function leaseOf(endpoint: Endpoint): Lease {
  return {
    credential: {
      id: 'credential',
      label: 'one',
      email: 'one@example.com',
      token: 'token',
      tokenExpiresAt: null,
      cloudId: null,
      enabled: true,
      draining: false,
      weight: 1,
      maxConcurrency: null,
      createdAt: 0,
      lastUsedAt: null,
    },
    endpoint,
    reason: 'round-robin',
    waited: 0,
    skipped: [],
    answered: () => {},
    release: () => {},
  };
}

/** A fake upstream that answers 200 with these chunks. */
function upstreamOf(pieces: readonly Uint8Array[], contentType = ''): Pick<UpstreamClient, 'send'> {
  return {
    send(_request, handler) {
      let aborted = false;
      queueMicrotask(() => {
        handler.onStart(200, { 'content-type': contentType });
        for (const piece of pieces) if (!aborted) handler.onData(piece);
        if (!aborted) handler.onEnd();
      });
      return {
        abort: () => {
          aborted = true;
        },
        pause: () => {},
        resume: () => {},
      };
    },
  };
}

/** The endpoint of a dialect that a recorded request goes to. */
export function endpointOf(dialect: Dialect, request: RecordedRequest): AnswerEndpoint {
  for (const endpoint of dialect.endpoints) {
    if (endpoint.does === 'answer' && endpoint.accepts?.(request.head) !== false) return endpoint;
  }
  throw new Error(`${dialect.name} has no endpoint for ${request.name}`);
}

/**
 * Replays an upstream answer through the real decoder, exchange and encoder, without sockets.
 *
 * @param pieces chunks of the upstream's body
 */
export async function replay(options: ReplayOptions, pieces: readonly Uint8Array[]): Promise<ClientAnswer> {
  const { dialect, request, route } = options;
  const settings = defaultSettings();
  const model = modelOf(route);
  const exchange = createExchange({
    catalogue: { findModel: () => model },
    // Only one credential, so that a failed answer is not retried.
    pool: {
      lease: ({ exclude, endpoints: [endpoint] }) => {
        if (exclude.size > 0 || endpoint === undefined) throw new Error('no other credential');
        return leaseOf(endpoint);
      },
    },
    client: upstreamOf(pieces, options.contentType),
    routes: new Map([[route.name, route]]),
    refusedMembers: createRefusedMembers({ clock: () => startedAt, onChange: () => undefined }),
    proofs: createProofMemory({ clock: () => startedAt }),
    settings: () => settings,
    estimator: createTokenEstimator(),
    clock: () => startedAt,
    record: () => {},
  });
  const endpoint = endpointOf(dialect, request);
  const decoded = endpoint.decodeRequest(toJsonBody(request.body), request.head, contextOf());
  const { encoders, relayEncoders } = decoded;
  const context: AnswerContext = {
    id: 'golden',
    created: startedAt / 1000,
    model: decoded.outline.model,
    estimateInputTokens: () => 1,
  };
  const failureContext = { requestId: 'golden' };
  const input: ExchangeInput = {
    id: 'golden',
    startedAt,
    dialect: dialect.name,
    request: createRequestSource(decoded, () => decoded),
    guessInputTokens: () => 1,
    notes: decoded.notes,
    promptCaching: 'automatic',
    relaysAnswers: relayEncoders !== undefined,
    lossOf: (event) => dialect.lossOf(event),
    signal: new AbortController().signal,
    keyId: null,
    keyName: 'golden',
    clientAddress: '127.0.0.1',
    userAgent: '',
    statusOf: (failure) => dialect.encodeFailure(failure, failureContext).status,
    loggedRequest: null,
    mayUse: () => true,
  };
  if (!decoded.outline.stream) {
    const report = await exchange.serveRequest(input);
    if (report.answer === undefined) return dialect.encodeFailure(failureOf(report), failureContext);
    const chosen = (report.answer.frame === undefined ? undefined : relayEncoders) ?? encoders;
    const bytes = chosen.encodeAnswer({ ...report.answer, usage: report.usage }, context);
    return { status: 200, body: fromByteString(bytes) };
  }
  const choose = ({ relayed }: OpeningReport) =>
    ((relayed ? relayEncoders : undefined) ?? encoders).createStreamEncoder(context);
  let encoder: ReturnType<typeof choose> | undefined;
  let body = '';
  const report = await exchange.serveRequest(input, {
    open(opening) {
      encoder = choose(opening);
    },
    writeEvents(events) {
      body += encoder?.encode(events) ?? '';
      return true;
    },
  });
  if (encoder === undefined) return dialect.encodeFailure(failureOf(report), failureContext);
  body += report.outcome === 'success' ? encoder.end(report.usage) : encoder.fail(failureOf(report));
  return { status: 200, body: fromByteString(asByteString(body)) };
}
