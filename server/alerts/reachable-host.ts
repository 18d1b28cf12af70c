import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from '../lib/network-address.ts';

/** A server's name, and an address of it that may be connected to. */
export interface ReachableHost {
  readonly name: string;
  readonly address: string;
  readonly family: 4 | 6;
}

export class AddressNotAllowed extends Error {
  override readonly name = 'AddressNotAllowed';
}

export type LookUp = (name: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const lookUpAll: LookUp = (name) => lookup(name, { all: true, order: 'verbatim' });

/**
 * Looks a host up once, so that what was allowed is what is connected to.
 *
 * @param host a name or an address, IPv6 in brackets or not
 * @throws AddressNotAllowed when it has, or may have, an address of a private network, and those are not allowed
 */
export async function findReachableHost(
  host: string,
  allowPrivate: boolean,
  lookUp = lookUpAll,
): Promise<ReachableHost> {
  const name = host.replace(/^\[|\]$/g, '');
  const found = isIP(name) === 0 ? await lookUp(name) : [{ address: name, family: isIP(name) }];
  const [first] = found;
  if (first === undefined) throw new Error(`${name} has no address`);
  if (!allowPrivate && !found.every(({ address }) => isPublicAddress(address))) {
    throw new AddressNotAllowed(`${name} is an address of a private network, which is not allowed`);
  }
  return { name, address: first.address, family: first.family === 6 ? 6 : 4 };
}
