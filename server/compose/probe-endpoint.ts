import type { Catalogue } from '../catalogue/catalogue.ts';
import { probeTokens } from '../catalogue/plan-probes.ts';
import type { ConversationRequest } from '../conversation/request.ts';
import { type AttemptResult, runAttempt } from '../exchange/attempt.ts';
import type { EndpointProbe, ProbeEndpoint } from '../http/admin-api/admin-services.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Pool } from '../pool/pool.ts';
import type { UpstreamClient } from '../upstream/client.ts';
import { encodeByRoute } from '../upstream/routes/encode-for-route.ts';
import type { UpstreamRoute } from '../upstream/routes/route.ts';

/** Milliseconds. A tiny answer that takes longer counts as a failure. */
const timeout = 30_000;

export interface EndpointProbeOptions {
  readonly catalogue: Pick<Catalogue, 'lookUp'>;
  readonly pool: Pick<Pool, 'probe'>;
  readonly client: Pick<UpstreamClient, 'send'>;
  readonly routes: ReadonlyMap<string, UpstreamRoute>;
  readonly clock?: Clock;
}

/** Sends a tiny request to a model with one credential and endpoint. The pool learns from it as from any request. */
export function createEndpointProbe(options: EndpointProbeOptions): ProbeEndpoint {
  const { catalogue, pool, client, routes, clock = systemClock } = options;
  return async (credentialId, modelId, endpoint, signal) => {
    const startedAt = clock();
    const model = catalogue.lookUp(modelId);
    const route = routes.get(endpoint.route);
    if (model === undefined || route === undefined) return missingProbe;
    const encoded = encodeByRoute(route, smallestRequest(modelId), {
      model: endpoint.upstreamModel,
      maxOutputTokens: model.maxOutputTokens,
      refusedMembers: new Set(),
    });
    const lease = pool.probe(credentialId, endpoint);
    if (lease === undefined) return missingProbe;
    const result = await runAttempt({
      client,
      request: {
        ...encoded,
        account: lease.credential,
        encodedToken: route.encodedToken === true,
        model: model.id,
        upstreamModel: endpoint.upstreamModel,
      },
      route,
      transform: encoded.createAnswerTransform?.(),
      signal,
      timeLeft: timeout,
      listener: { onEvents: () => true },
    });
    lease.release(result);
    return describe(result, Math.max(0, clock() - startedAt));
  };
}

const missingProbe: EndpointProbe = { ok: false, message: 'It no longer exists.', milliseconds: 0 };

function describe(result: AttemptResult, milliseconds: number): EndpointProbe {
  const status = result.status === null ? {} : { status: result.status };
  if (result.type === 'success') return { ok: true, ...status, message: 'It answers.', milliseconds };
  const message = result.type === 'failure' ? result.failure.message : 'The probe was cancelled.';
  return { ok: false, ...status, message, milliseconds };
}

/** The cheapest request that shows whether a model responds. */
export function smallestRequest(model: string): ConversationRequest {
  return {
    model,
    stream: false,
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Say OK.' }] }],
    tools: [],
    choiceCount: 1,
    maxOutputTokens: probeTokens.output,
  };
}
