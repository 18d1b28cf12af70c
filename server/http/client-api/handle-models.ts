import type { FastifyReply } from 'fastify';
import { toFailure } from '../../conversation/failure.ts';
import type { Dialect, ListModelsEndpoint, ShowModelEndpoint } from '../../dialects/dialect.ts';
import type { ByteString } from '../../lib/byte-string.ts';
import type { ClientApiServices } from './client-api.ts';
import type { ClientHandler } from './register-client-api.ts';
import { headOf } from './request-head.ts';
import { sendFailure } from './send-failure.ts';

/** The models that the caller may use. */
export function createListModelsHandler(
  dialect: Dialect,
  endpoint: ListModelsEndpoint,
  services: ClientApiServices,
): ClientHandler {
  return (request, reply, caller) =>
    sendModels(dialect, reply, () => {
      const models = services.catalogue.list().filter((model) => caller.mayUse(model.id));
      return endpoint.encodeModels(models, headOf(request));
    });
}

export function createShowModelHandler(
  dialect: Dialect,
  endpoint: ShowModelEndpoint,
  services: ClientApiServices,
): ClientHandler {
  return (request, reply) =>
    sendModels(dialect, reply, () => {
      const head = headOf(request);
      return endpoint.encodeModel(services.catalogue.find(endpoint.readName(head)), head);
    });
}

function sendModels(dialect: Dialect, reply: FastifyReply, encode: () => ByteString): FastifyReply {
  try {
    const body = Buffer.from(encode(), 'latin1');
    reply.headers(dialect.encodeRequestId?.({ requestId: reply.request.id }) ?? {});
    return reply.type('application/json; charset=utf-8').send(body);
  } catch (error) {
    return sendFailure(reply, dialect, toFailure(error));
  }
}
