import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PublicUrl } from '../../lib/public-url.ts';
import { cookieAttributes } from './cookie-attributes.ts';

/** Read and written by `@fastify/cookie`, which the scope must register. */
const name = 'atlassian_proxy_session';

/** The session token that the browser sent. */
export function readSessionCookie(request: FastifyRequest): string | undefined {
  return request.cookies[name];
}

export interface SessionCookie {
  readonly token: string;
  /** When the session expires at the latest; milliseconds since the epoch. */
  readonly expiresAt: number;
}

export function writeSessionCookie(
  reply: FastifyReply,
  { token, expiresAt }: SessionCookie,
  publicUrl: PublicUrl | undefined,
): void {
  reply.setCookie(name, token, { ...cookieAttributes(reply.request, publicUrl), expires: new Date(expiresAt) });
}

export function clearSessionCookie(reply: FastifyReply, publicUrl: PublicUrl | undefined): void {
  reply.clearCookie(name, cookieAttributes(reply.request, publicUrl));
}
