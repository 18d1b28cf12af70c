import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLocalName } from '../../lib/network-address.ts';

export interface HostRules {
  /** Whether the gateway listens on loopback only. */
  readonly isLocal: boolean;
  /** `host:port` of `PUBLIC_URL`. */
  readonly publicHost: string | undefined;
}

/**
 * Rejects requests that are not meant for this gateway.
 *
 * A gateway that listens on loopback only accepts loopback host names and `PUBLIC_URL`. Otherwise any web page could
 * point its own host name to 127.0.0.1 (DNS rebinding) and call the API as same-origin. Two `Host` headers are rejected
 * because a proxy may use another one than the gateway (RFC 9112, section 3.2).
 */
export function checkHost(app: FastifyInstance, { isLocal, publicHost }: HostRules): void {
  app.addHook('onRequest', (request, reply, done) => {
    const host = readHost(request);
    if (host === undefined) refuse(reply, 400, 'A request needs exactly one Host header.');
    else if (isLocal && host !== '' && host !== publicHost && !isLocalName(withoutPort(host))) {
      refuse(
        reply,
        421,
        `This gateway does not accept the host name ${host.slice(0, 100)}. To use it, set PUBLIC_URL.`,
      );
    } else done();
  });
}

/**
 * @returns the host of an absolute target, which takes precedence (RFC 9112, section 3.2.2), or else the only `Host`; empty
 *   if HTTP/1.0 omits it; undefined if it is missing or repeated
 */
function readHost({ raw, headers, originalUrl }: FastifyRequest): string | undefined {
  const hosts = countHosts(raw.rawHeaders);
  if (hosts > 1 || (hosts === 0 && raw.httpVersion !== '1.0')) return undefined;
  const absolute = originalUrl.startsWith('/') ? undefined : /^https?:\/\/([^/?#]*)/i.exec(originalUrl)?.[1];
  return absolute ?? headers.host ?? '';
}

/** @param headers alternating names and values */
function countHosts(headers: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

const withoutPort = (host: string) => host.replace(/:\d+$/, '');

function refuse(reply: FastifyReply, status: number, message: string): void {
  reply.code(status).send({ error: { message, type: 'invalid_request_error', param: null, code: null } });
}
