import { toFailure } from '../../conversation/failure.ts';
import type { Dialect, KeptAnswerEndpoint } from '../../dialects/dialect.ts';
import type { ClientApiServices, ClientHandler } from './client-api.ts';
import { headOf } from './request-head.ts';
import { sendFailure } from './send-failure.ts';

/** Shows or deletes a stored answer, only for the key that requested it. */
export function createKeptAnswerHandler(
  dialect: Dialect,
  endpoint: KeptAnswerEndpoint,
  { memory }: Pick<ClientApiServices, 'memory'>,
): ClientHandler {
  return async (request, reply, { keyId }) => {
    const head = headOf(request);
    try {
      const name = endpoint.readName(head);
      const found = keyId === null ? undefined : (await memory.recall(keyId, [name])).get(name);
      const body = Buffer.from(endpoint.encodeKept(found?.text, head), 'latin1');
      if (endpoint.does === 'forget-kept' && keyId !== null) await memory.forget(keyId, name);
      reply.headers(dialect.encodeRequestId?.({ requestId: request.id }) ?? {});
      return reply.type('application/json; charset=utf-8').send(body);
    } catch (error) {
      return sendFailure(reply, dialect, toFailure(error));
    }
  };
}
