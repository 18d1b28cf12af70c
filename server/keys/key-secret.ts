import { hash, randomBytes } from 'node:crypto';

/** A new API key: `sk-` and 32 random bytes, 46 characters that need no quoting anywhere. */
export function generateKeySecret(random: (size: number) => Buffer = randomBytes): string {
  return `sk-${random(32).toString('base64url')}`;
}

/** What a key is looked up by: hex SHA-256. With 256 random bits behind it, no slower hash is called for. */
export function hashKeySecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** `sk-Ab…yz12`: enough to tell keys apart. What is too short to lose most of itself is hidden whole. */
export function maskKeySecret(secret: string): string {
  return secret.length < 20 ? '…' : `${secret.slice(0, 5)}…${secret.slice(-4)}`;
}
