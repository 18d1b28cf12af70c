import { Buffer } from 'node:buffer';

/** Shorter texts are not masked, because they would match ordinary words. No token is that short. */
const minSecretLength = 6;

/**
 * The forms in which a secret may appear. They are searched in the text itself, with escapes decoded, and without white
 * space.
 */
export interface SecretForms {
  /** As is, escaped once (a secret may itself look like an escape), and in hexadecimal. */
  readonly plain: readonly string[];
  /**
   * In base64 and base64url at every alignment: the characters that are determined by the secret alone. They may be
   * surrounded by more base64.
   */
  readonly base64: readonly string[];
}

/** More than the number of secrets in a typical pool. */
const maxCachedSecrets = 1024;
const kept = new Map<string, SecretForms>();

/** @returns undefined if the text is too short for a secret */
export function formsOfSecret(secret: string): SecretForms | undefined {
  if (secret.length < minSecretLength) return undefined;
  const known = kept.get(secret);
  if (known !== undefined) return known;
  const forms = createForms(secret);
  if (kept.size >= maxCachedSecrets) kept.clear();
  kept.set(secret, forms);
  return forms;
}

function createForms(secret: string): SecretForms {
  const hex = Buffer.from(secret, 'utf8').toString('hex');
  const packed = secret.replaceAll(/\s+/g, '');
  const whole = packed.length < minSecretLength ? [] : [packed];
  const escaped = [encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
  const base64 = [0, 1, 2].map((shift) => encodeShifted(secret, shift));
  const base64url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return {
    plain: [...new Set([secret, ...whole, ...escaped, hex, hex.toUpperCase()])],
    base64: [...new Set([...base64, ...base64url])],
  };
}

/** @param shift number of bytes before the secret in the first group of three */
function encodeShifted(secret: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret, 'utf8')]);
  const first = Math.ceil((shift * 8) / 6);
  return bytes.toString('base64').slice(first, Math.floor((bytes.length * 8) / 6));
}
