import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Read and written by `@fastify/cookie`, which the scope has to register. */
const name = 'atlassian_proxy_session';

/**
 * Sent to the console and its API only, never with another site's requests, out of scripts' reach; over TLS alone when
 * the request came so, by the word of a trusted proxy too.
 */
const attributes = { path: '/admin', httpOnly: true, sameSite: 'strict', secure: 'auto' } as const;

/** The session's secret as the browser sent it. */
export function readSessionCookie(request: FastifyRequest): string | undefined {
  return request.cookies[name];
}

/** @param expiresAt the session's end at the latest, in milliseconds since the epoch */
export function writeSessionCookie(reply: FastifyReply, token: string, expiresAt: number): void {
  reply.setCookie(name, token, { ...attributes, expires: new Date(expiresAt) });
}

export function clearSessionCookie(reply: FastifyReply): void {
  reply.clearCookie(name, attributes);
}
