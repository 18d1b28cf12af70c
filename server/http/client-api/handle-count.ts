import { modelNotFound } from '../../catalogue/catalogue.ts';
import { toFailure } from '../../conversation/failure.ts';
import type { CountEndpoint, Dialect } from '../../dialects/dialect.ts';
import type { ClientApiServices, ClientHandler } from './client-api.ts';
import { decodeAbridged, guessTokens, isLarge, receivedBody } from './received-body.ts';
import { createRequestContext } from './request-context.ts';
import { headOf } from './request-head.ts';
import { sendFailure } from './send-failure.ts';

/** Counts a request's tokens. This is an estimate, because the upstream has no endpoint for it. */
export function createCountHandler(
  dialect: Dialect,
  endpoint: CountEndpoint,
  services: ClientApiServices,
): ClientHandler {
  return async (request, reply, caller) => {
    const body = receivedBody(request);
    try {
      const head = headOf(request);
      const context = await createRequestContext(endpoint, body, caller, services, reply);
      const decoded = decodeAbridged(body, (json) => endpoint.decodeRequest(json, head, context));
      const { id } = services.catalogue.findModel(decoded.model);
      if (!caller.mayUse(decoded.model) && !caller.mayUse(id)) throw modelNotFound(decoded.model);
      const inputTokens = isLarge(body)
        ? Math.ceil(guessTokens(body) * services.estimator.guessFactor(id))
        : services.estimator.countInput(id, decoded);
      return reply
        .headers(dialect.encodeRequestId?.({ requestId: request.id }) ?? {})
        .type('application/json; charset=utf-8')
        .send(Buffer.from(endpoint.encodeCount(inputTokens), 'latin1'));
    } catch (error) {
      return sendFailure(reply, dialect, toFailure(error));
    }
  };
}
