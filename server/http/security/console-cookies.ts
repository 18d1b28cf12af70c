import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deviceLifetime, type KnownDevices } from '../../admin/known-devices.ts';
import type { PublicUrl } from '../../lib/public-url.ts';

export interface SessionCookie {
  readonly token: string;
  /** When the session expires at the latest; milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The console's cookies. The scope must register `@fastify/cookie`. */
export interface ConsoleCookies {
  /** The session token that the browser sent. */
  readSession(request: FastifyRequest): string | undefined;
  writeSession(reply: FastifyReply, session: SessionCookie): void;
  clearSession(reply: FastifyReply): void;
  /** @returns the id of a device that has logged in before */
  readDevice(request: FastifyRequest): string | undefined;
  writeDevice(reply: FastifyReply): void;
}

/**
 * Browsers send cookies to every port of a host. The names contain the issuer, so that logging in to one of several
 * gateways on a machine does not log out of the others.
 */
export function createConsoleCookies(devices: KnownDevices, publicUrl: PublicUrl | undefined): ConsoleCookies {
  const session = `atlassian_proxy_session_${devices.issuer}`;
  /**
   * Outlives sessions and logouts. It grants no access; it only exempts the admin's devices from the rate limit that
   * strangers' login attempts exhaust.
   */
  const device = `atlassian_proxy_device_${devices.issuer}`;
  return {
    readSession: ({ cookies }) => cookies[session],
    writeSession(reply, { token, expiresAt }) {
      reply.setCookie(session, token, { ...attributesOf(reply.request, publicUrl), expires: new Date(expiresAt) });
    },
    clearSession(reply) {
      reply.clearCookie(session, attributesOf(reply.request, publicUrl));
    },
    readDevice({ cookies }) {
      const cookie = cookies[device];
      return cookie === undefined ? undefined : devices.read(cookie);
    },
    writeDevice(reply) {
      const attributes = attributesOf(reply.request, publicUrl);
      reply.setCookie(device, devices.issue(), { ...attributes, maxAge: deviceLifetime / 1000 });
    },
  };
}

/**
 * Only for the console and its API, never sent cross-site, not readable by scripts. `Secure` if the request came over TLS
 * according to a trusted proxy or `PUBLIC_URL`.
 */
function attributesOf(request: FastifyRequest, publicUrl: PublicUrl | undefined) {
  const isKnownSecure = publicUrl?.isSecure === true && publicUrl.host === request.host;
  return {
    path: `${publicUrl?.basePath ?? ''}/admin`,
    httpOnly: true,
    sameSite: 'strict',
    secure: isKnownSecure ? true : 'auto',
  } as const;
}
