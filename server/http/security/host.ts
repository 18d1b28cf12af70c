import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLocalName } from '../../lib/network-address.ts';

export interface HostRules {
  /** The gateway listens where only its own machine comes. */
  readonly isLocal: boolean;
  /** `host:port` of `PUBLIC_URL`. */
  readonly publicHost: string | undefined;
}

/**
 * Refuses requests that are not meant for this gateway.
 *
 * A gateway on its owner's machine answers to names of that machine alone, and to `PUBLIC_URL`: otherwise any web page could
 * give its own name the address 127.0.0.1 (DNS rebinding), and its scripts would be taken for the console's. Two `Host` headers
 * may mean another host to a proxy than to the gateway (RFC 9112, section 3.2).
 */
export function checkHost(app: FastifyInstance, { isLocal, publicHost }: HostRules): void {
  app.addHook('onRequest', (request, reply, done) => {
    const host = readHost(request);
    if (host === undefined) refuse(reply, 400, 'A request needs one Host header, and one only.');
    else if (isLocal && host !== '' && host !== publicHost && !isLocalName(withoutPort(host))) {
      refuse(reply, 421, `This gateway is not ${host.slice(0, 100)}: to reach it by that name, set PUBLIC_URL.`);
    } else done();
  });
}

/** @returns the only `Host`; empty where HTTP/1.0 needs none; undefined when there are several, or none */
function readHost({ raw, headers }: FastifyRequest): string | undefined {
  const { host } = headers;
  if (host === undefined) return raw.httpVersion === '1.0' ? '' : undefined;
  return countHosts(raw.rawHeaders) > 1 ? undefined : host;
}

/** @param headers names and values by turns */
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
