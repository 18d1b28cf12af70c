import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '../../../contract/route.ts';
import type { Admin } from '../../admin/admin.ts';
import type { StoredSession } from '../../admin/admin-store.ts';
import { createConsoleCookies } from '../security/console-cookies.ts';
import { secureApi } from '../security/headers.ts';
import { isOwnOrigin } from '../security/origin.ts';
import { AdminFailure, encodeFailure, statusOf, toAdminFailure } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call a route of the admin API. Default: a logged-in admin who need not change the password. */
    adminAccess?: Route['access'];
  }
}

const sessions = new WeakMap<FastifyRequest, StoredSession>();

/** The session that the guard found for this request. */
export function sessionOf(request: FastifyRequest): StoredSession | undefined {
  return sessions.get(request);
}

/**
 * Requires an admin session for every path of a scope, with or without a route, before the body is read. Errors have
 * the contract's format.
 */
export async function guardAdminScope(
  scope: FastifyInstance,
  services: Pick<AdminServices, 'refresh' | 'publicUrl'> & {
    readonly admin: Pick<Admin, 'account' | 'devices' | 'sessions'>;
  },
): Promise<void> {
  const { admin, refresh, publicUrl } = services;
  const cookies = createConsoleCookies(admin.devices, publicUrl);
  await scope.register(cookie);
  secureApi(scope);
  scope.addHook('onRequest', async (request) => {
    if (!isOwnOrigin(readOrigin(request), publicUrl?.origin)) {
      const hint = 'If this is the console behind a proxy, set PUBLIC_URL to the address in the browser.';
      throw new AdminFailure('forbidden_origin', `Calls from other sites are rejected. ${hint}`);
    }
    const token = cookies.readSession(request);
    const access = request.is404 ? 'admin' : (request.routeOptions.config.adminAccess ?? 'admin');
    let session = token === undefined ? undefined : admin.sessions.findByToken(token);
    if (token !== undefined && session === undefined && access !== 'public') {
      // The session may have been created or renewed by another replica.
      await refresh();
      session = admin.sessions.findByToken(token);
    }
    if (session !== undefined) sessions.set(request, session);
    if (access === 'public') return;
    if (session === undefined) throw new AdminFailure('unauthenticated', 'Log in first.');
    if (access === 'admin' && admin.account.passwordChangeRequired()) {
      throw new AdminFailure('password_change_required', 'Change the password first.');
    }
  });
  scope.setErrorHandler((error, request, reply) => sendAdminFailure(request, reply, error));
  scope.setNotFoundHandler((request, reply) =>
    sendAdminFailure(request, reply, new AdminFailure('not_found', 'The admin API has no such call.')),
  );
}

function readOrigin(request: FastifyRequest) {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  return {
    method: request.method,
    host: request.host,
    origin,
    secFetchSite: Array.isArray(site) ? site.join() : site,
  };
}

function sendAdminFailure(request: FastifyRequest, reply: FastifyReply, thrown: unknown): void {
  const failure = toAdminFailure(thrown);
  if (failure.code === 'internal') {
    request.log.error({ requestId: request.id, err: failure.cause ?? failure }, 'an admin call failed');
  }
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', Math.ceil(failure.retryAfterSeconds));
  reply.code(statusOf(failure)).send(encodeFailure(failure));
}
