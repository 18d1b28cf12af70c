import type { FastifyInstance } from 'fastify';
import { dialects } from '../../dialects/index.ts';
import { acceptAnyBody } from './accept-any-body.ts';
import { playgroundCaller } from './caller.ts';
import type { ClientApiServices } from './client-api.ts';
import { createAnswerHandler } from './handle-answer.ts';

/**
 * `POST /playground`: the first dialect's generating endpoint, for the logged-in admin. Must be registered inside the
 * admin API's scope to use its guard and error handler.
 */
export async function registerPlayground(scope: FastifyInstance, services: ClientApiServices): Promise<void> {
  acceptAnyBody(scope, services.bodyBudget);
  const [dialect] = dialects;
  const endpoint = dialect.endpoints.find((one) => one.does === 'answer');
  if (endpoint === undefined) throw new Error('The first dialect has no endpoint that generates.');
  const handle = createAnswerHandler(dialect, endpoint, services);
  scope.post('/playground', (request, reply) => handle(request, reply, playgroundCaller));
}
