import { hash, randomBytes } from 'node:crypto';
import { maskSecret } from '../lib/mask-secret.ts';

/** Generates an API key: `sk-` and 32 random bytes; 46 characters that never need quoting. */
export function generateKeySecret(random: (size: number) => Buffer = randomBytes): string {
  return `sk-${random(32).toString('base64url')}`;
}

/** The lookup hash of a key: hex SHA-256. A secret with 256 random bits does not need a slow hash. */
export function hashKeySecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** Like `sk-Ab…yz12`. */
export const maskKeySecret = (secret: string) => maskSecret(secret, 5);
