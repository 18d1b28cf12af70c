import type { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { errorCodes, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type JsonLimits, JsonScanner, JsonTooLarge } from '../../lib/json-scanner.ts';
import { abortedWhenClosed } from '../aborted-when-closed.ts';
import { CollectedBytes } from '../collected-bytes.ts';
import { sendContinue } from '../expect-continue.ts';
import { clientAddress } from '../security/client-address.ts';
import type { AdminCall } from './admin-call.ts';
import { AdminFailure } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';
import { bindAlertRoutes } from './alert-routes.ts';
import { bindBackupRoutes } from './backup-routes.ts';
import type { BoundRoute } from './bind-route.ts';
import { bindCredentialRoutes } from './credential-routes.ts';
import { bindDoctorRoutes } from './doctor-routes.ts';
import { guardAdminScope, sessionOf } from './guard.ts';
import { bindImportRoutes } from './import-routes.ts';
import { bindKeyRoutes } from './key-routes.ts';
import { bindModelRoutes } from './model-routes.ts';
import { bindRequestRoutes } from './request-routes.ts';
import { bindSessionRoutes } from './session-routes.ts';
import { bindSettingsRoutes } from './settings-routes.ts';
import { bindStatusRoutes } from './status-routes.ts';
import { bindUsageRoutes } from './usage-routes.ts';

/** Maximum body size in bytes. A few routes allow more. */
const bodyLimit = 65_536;

/** The admin API, to be registered under `adminApiPrefix`. Binds the contract's routes to their handlers. */
export async function registerAdminApi(scope: FastifyInstance, services: AdminServices): Promise<void> {
  await guardAdminScope(scope, services);
  acceptOnlyJson(scope);
  const routes = [
    ...bindSessionRoutes(services),
    ...bindStatusRoutes(services),
    ...bindCredentialRoutes(services),
    ...bindKeyRoutes(services),
    ...bindModelRoutes(services),
    ...bindUsageRoutes(services),
    ...bindRequestRoutes(services),
    ...bindSettingsRoutes(services),
    ...bindBackupRoutes(services),
    ...bindImportRoutes(services),
    ...bindDoctorRoutes(services),
    ...bindAlertRoutes(services),
  ];
  for (const bound of routes) addRoute(scope, services, bound);
  refuseOtherPaths(scope);
}

/** Without this, the console's catch-all route one level up would respond with its page. */
function refuseOtherPaths(scope: FastifyInstance): void {
  for (const url of ['/', '/*']) {
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      handler: async () => {
        throw new AdminFailure('not_found', 'The admin API has no such call.');
      },
    });
  }
}

function addRoute(scope: FastifyInstance, services: AdminServices, bound: BoundRoute): void {
  const { method, path, access = 'admin' } = bound.route;
  scope.route({
    method,
    url: path,
    bodyLimit: bound.bodyLimit ?? bodyLimit,
    config: { adminAccess: access },
    handler: async (request, reply) => {
      // Logins are allowed: they only need memory.
      if (method !== 'GET' && access !== 'public' && !bound.isReadOnly) await services.requireStorage();
      const result = await bound.handle(createCall(services, request, reply));
      return result === undefined ? reply.code(204).send() : reply.send(result);
    },
  });
}

function createCall(
  services: AdminServices,
  request: FastifyRequest,
  reply: FastifyReply,
): AdminCall<unknown, unknown, unknown> {
  const address = clientAddress(request);
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    address,
    userAgent: request.headers['user-agent'] ?? '',
    session: sessionOf(request),
    signal: abortedWhenClosed(reply),
    request,
    reply,
    audit: (action, target = '', detail = '') => services.admin.audit.record({ action, target, detail, address }),
  };
}

/**
 * Rejects forms, which any page may send cross-origin without a preflight. An empty body is accepted with any content
 * type.
 */
function acceptOnlyJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addHook('preParsing', (request, reply, _payload, done) => {
    sendContinue(request, reply);
    done();
  });
  const parse = scope.getDefaultJsonParser('remove', 'remove');
  scope.addContentTypeParser('application/json', (request: FastifyRequest, payload: Readable, done) => {
    const { bodyLimit: limit } = request.routeOptions;
    readAtMost(payload, limit, Number(request.headers['content-length'] ?? 0)).then((body) => {
      if (body.length === 0) done(null, undefined);
      else if (!isSmallEnough(body)) done(new AdminFailure('invalid_input', 'The body has too many JSON values.'));
      else parse(request, body.toString(), done);
    }, done);
  });
}

/** Like Fastify's own reading, but it does not keep a buffer for each byte that arrives alone. */
function readAtMost(payload: Readable, limit: number, declaredLength: number): Promise<Buffer> {
  if (declaredLength > limit) return Promise.reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
  const bytes = new CollectedBytes();
  return new Promise((resolve, reject) => {
    const onChunk = (chunk: Buffer) => {
      bytes.add(chunk);
      if (bytes.length <= limit) return;
      payload.off('data', onChunk);
      payload.resume();
      reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
    };
    payload.on('data', onChunk);
    payload.on('end', () => resolve(bytes.concat()));
    payload.on('error', reject);
  });
}

/** Even imports contain few values, because files are long strings. */
const jsonLimits: JsonLimits = { values: 10_000, members: 10_000, levels: 100 };

/** Parsing 30 MB of small values would block the event loop for seconds. */
function isSmallEnough(body: Buffer): boolean {
  try {
    new JsonScanner(jsonLimits).scan(body);
    return true;
  } catch (error) {
    if (error instanceof JsonTooLarge) return false;
    throw error;
  }
}
