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

/** Seals strings so that only the holder of the secret key reads them. */
export interface Vault {
  /**
   * @param purpose what the text is and whose, such as `credential.token:<id>`: bound to the sealed text, so that one
   *   row's secret cannot be put into another's place
   * @returns `v1.` and base64url of nonce, ciphertext and tag; no two sealings are alike
   */
  seal(text: string, purpose: string): string;
  /** @throws SealBroken when the key or the purpose is another, or the text was changed */
  open(sealed: string, purpose: string): string;
}

export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

const version = 'v1.';
const nonceLength = 12;
const tagLength = 16;

/** AES-256-GCM under a 32-byte key, with a random 96-bit nonce for each sealing. */
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
        throw new SealBroken('The sealed text does not fit the secret key.', { cause });
      }
    },
  };
}

/** A 32-byte key for one purpose alone (HKDF-SHA-256), from which the first one cannot be learnt. */
export function deriveKey(key: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `atlassian-proxy ${purpose}`, 32)));
}

/** For looking up secrets of high entropy; a password needs argon2id instead. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** URL-safe and without padding: 32 bytes give 43 characters. */
export function randomToken(byteLength = 32): string {
  return randomBytes(byteLength).toString('base64url');
}

/** Lower-case letters and digits that no font confuses: no `0 o 1 l i`. */
const readableAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password to be read off a log and typed once: `x7kq-9mtw-…`, four groups of five, 99 bits. */
export function randomPassword(): string {
  const group = () => Array.from({ length: 5 }, () => readableAlphabet[randomInt(readableAlphabet.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
