import type { Catalogue } from '../catalogue/catalogue.ts';
import { createCollector } from '../conversation/collect.ts';
import type { ConversationRequest } from '../conversation/request.ts';
import { runAttempt } from '../exchange/attempt.ts';
import type { ModelProbe } from '../http/admin-api/admin-services.ts';
import { systemClock } from '../lib/clock.ts';
import type { Credential } from '../pool/credential.ts';
import type { UpstreamClient } from '../upstream/client.ts';
import { upstreamRoutes } from '../upstream/routes/index.ts';

/** Milliseconds: a model that takes longer for a word is not one to wait for. */
const timeout = 30_000;

export interface ModelProbeOptions {
  readonly catalogue: Pick<Catalogue, 'lookUp'>;
  readonly client: Pick<UpstreamClient, 'send'>;
  readonly credentials: () => Promise<readonly Credential[]>;
}

/** Asks a model for a word with one credential, past the pool: what comes of it changes no state. */
export function createModelProbe(
  options: ModelProbeOptions,
): (credentialId: string, modelId: string, signal: AbortSignal) => Promise<ModelProbe> {
  return async (credentialId, modelId, signal) => {
    const startedAt = systemClock();
    const model = options.catalogue.lookUp(modelId);
    const credential = (await options.credentials()).find(({ id }) => id === credentialId);
    if (model === undefined || credential === undefined) {
      return { ok: false, message: 'It is gone.', milliseconds: 0 };
    }
    const [endpoint] = model.endpoints;
    const route = endpoint && upstreamRoutes.get(endpoint.route);
    if (endpoint === undefined || route === undefined) {
      return { ok: false, message: 'The model names no route that the gateway has.', milliseconds: 0 };
    }
    const encoded = route.encodeRequest(smallestRequest(modelId), {
      model: endpoint.upstreamModel,
      maxOutputTokens: model.maxOutputTokens,
      refusedMembers: new Set(),
    });
    const collector = createCollector();
    const result = await runAttempt({
      client: options.client,
      request: { ...encoded, account: credential, model: model.id, upstreamModel: endpoint.upstreamModel },
      route,
      signal,
      timeLeft: timeout,
      listener: {
        onEvents(events) {
          collector.push(events);
          return true;
        },
      },
    });
    const milliseconds = Math.max(0, systemClock() - startedAt);
    const status = result.status === null ? {} : { status: result.status };
    if (result.type === 'success') return { ok: true, ...status, message: 'It answers.', milliseconds };
    const message = result.type === 'failure' ? result.failure.message : 'The probe was ended.';
    return { ok: false, ...status, message, milliseconds };
  };
}

function smallestRequest(model: string): ConversationRequest {
  return {
    model,
    stream: false,
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Say OK.' }] }],
    tools: [],
    choiceCount: 1,
    maxOutputTokens: 16,
  };
}
