import { withoutUndefined } from '../lib/without-undefined.ts';
import {
  type CredentialFields,
  type ImportedCredential,
  isCredential,
  readCredential,
} from '../pool/import-credentials.ts';

/** The program that wrote a file. */
export type ImportKind =
  | 'go-database'
  | 'environment'
  | 'auth-file'
  | 'proxy-configuration'
  | 'credential-json'
  | 'router-configuration'
  | 'lines';

/** An item found in a file. `place` is its position in the file, without secrets. */
export type FoundItem =
  | {
      readonly type: 'credential';
      readonly place: string;
      readonly credential: ImportedCredential;
      /** A sentence about what will not be imported. */
      readonly note?: string;
    }
  | { readonly type: 'key'; readonly place: string; readonly secret: string }
  /** Hex SHA-256, unsalted. */
  | { readonly type: 'password'; readonly place: string; readonly sha256: string }
  | {
      readonly type: 'invalid';
      readonly place: string;
      readonly what: 'credential' | 'key' | 'password';
      readonly message: string;
      readonly email?: string;
    };

/** A file to import. */
export interface SourceFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The items in a file, or a one-line message why it cannot be read, without any of its content. */
export type ReadFile =
  | { readonly file: string; readonly kind: ImportKind; readonly items: readonly FoundItem[] }
  | { readonly file: string; readonly kind: undefined; readonly message: string };

/** A file that cannot be read at all. The message is a sentence without any of its content. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

const minKeyLength = 8;
const maxKeyLength = 512;

export function foundCredential(place: string, fields: CredentialFields, note?: string): FoundItem {
  const read = readCredential(fields);
  if (isCredential(read)) return { type: 'credential', place, credential: read, ...withoutUndefined({ note }) };
  return { type: 'invalid', what: 'credential', place, ...read };
}

export function foundKey(place: string, given: string): FoundItem {
  const secret = given.trim();
  const invalid = (message: string): FoundItem => ({ type: 'invalid', what: 'key', place, message });
  if (secret.length < minKeyLength) return invalid(`The key has fewer than ${minKeyLength} characters.`);
  if (secret.length > maxKeyLength) return invalid(`The key has more than ${maxKeyLength} characters.`);
  if (!/^[\x21-\x7E]+$/.test(secret)) return invalid('The key contains characters that are not allowed in a header.');
  return { type: 'key', place, secret };
}

export function foundPassword(place: string, sha256: string): FoundItem {
  if (/^[0-9a-f]{64}$/i.test(sha256)) return { type: 'password', place, sha256: sha256.toLowerCase() };
  return { type: 'invalid', what: 'password', place, message: 'The password is not stored as SHA-256.' };
}
