import ipaddr from 'ipaddr.js';
import type { ApiKey } from './key.ts';
import { LimitFailure } from './limit-failure.ts';

/**
 * Refuses models and addresses that a key is not for.
 *
 * @param models the id that was asked for and the other names of the same model
 * @param address the client's, IPv4-mapped or not
 * @throws LimitFailure `permission`
 */
export function checkAccess(key: ApiKey, models: readonly string[], address: string): void {
  const { addresses } = key.limits;
  if (!isAllowed(key, models)) {
    throw new LimitFailure('permission', `The API key ${key.masked} may not use the model ${models[0]}.`, {
      reason: 'model-not-allowed',
      parameter: 'model',
    });
  }
  if (addresses !== null && !addresses.some((range) => isWithin(address, range))) {
    throw new LimitFailure('permission', `The API key ${key.masked} may not be used from this address.`, {
      reason: 'address-not-allowed',
    });
  }
}

/** @param models the names of one model, as above */
export function isAllowed({ limits }: ApiKey, models: readonly string[]): boolean {
  const allowed = limits.models;
  return allowed === null || models.some((model) => allowed.includes(model));
}

/** @param range an address or a CIDR range */
function isWithin(address: string, range: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const [network, length] = ipaddr.isValid(range) ? hostRange(range) : ipaddr.parseCIDR(range);
  const [plainNetwork, plainLength] = unmap(network, length);
  const client = ipaddr.process(address);
  return client.kind() === plainNetwork.kind() && client.match(plainNetwork, plainLength);
}

function hostRange(address: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const host = ipaddr.process(address);
  return [host, host.kind() === 'ipv4' ? 32 : 128];
}

/** `::ffff:10.0.0.0/104` means 10.0.0.0/8. */
function unmap(network: ipaddr.IPv4 | ipaddr.IPv6, length: number): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const isMapped = network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && length >= 96;
  return isMapped ? [network.toIPv4Address(), length - 96] : [network, length];
}
