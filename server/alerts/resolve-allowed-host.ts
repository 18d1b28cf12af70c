import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from '../lib/network-address.ts';

/** A server's host name and the addresses that may be connected to, at least one. */
export interface AllowedHost {
  readonly name: string;
  readonly addresses: readonly AllowedAddress[];
}

export interface AllowedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

export class AddressNotAllowed extends Error {
  override readonly name = 'AddressNotAllowed';
}

export type LookUp = (name: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const lookUpAll: LookUp = (name) => lookup(name, { all: true, order: 'verbatim' });

/**
 * Resolves a host once, so that the addresses that were checked are also the ones that are used.
 *
 * @param host a name or an address, IPv6 with or without brackets
 * @throws AddressNotAllowed if it resolves, or may resolve, to a private address and those are not allowed
 */
export async function resolveAllowedHost(
  host: string,
  allowPrivate: boolean,
  lookUp = lookUpAll,
): Promise<AllowedHost> {
  const name = host.replace(/^\[|\]$/g, '');
  const found = isIP(name) === 0 ? await lookUp(name) : [{ address: name, family: isIP(name) }];
  if (found.length === 0) throw new Error(`${name} has no address`);
  if (!allowPrivate && !found.every(({ address }) => isPublicAddress(address))) {
    throw new AddressNotAllowed(`${name} is an address in a private network, which is not allowed`);
  }
  return { name, addresses: found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 })) };
}
