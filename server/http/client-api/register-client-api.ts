import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toFailure } from '../../conversation/failure.ts';
import type { Dialect, Endpoint } from '../../dialects/dialect.ts';
import { dialects } from '../../dialects/index.ts';
import { clientAddress } from '../security/client-address.ts';
import { acceptAnyBody } from './accept-any-body.ts';
import { allowCrossOrigin } from './allow-cross-origin.ts';
import { identifyCaller } from './caller.ts';
import type { Caller, ClientApiServices, ClientHandler } from './client-api.ts';
import { chooseEndpoint, type EndpointGroup, groupEndpoints } from './endpoint-table.ts';
import { createAnswerHandler } from './handle-answer.ts';
import { createCountHandler } from './handle-count.ts';
import { createKeptAnswerHandler } from './handle-kept-answer.ts';
import { createListModelsHandler, createShowModelHandler } from './handle-models.ts';
import { methodNotAllowed, toRequestFailure, unknownRoute } from './request-failure.ts';
import { dialectOf, headOf } from './request-head.ts';
import { sendFailure } from './send-failure.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
    dialect: Dialect | null;
  }
}

/** Registers the endpoints of all dialects under their own paths. */
export async function registerClientApi(app: FastifyInstance, services: ClientApiServices): Promise<void> {
  const groups = groupEndpoints(dialects);
  app.decorateRequest('caller', null);
  app.decorateRequest('dialect', null);
  app.decorateRequest('head', null);
  for (const prefix of new Set(groups.map(({ path }) => prefixOf(path)))) {
    const own = groups.filter(({ path }) => prefixOf(path) === prefix);
    await app.register((scope) => registerPrefix(scope, prefix, own, services), { prefix });
  }
}

/**
 * `/v1` for `/v1/models`. Unknown paths below this prefix get an error in a dialect's format, after the key was
 * checked.
 */
function prefixOf(path: string): string {
  return path.slice(0, path.indexOf('/', 1));
}

async function registerPrefix(
  scope: FastifyInstance,
  prefix: string,
  groups: readonly EndpointGroup[],
  services: ClientApiServices,
): Promise<void> {
  allowCrossOrigin(scope);
  acceptAnyBody(scope, services.bodyBudget);
  const groupOf = new Map(groups.map((group) => [`${group.method} ${group.path}`, group]));
  scope.addHook('onRequest', (request, _reply, done) => {
    const admit = (caller: Caller | null) => {
      request.caller = caller;
      done();
    };
    const refuse = (error: unknown) => done(toFailure(error));
    try {
      const group = groupOf.get(`${request.method} ${request.routeOptions.url}`);
      const head = headOf(request);
      request.dialect = (group && chooseEndpoint(group, head)?.dialect) ?? dialectOf(request);
      const secrets = request.dialect.readKeys(head);
      const caller = request.method === 'OPTIONS' ? null : identifyCaller(secrets, services);
      if (caller instanceof Promise) caller.then(admit, refuse);
      else admit(caller);
    } catch (error) {
      refuse(error);
    }
  });
  scope.setErrorHandler((error, request, reply) => sendFailure(reply, ownDialect(request), toRequestFailure(error)));
  scope.setNotFoundHandler((request, reply) => sendFailure(reply, ownDialect(request), unknownRoute(request)));
  for (const group of groups) {
    const handle = createGroupHandler(group, services);
    scope.route({ method: group.method, url: group.path.slice(prefix.length), handler: handle });
  }
  for (const path of new Set(groups.map((group) => group.path))) {
    refuseOtherMethods(
      scope,
      path.slice(prefix.length),
      groups.filter((group) => group.path === path),
    );
  }
}

function ownDialect(request: FastifyRequest): Dialect {
  return request.dialect ?? dialectOf(request);
}

function createGroupHandler(group: EndpointGroup, services: ClientApiServices) {
  const handlers = new Map(
    group.owners.map(({ dialect, endpoint }) => [endpoint, createHandler(dialect, endpoint, services)]),
  );
  return (request: FastifyRequest, reply: FastifyReply): unknown => {
    const owner = chooseEndpoint(group, headOf(request));
    const handler = owner && handlers.get(owner.endpoint);
    if (handler === undefined) return sendFailure(reply, ownDialect(request), unknownRoute(request));
    const caller = callerOf(request);
    // A request for an answer is recorded when it is refused.
    if (owner?.endpoint.does !== 'answer') caller.checkAddress(clientAddress(request));
    return handler(request, reply, caller);
  };
}

function createHandler(dialect: Dialect, endpoint: Endpoint, services: ClientApiServices): ClientHandler {
  switch (endpoint.does) {
    case 'answer':
      return createAnswerHandler(dialect, endpoint, services);
    case 'count-tokens':
      return createCountHandler(dialect, endpoint, services);
    case 'list-models':
      return createListModelsHandler(dialect, endpoint, services);
    case 'show-model':
      return createShowModelHandler(dialect, endpoint, services);
    case 'show-kept':
    case 'forget-kept':
      return createKeptAnswerHandler(dialect, endpoint, services);
  }
}

/** Rejects the other methods of a path. */
function refuseOtherMethods(scope: FastifyInstance, url: string, groups: readonly EndpointGroup[]): void {
  const taken = new Set<string>(groups.map(({ method }) => method));
  const allowed = [...taken].join(', ');
  scope.route({
    url,
    method: (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter((method) => !taken.has(method)),
    handler: (request, reply) =>
      sendFailure(reply.header('allow', allowed), ownDialect(request), methodNotAllowed(request, allowed)),
  });
}

function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('the route has no caller: its authentication hook did not run');
  return request.caller;
}
