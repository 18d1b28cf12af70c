import { isAddressWithin } from '../lib/network-address.ts';
import type { ApiKey } from './key.ts';
import { LimitFailure } from './limit-failure.ts';

/**
 * Rejects models and addresses that a key may not use.
 *
 * @param models the requested name and the other names of the same model
 * @param address the client's; empty if unknown, which matches no range
 * @throws LimitFailure `permission`
 */
export function checkAccess(key: ApiKey, models: readonly string[], address: string): void {
  if (!isAllowed(key, models)) {
    throw new LimitFailure('permission', `The API key ${key.masked} may not use the model ${models[0]}.`, {
      reason: 'model-not-allowed',
      parameter: 'model',
    });
  }
  checkAddress(key, address);
}

/** @throws LimitFailure `permission` if the key may not be used from this address */
export function checkAddress(key: ApiKey, address: string): void {
  const { addresses } = key.limits;
  if (addresses !== null && !addresses.some((range) => isAddressWithin(address, range))) {
    throw new LimitFailure('permission', `The API key ${key.masked} may not be used from this address.`, {
      reason: 'address-not-allowed',
    });
  }
}

/** @param models the names of one model, as in `checkAccess` */
export function isAllowed({ limits }: ApiKey, models: readonly string[]): boolean {
  const allowed = limits.models;
  return allowed === null || models.some((model) => allowed.includes(model));
}
