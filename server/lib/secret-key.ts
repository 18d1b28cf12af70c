import { Buffer } from 'node:buffer';
import { createSecretKey, type KeyObject, randomBytes, scryptSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { databasePath, secretKeyPath } from './data-folder.ts';
import { errorCode } from './error-code.ts';
import { makeFolder } from './make-folder.ts';

export interface SecretKeyOptions {
  /** The setting `SECRET_KEY`, if set. */
  readonly secretKey?: string | undefined;
  /** Created if missing, readable only by its owner. */
  readonly dataDir: string;
}

export interface LoadedSecretKey {
  readonly key: KeyObject;
  readonly source: 'setting' | 'file' | 'generated';
  /** One-line warnings for the log, such as a key file that others can read. */
  readonly warnings: readonly string[];
}

/** Its one-line message is printed when the start fails. */
export class SecretKeyUnusable extends Error {
  override readonly name = 'SecretKeyUnusable';
}

const keyLength = 32;
const minPassphraseLength = 16;
/**
 * Fixed, so that the same passphrase results in the same key on every machine. The entropy comes from the passphrase.
 */
const salt = 'atlassian-proxy secret key v1';

/**
 * Loads the 32-byte key that encrypts stored secrets: from the setting `SECRET_KEY`, else from `secret.key` in the data
 * folder. In a new folder, that file is generated and readable only by its owner.
 *
 * `SECRET_KEY` is either 32 bytes in hex or base64, which are used directly, or a passphrase of at least 16 characters,
 * from which the key is derived by scrypt (N = 2^14, r = 8, p = 1).
 *
 * @throws SecretKeyUnusable if the setting is too short, or the file is unreadable, invalid, or missing beside a
 * database
 */
export function loadSecretKey(options: SecretKeyOptions): LoadedSecretKey {
  if (options.secretKey !== undefined && options.secretKey !== '') {
    return { key: keyOfSetting(options.secretKey), source: 'setting', warnings: [] };
  }
  const path = secretKeyPath(options.dataDir);
  try {
    makeFolder(options.dataDir);
    return readKeyFile(path, 'file') ?? generateKeyFile(path, options.dataDir);
  } catch (cause) {
    if (cause instanceof SecretKeyUnusable) throw cause;
    throw new SecretKeyUnusable(
      `Cannot use the key file ${path} (${messageOf(cause)}): give this program's user permission to read it.`,
      { cause },
    );
  }
}

function keyOfSetting(setting: string): KeyObject {
  const text = setting.trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return createSecretKey(Buffer.from(text, 'hex'));
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return createSecretKey(Buffer.from(text, 'base64'));
  if (text.length < minPassphraseLength) {
    throw new SecretKeyUnusable(
      `SECRET_KEY is too short: give 32 bytes in hex or base64, or a passphrase of at least ${minPassphraseLength} characters.`,
    );
  }
  return createSecretKey(scryptSync(text, salt, keyLength, { N: 2 ** 14, r: 8, p: 1 }));
}

/** @returns undefined if there is no file */
function readKeyFile(path: string, source: 'file' | 'generated'): LoadedSecretKey | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8').trim();
  const bytes = Buffer.from(text, 'base64');
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text) || bytes.length !== keyLength) {
    throw new SecretKeyUnusable(
      `The key file ${path} does not contain a key (32 bytes in base64): restore it from a backup, or set SECRET_KEY.`,
    );
  }
  const readableByOthers = (statSync(path).mode & 0o077) !== 0;
  return {
    key: createSecretKey(bytes),
    source,
    warnings: readableByOthers ? [`The key file ${path} can be read by other users: run chmod 600 on the file.`] : [],
  };
}

function generateKeyFile(path: string, dataDir: string): LoadedSecretKey {
  const database = databasePath(dataDir);
  if (existsSync(database)) {
    // Another process may have created both in the meantime.
    const made = readKeyFile(path, 'file');
    if (made !== undefined) return made;
    throw new SecretKeyUnusable(
      `${path} is missing although ${database} exists: restore it, or set SECRET_KEY to the key that the database was created with.`,
    );
  }
  // Write to a temporary file and link it: no process ever reads a partial key, and if two start at the same time, one
  // wins.
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  writeKeyFile(temporary);
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return readAgain(path);
    // Some mounted folders do not support hard links.
    writeKeyFile(path);
  } finally {
    unlinkSync(temporary);
  }
  return readAgain(path);
}

function writeKeyFile(path: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, `${randomBytes(keyLength).toString('base64')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function readAgain(path: string): LoadedSecretKey {
  const loaded = readKeyFile(path, 'generated');
  if (loaded === undefined) throw new SecretKeyUnusable(`The key file ${path} disappeared while it was being created.`);
  return loaded;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
