import { Buffer } from 'node:buffer';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  randomInt,
} from 'node:crypto';

/** Encrypts strings with the secret key. */
export interface Vault {
  /**
   * @param purpose what the text is and whom it belongs to, such as `credential.token:<id>`. It is authenticated, so
   * that a secret cannot be moved to another row
   * @returns `v1.` and base64url of nonce, ciphertext and tag; different on every call
   */
  seal(text: string, purpose: string): string;
  /** @throws SealBroken if the key or the purpose differs, or the text was modified */
  open(sealed: string, purpose: string): string;
}

export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

const version = 'v1.';
const nonceLength = 12;
const tagLength = 16;

/** AES-256-GCM with a 32-byte key and a random 96-bit nonce per call. */
export function createVault(key: KeyObject): Vault {
  return {
    seal(text, purpose) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
      cipher.setAAD(Buffer.from(purpose, 'utf8'));
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return version + Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64url');
    },
    open(sealed, purpose) {
      if (!sealed.startsWith(version)) throw new SealBroken('The sealed text has an unknown format.');
      const bytes = Buffer.from(sealed.slice(version.length), 'base64url');
      if (bytes.length < nonceLength + tagLength) throw new SealBroken('The sealed text is too short.');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength), {
        authTagLength: tagLength,
      });
      decipher.setAAD(Buffer.from(purpose, 'utf8'));
      decipher.setAuthTag(bytes.subarray(-tagLength));
      try {
        const text = decipher.update(bytes.subarray(nonceLength, -tagLength));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new SealBroken('The sealed text does not match the secret key.', { cause });
      }
    },
  };
}

/** Derives a 32-byte key for one purpose (HKDF-SHA-256). It does not reveal the original key. */
export function deriveKey(key: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `atlassian-proxy ${purpose}`, 32)));
}

/** For looking up high-entropy secrets. Passwords need argon2id instead. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** URL-safe, without padding: 32 bytes give 43 characters. */
export function randomToken(byteLength = 32): string {
  return randomBytes(byteLength).toString('base64url');
}

/** Lower-case letters and digits without easily confused ones: no `0 o 1 l i`. */
const readableAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password to copy from the log and type once: `x7kq-9mtw-…`, four groups of five, 99 bits. */
export function randomPassword(): string {
  const group = () => Array.from({ length: 5 }, () => readableAlphabet[randomInt(readableAlphabet.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
