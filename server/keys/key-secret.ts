import { hash, randomBytes } from 'node:crypto';
import { maskSecret } from '../lib/mask-secret.ts';

/** A new API key: `sk-` and 32 random bytes, 46 characters that need no quoting anywhere. */
export function generateKeySecret(random: (size: number) => Buffer = randomBytes): string {
  return `sk-${random(32).toString('base64url')}`;
}

/** What a key is looked up by: hex SHA-256. A secret of 256 random bits needs no slower hash. */
export function hashKeySecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** `sk-Ab…yz12`. */
export const maskKeySecret = (secret: string) => maskSecret(secret, 5);
