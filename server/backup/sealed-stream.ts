import {
  type Argon2Parameters,
  argon2,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { parseJson } from '../lib/json.ts';
import { BackupFailure, damaged } from './backup-failure.ts';

/*
 * Bytes sealed under a passphrase, in a stream of any length:
 *
 *     atlassian-proxy backup 1 <line feed>
 *     {"kdf":"argon2id","memory":…,"passes":…,"parallelism":…,"salt":…,"nonce":…,"chunk":…} <line feed>
 *     chunk, chunk, …, last chunk
 *
 * Each chunk is `chunk` bytes (the last one up to as many) under AES-256-GCM and its tag of 16 bytes. Its nonce is the
 * header's 7 bytes, its number from 0 in 4 bytes, and 1 for the last one, else 0: so chunks can be neither left out, moved,
 * repeated nor added, and the end is known (the STREAM construction, https://eprint.iacr.org/2015/189). The key is
 * HKDF-SHA-256 of what argon2id makes of the passphrase and the salt, with all bytes before the first chunk as its info: a
 * header that was altered gives another key.
 */

/** What a file begins with. */
const magic = 'atlassian-proxy backup 1\n';
const magicOfAnyVersion = 'atlassian-proxy backup ';
const longestHeader = 1024;
const tagLength = 16;
const saltLength = 16;
const noncePrefixLength = 7;

/** How dear a guess of the passphrase is. */
export interface PassphraseCost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** The second recommendation of RFC 9106, section 4: 64 MiB, three passes, four lanes. */
export const recommendedCost: PassphraseCost = { memory: 65_536, passes: 3, parallelism: 4 };
const chunkLength = 65_536;

const base64 = (length: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length === length);
/** The bounds keep a file from taking all of the machine. */
const headerSchema = z.object({
  kdf: z.literal('argon2id'),
  memory: z.number().int().min(8).max(1_048_576),
  passes: z.number().int().min(1).max(20),
  parallelism: z.number().int().min(1).max(16),
  salt: base64(saltLength),
  nonce: base64(noncePrefixLength),
  chunk: z.number().int().min(16).max(1_048_576),
});
type Header = z.output<typeof headerSchema>;

export interface SealOptions {
  readonly cost?: PassphraseCost;
  /** Bytes sealed at once. */
  readonly chunk?: number;
}

/** Seals bytes under a passphrase. */
export async function* sealBytes(
  plain: AsyncIterable<Uint8Array>,
  passphrase: string,
  { cost = recommendedCost, chunk = chunkLength }: SealOptions = {},
): AsyncGenerator<Uint8Array> {
  const [salt, nonce] = [randomBytes(saltLength), randomBytes(noncePrefixLength)];
  const { memory, passes, parallelism } = cost;
  const header = { kdf: 'argon2id', memory, passes, parallelism, salt: encode(salt), nonce: encode(nonce), chunk };
  const head = Buffer.from(`${magic}${JSON.stringify(header)}\n`);
  const key = await deriveKey(passphrase, salt, cost, head);
  yield head;
  let number = 0;
  for await (const { bytes, isLast } of cutChunks(plain, chunk)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(nonce, number, isLast), { authTagLength: tagLength });
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    number += 1;
  }
}

/**
 * Opens what `sealBytes` has sealed. What comes out is as it went in; that it all came is known at the end only.
 *
 * @throws BackupFailure when it is none, or was altered or cut off, or the passphrase is another
 */
export async function* openBytes(sealed: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Uint8Array> {
  const { head, header, rest } = await readHead(sealed);
  const key = await deriveKey(passphrase, header.salt, header, head);
  let number = 0;
  for await (const { bytes, isLast } of cutChunks(rest, header.chunk + tagLength)) {
    yield openChunk(key, nonceOf(header.nonce, number, isLast), bytes, number);
    number += 1;
  }
}

function openChunk(key: KeyObject, nonce: Buffer, bytes: Buffer, number: number): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
    decipher.setAuthTag(bytes.subarray(-tagLength));
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()]);
  } catch (cause) {
    if (number > 0) throw damaged(cause);
    throw new BackupFailure('The passphrase is wrong, or the file is damaged. Nothing was written.', {
      cause,
    });
  }
}

async function readHead(sealed: AsyncIterable<Uint8Array>) {
  const source = sealed[Symbol.asyncIterator]();
  let buffer = Buffer.alloc(0);
  let end = -1;
  while (end < 0 && buffer.length < magic.length + longestHeader) {
    const next = await source.next();
    if (next.done) break;
    buffer = Buffer.concat([buffer, next.value]);
    end = buffer.indexOf('\n', magic.length);
  }
  const text = buffer.toString('latin1', 0, magic.length);
  if (!text.startsWith(magicOfAnyVersion)) throw new BackupFailure('The file is no backup of this gateway.');
  if (text !== magic) throw new BackupFailure('The backup is of a newer version of atlassian-proxy: use that version.');
  const parsed = headerSchema.safeParse(parseJson(buffer.toString('utf8', magic.length, Math.max(end, magic.length))));
  if (end < 0 || !parsed.success) throw damaged();
  const rest = prepend(buffer.subarray(end + 1), source);
  return { head: buffer.subarray(0, end + 1), header: parsed.data satisfies Header, rest };
}

async function* prepend(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

interface Chunk {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/** Chunks of one length, the last one shorter or not; there is always a last one. */
async function* cutChunks(source: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Chunk> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    pieces.push(piece);
    size += piece.length;
    // One byte more than a chunk has to be here: then it is not the last one.
    if (size <= length) continue;
    let buffer = Buffer.concat(pieces);
    while (buffer.length > length) {
      yield { bytes: buffer.subarray(0, length), isLast: false };
      buffer = buffer.subarray(length);
    }
    pieces = [buffer];
    size = buffer.length;
  }
  yield { bytes: Buffer.concat(pieces), isLast: true };
}

function nonceOf(prefix: Buffer, number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  prefix.copy(nonce);
  nonce.writeUInt32BE(number, noncePrefixLength);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

const derive = promisify((parameters: Argon2Parameters, done: (error: Error | null, tag?: Buffer) => void) =>
  argon2('argon2id', parameters, done),
);

async function deriveKey(
  passphrase: string,
  salt: Buffer,
  { memory, passes, parallelism }: PassphraseCost,
  head: Buffer,
): Promise<KeyObject> {
  const message = passphrase.normalize('NFKC');
  const stretched = await derive({ memory, passes, parallelism, nonce: salt, tagLength: 32, message });
  if (stretched === undefined) throw new Error('argon2 gave no result');
  return createSecretKey(Buffer.from(hkdfSync('sha256', stretched, '', head, 32)));
}

const encode = (bytes: Buffer) => bytes.toString('base64');
