import type { FastifyReply } from 'fastify';
import { type ModelEntry, modelNotFound } from '../../catalogue/catalogue.ts';
import { toFailure } from '../../conversation/failure.ts';
import type { Dialect, ListModelsEndpoint, ShowModelEndpoint } from '../../dialects/dialect.ts';
import type { ByteString } from '../../lib/byte-string.ts';
import type { Caller, ClientApiServices, ClientHandler } from './client-api.ts';
import { headOf } from './request-head.ts';
import { sendFailure } from './send-failure.ts';

/** Lists the models that the caller may use. */
export function createListModelsHandler(
  dialect: Dialect,
  endpoint: ListModelsEndpoint,
  services: ClientApiServices,
): ClientHandler {
  return (request, reply, caller) =>
    sendModels(dialect, reply, () => {
      const models = services.catalogue.list().flatMap((model) => ownNames(model, caller));
      return endpoint.encodeModels(models, headOf(request));
    });
}

export function createShowModelHandler(
  dialect: Dialect,
  endpoint: ShowModelEndpoint,
  services: ClientApiServices,
): ClientHandler {
  return (request, reply, caller) =>
    sendModels(dialect, reply, () => {
      const head = headOf(request);
      const name = endpoint.readName(head);
      const model = services.catalogue.findModel(name);
      // The same error as for an unknown model, so that a restricted key cannot find out which models exist.
      if (!caller.mayUse(name) && !caller.mayUse(model.id)) throw modelNotFound(name);
      return endpoint.encodeModel(model, head);
    });
}

/** A model under the names that the caller may use: its id, or else the aliases that the key is restricted to. */
function ownNames(model: ModelEntry, caller: Caller): ModelEntry[] {
  if (caller.mayUse(model.id)) return [model];
  return model.aliases.filter((alias) => caller.mayUse(alias)).map((alias) => ({ ...model, id: alias }));
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
