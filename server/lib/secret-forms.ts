import { Buffer } from 'node:buffer';

/** Shorter secrets would mask ordinary words; nothing that short is a token. */
const shortestSecret = 6;

/** How a secret may be written. Text is searched for these as it is, and again with its escapes undone, and its white space. */
export interface SecretForms {
  /** As it is, escaped once (a secret may itself look like an escape), and in hexadecimal. */
  readonly plain: readonly string[];
  /**
   * In base64 and base64url, wherever it may begin in what was encoded: the characters that the secret alone decides. More
   * of the same encoding may stand on both sides.
   */
  readonly base64: readonly string[];
}

/** More than the number of secrets in a usual pool. */
const mostKept = 1024;
const kept = new Map<string, SecretForms>();

/** @returns undefined for what is too short to be a secret */
export function formsOfSecret(secret: string): SecretForms | undefined {
  if (secret.length < shortestSecret) return undefined;
  const known = kept.get(secret);
  if (known !== undefined) return known;
  const forms = createForms(secret);
  if (kept.size >= mostKept) kept.clear();
  kept.set(secret, forms);
  return forms;
}

function createForms(secret: string): SecretForms {
  const hex = Buffer.from(secret, 'utf8').toString('hex');
  const packed = secret.replaceAll(/\s+/g, '');
  const whole = packed.length < shortestSecret ? [] : [packed];
  const escaped = [encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
  const base64 = [0, 1, 2].map((shift) => encodeShifted(secret, shift));
  const base64url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return {
    plain: [...new Set([secret, ...whole, ...escaped, hex, hex.toUpperCase()])],
    base64: [...new Set([...base64, ...base64url])],
  };
}

/** @param shift how many bytes stand before the secret in the first group of three */
function encodeShifted(secret: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret, 'utf8')]);
  const first = Math.ceil((shift * 8) / 6);
  return bytes.toString('base64').slice(first, Math.floor((bytes.length * 8) / 6));
}
