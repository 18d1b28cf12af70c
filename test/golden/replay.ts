import { createCatalogue } from '../../server/catalogue/catalogue.ts';
import type { AnswerContext } from '../../server/dialects/dialect.ts';
import { openaiChat } from '../../server/dialects/openai-chat/index.ts';
import { createExchange } from '../../server/exchange/create-exchange.ts';
import type { ExchangeInput } from '../../server/exchange/exchange.ts';
import { failureOf } from '../../server/exchange/report.ts';
import { createRequestSource } from '../../server/exchange/request-source.ts';
import { fromByteString } from '../../server/lib/byte-string.ts';
import type { Lease } from '../../server/pool/pool.ts';
import { defaultSettings } from '../../server/settings/settings-registry.ts';
import type { UpstreamClient } from '../../server/upstream/client.ts';
import { createUnifiedRoute } from '../../server/upstream/routes/unified/index.ts';

/** What a client gets: the status and the body's text. */
export interface ClientAnswer {
  readonly status: number;
  readonly body: string;
}

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const startedAt = 1_750_000_000_000;

const lease: Lease = {
  credential: {
    id: 'credential',
    label: 'one',
    email: 'one@example.com',
    token: 'token',
    cloudId: null,
    enabled: true,
    draining: false,
    weight: 1,
    maxConcurrency: null,
    createdAt: 0,
    lastUsedAt: null,
  },
  reason: 'round-robin',
  waited: 0,
  skipped: [],
  answered: () => {},
  release: () => {},
};

/** An upstream that answers 200 with these bytes, in these pieces. */
function upstreamOf(pieces: readonly Uint8Array[]): Pick<UpstreamClient, 'send'> {
  return {
    send(_request, handler) {
      let aborted = false;
      queueMicrotask(() => {
        handler.onStart(200, {});
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

/**
 * What a client of Chat Completions gets for an upstream's bytes: the real decoder, exchange and encoder, without sockets.
 *
 * @param pieces the upstream's body as it is cut on its way
 */
export async function replay(pieces: readonly Uint8Array[], stream: boolean): Promise<ClientAnswer> {
  let ids = 0;
  const settings = defaultSettings();
  const exchange = createExchange({
    catalogue: createCatalogue({ list: async () => [] }),
    // One credential, so that a failed answer is not tried again.
    pool: {
      lease: ({ exclude }) => {
        if (exclude.size > 0) throw new Error('no other credential');
        return lease;
      },
    },
    client: upstreamOf(pieces),
    routes: { unified: createUnifiedRoute(() => `call_generated_${++ids}`) },
    settings: () => settings,
    clock: () => startedAt,
    record: () => {},
  });
  const decoded = openaiChat.decodeRequest(
    Buffer.from(
      JSON.stringify({
        model,
        stream,
        stream_options: stream ? { include_usage: true } : undefined,
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    ),
  );
  const context: AnswerContext = { id: 'golden', created: startedAt / 1000, model, options: decoded.answerOptions };
  const input: ExchangeInput = {
    id: 'golden',
    startedAt,
    dialect: openaiChat.name,
    request: createRequestSource(decoded, () => decoded),
    warnings: decoded.warnings,
    signal: new AbortController().signal,
    keyId: null,
    keyName: 'golden',
    clientAddress: '127.0.0.1',
    userAgent: '',
    statusOf: (failure) => openaiChat.encodeFailure(failure).status,
    loggedRequest: null,
    mayUse: () => true,
  };
  if (!stream) {
    const report = await exchange.run(input);
    if (report.result === undefined) return openaiChat.encodeFailure(failureOf(report));
    const bytes = openaiChat.encodeResult({ ...report.result, usage: report.usage }, context);
    return { status: 200, body: fromByteString(bytes) };
  }
  const encoder = openaiChat.createStreamEncoder(context);
  let body = '';
  const report = await exchange.run(input, {
    open: () => {},
    push(events) {
      body += encoder.push(events);
      return true;
    },
  });
  if (!report.committed) return openaiChat.encodeFailure(failureOf(report));
  body += report.outcome === 'success' ? encoder.end(report.usage) : encoder.fail(failureOf(report));
  return { status: 200, body: fromByteString(body) };
}
