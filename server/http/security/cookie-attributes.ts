import type { FastifyRequest } from 'fastify';
import type { PublicUrl } from '../../lib/public-url.ts';

/**
 * Attributes of the console's cookies: only for the console and its API, never sent cross-site, not readable by
 * scripts. `Secure` if the request came over TLS according to a trusted proxy or `PUBLIC_URL`.
 */
export function cookieAttributes(request: FastifyRequest, publicUrl: PublicUrl | undefined) {
  const isKnownSecure = publicUrl?.isSecure === true && publicUrl.host === request.host;
  return {
    path: `${publicUrl?.basePath ?? ''}/admin`,
    httpOnly: true,
    sameSite: 'strict',
    secure: isKnownSecure ? true : 'auto',
  } as const;
}
