import { type Argon2Parameters, argon2, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * OWASP's argon2id recommendation (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html):
 * 19 MiB, two passes, one lane.
 */
const recommended = { memory: 19_456, passes: 2, parallelism: 1 };
const tagLength = 32;
const argon2Version = 19;

const derive = promisify((parameters: Argon2Parameters, done: (error: Error | null, tag?: Buffer) => void) =>
  argon2('argon2id', parameters, done),
);

/** @returns an argon2id hash as a PHC string, with a random salt. Runs in the thread pool */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive({ ...recommended, nonce, tagLength, message: password });
  if (tag === undefined) throw new Error('argon2 returned no result');
  const { memory, passes, parallelism } = recommended;
  return `$argon2id$v=${argon2Version}$m=${memory},t=${passes},p=${parallelism}$${encode(nonce)}$${encode(tag)}`;
}

const importedPrefix = '$sha256$';
const spentPrefix = '$spent';

/** How an imported password is stored until its single login. @param sha256 hex, unsalted */
export const toImportedHash = (sha256: string) => importedPrefix + sha256;
export const isImportedHash = (stored: string) => stored.startsWith(importedPrefix);
/**
 * How an imported password is stored after its single login. It is still accepted as the current password when it is
 * changed. @param phc result of `hashPassword`
 */
export const toSpentHash = (phc: string) => spentPrefix + phc;
export const isSpentHash = (stored: string) => stored.startsWith(spentPrefix);

/**
 * Verifies in constant time, with the parameters from the hash.
 * @param stored result of `hashPassword`, `toImportedHash` or `toSpentHash`
 * @throws Error if it is none of these
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  if (isImportedHash(stored)) {
    const expected = Buffer.from(stored.slice(importedPrefix.length), 'hex');
    const actual = hash('sha256', password, 'buffer');
    return expected.length === actual.length && timingSafeEqual(actual, expected);
  }
  const phc = isSpentHash(stored) ? stored.slice(spentPrefix.length) : stored;
  const { nonce, tag, ...parameters } = readPhc(phc);
  const actual = await derive({ ...parameters, nonce, tagLength: tag.length, message: password });
  return actual !== undefined && timingSafeEqual(actual, tag);
}

function readPhc(phc: string) {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc);
  if (match === null) throw new Error('the stored password hash is damaged');
  const [, memory, passes, parallelism, nonce = '', tag = ''] = match;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(nonce, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

/** Base64 without padding, as in PHC strings. */
const encode = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
