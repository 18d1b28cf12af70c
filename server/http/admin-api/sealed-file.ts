import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { gatewayMessages } from '../../../contract/gateway-messages.ts';
import { parseJson } from '../../lib/json.ts';

/** OWASP's scrypt recommendation with 64 MiB (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html). */
const cost: ScryptOptions = { N: 65_536, r: 8, p: 2, maxmem: 134_217_728 };
const keyLength = 32;
const tagLength = 16;
const format = 'atlassian-proxy-export';

const base64 = z.string().transform((text) => Buffer.from(text, 'base64'));
const sealedFile = z.object({
  format: z.literal(format),
  version: z.literal(1),
  salt: base64,
  nonce: base64,
  data: base64,
});

/** The file was not exported by this gateway, was modified, or the passphrase is wrong. */
export class FileNotOpened extends Error {
  override readonly name = 'FileNotOpened';
  /** Which of the two is probably wrong. */
  readonly field: 'file' | 'passphrase';

  constructor(field: 'file' | 'passphrase', message: string, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}

const deriveKey = promisify((passphrase: string, salt: Buffer, done: (error: Error | null, key: Buffer) => void) =>
  scrypt(passphrase.normalize('NFKC'), salt, keyLength, cost, done),
);

/** Encrypts a text with a passphrase: AES-256-GCM, with a key derived by scrypt with a random salt. @returns JSON */
export async function sealFile(text: string, passphrase: string): Promise<string> {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, salt), nonce, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(format));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const [saltText, nonceText, dataText] = [salt, nonce, data].map((bytes) => bytes.toString('base64'));
  return JSON.stringify({ format, version: 1, salt: saltText, nonce: nonceText, data: dataText });
}

/** @throws FileNotOpened */
export async function openFile(file: string, passphrase: string): Promise<string> {
  const parsed = sealedFile.safeParse(parseJson(file));
  if (!parsed.success) throw new FileNotOpened('file', gatewayMessages.notAnExport);
  const { salt, nonce, data } = parsed.data;
  const key = await deriveKey(passphrase, salt);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
    decipher.setAAD(Buffer.from(format));
    decipher.setAuthTag(data.subarray(-tagLength));
    return Buffer.concat([decipher.update(data.subarray(0, -tagLength)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new FileNotOpened('passphrase', gatewayMessages.wrongPassphrase, { cause });
  }
}
