import type { FastifyInstance, FastifyRequest } from 'fastify';
import { toFailure } from '../../conversation/failure.ts';
import { encodeModel, encodeModelList, openaiChat } from '../../dialects/index.ts';
import { allowCrossOrigin } from './allow-cross-origin.ts';
import { identifyCaller } from './caller.ts';
import type { Caller, ClientApiServices } from './client-api.ts';
import { createExchangeHandler, sendFailure } from './handle-exchange.ts';
import { methodNotAllowed, toRequestFailure, unknownRoute } from './request-failure.ts';
import { takeAnyBody } from './take-any-body.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** The routes that speak OpenAI's API, to be registered under `/v1`. */
export async function registerClientApi(app: FastifyInstance, services: ClientApiServices): Promise<void> {
  allowCrossOrigin(app);
  takeAnyBody(app, services.bodyBudget);
  app.decorateRequest('caller', null);
  app.addHook('onRequest', (request, _reply, done) => {
    const admit = (caller: Caller | null) => {
      request.caller = caller;
      done();
    };
    const refuse = (error: unknown) => done(toFailure(error));
    try {
      const caller = request.method === 'OPTIONS' ? null : identifyCaller(request, services);
      if (caller instanceof Promise) caller.then(admit, refuse);
      else admit(caller);
    } catch (error) {
      refuse(error);
    }
  });
  app.setErrorHandler((error, _request, reply) => sendFailure(reply, openaiChat, toRequestFailure(error)));
  app.setNotFoundHandler((request, reply) => sendFailure(reply, openaiChat, unknownRoute(request)));

  app.post('/chat/completions', createExchangeHandler(openaiChat, services, callerOf));
  app.get('/models', (_request, reply) => {
    reply.type('application/json; charset=utf-8').send(encodeModelList(services.catalogue.list()));
  });
  // Ids hold `:`, `@` and, custom ones, `/`.
  app.get<{ Params: { '*': string } }>('/models/*', (request, reply) => {
    try {
      const model = services.catalogue.find(request.params['*']);
      reply.type('application/json; charset=utf-8').send(encodeModel(model));
    } catch (error) {
      sendFailure(reply, openaiChat, toFailure(error));
    }
  });
  refuseOtherMethods(app, '/chat/completions', 'POST');
  refuseOtherMethods(app, '/models', 'GET');
  refuseOtherMethods(app, '/models/*', 'GET');
}

/** All other methods that a client may try on a route. */
function refuseOtherMethods(app: FastifyInstance, url: string, allowed: 'GET' | 'POST'): void {
  app.route({
    url,
    method: (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter((method) => method !== allowed),
    handler: (request, reply) =>
      sendFailure(reply.header('allow', allowed), openaiChat, methodNotAllowed(request, allowed)),
  });
}

function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('the route has no caller: its authentication hook did not run');
  return request.caller;
}
