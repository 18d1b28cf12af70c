import type { FastifyRequest } from 'fastify';
import type { PublicUrl } from '../../lib/public-url.ts';

/**
 * How the console's cookies are set: sent to the console and its API only, never with another site's requests, out of scripts'
 * reach; over TLS alone when the request came so, by the word of a trusted proxy or of `PUBLIC_URL`.
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
