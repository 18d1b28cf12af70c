import type { FastifyRequest } from 'fastify';
import { isAddressWithin, isLoopback, readAddress } from '../../lib/network-address.ts';

/** `TRUST_PROXY`: all, none, a number of proxies, or addresses, ranges and named ranges. */
export type TrustProxy = boolean | number | string;

const namedRanges: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]);

/**
 * Converts the setting to Fastify's `trustProxy`: which proxies to believe about the client's address.
 *
 * @returns a function of an address, in any notation, and its number of hops from the gateway
 */
export function createTrust(setting: TrustProxy): boolean | ((address: string, hop: number) => boolean) {
  if (typeof setting === 'boolean') return setting;
  // After this many hops, the address is the one that the outermost trusted proxy saw.
  if (typeof setting === 'number') return (_address, hop) => hop < setting;
  const ranges = setting.split(',').flatMap((name) => namedRanges.get(name.trim()) ?? [name.trim()]);
  return (address) => ranges.some((range) => isAddressWithin(address, range));
}

/** The client's address as reported by trusted proxies; empty if they report no valid address. */
export function clientAddress(request: FastifyRequest): string {
  return readAddress(request.ip) ?? '';
}

/** Headers that proxies add to forwarded requests. */
const forwardingHeaders = [
  'x-forwarded-for',
  'forwarded',
  'via',
  'x-real-ip',
  'x-forwarded-host',
  'x-forwarded-proto',
  'cf-connecting-ip',
  'true-client-ip',
];

/** True for requests from this machine, unless a local proxy forwarded them. */
export function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  return isLoopback(socket.remoteAddress) && forwardingHeaders.every((name) => headers[name] === undefined);
}
