import type { FastifyRequest } from 'fastify';
import { isAddressWithin, isLoopback, readAddress } from '../../lib/network-address.ts';

/** `TRUST_PROXY`: all, none, a number of proxies, or their addresses, ranges and these names of ranges. */
export type TrustProxy = boolean | number | string;

const namedRanges: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]);

/**
 * Whom Fastify believes when it says whom it forwards: its `trustProxy`.
 *
 * @returns a function of an address in whatever form, and of how many hops back it is
 */
export function createTrust(setting: TrustProxy): boolean | ((address: string, hop: number) => boolean) {
  if (typeof setting === 'boolean') return setting;
  // Counting this many hops back, the address is the one that the nearest trusted proxy saw.
  if (typeof setting === 'number') return (_address, hop) => hop < setting;
  const ranges = setting.split(',').flatMap((name) => namedRanges.get(name.trim()) ?? [name.trim()]);
  return (address) => ranges.some((range) => isAddressWithin(address, range));
}

/** The client's address as reported by trusted proxies; empty when they report no valid address. */
export function clientAddress(request: FastifyRequest): string {
  return readAddress(request.ip) ?? '';
}

/** The headers in which proxies say for whom they ask, and that they do. */
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

/** True for what this very machine asks, and no proxy on it for somebody else. */
export function cameFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  return isLoopback(socket.remoteAddress) && forwardingHeaders.every((name) => headers[name] === undefined);
}
