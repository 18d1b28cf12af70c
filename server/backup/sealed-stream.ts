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
 * A stream of any length, encrypted with a passphrase:
 *
 *     atlassian-proxy backup 1 <line feed>
 *     {"kdf":"argon2id","memory":…,"passes":…,"parallelism":…,"salt":…,"nonce":…,"chunk":…} <line feed>
 *     chunk, chunk, …, last chunk
 *
 * Each chunk consists of `chunk` bytes (fewer in the last one) encrypted with AES-256-GCM, and the tag of 16 bytes. Its
 * nonce is the header's 7 bytes, the chunk's index from 0 as 4 bytes, and 1 for the last chunk, else 0. Therefore chunks
 * cannot be removed, reordered, repeated or added, and a truncated stream is detected (the STREAM construction,
 * https://eprint.iacr.org/2015/189). The key is derived by HKDF-SHA-256 from the argon2id hash of passphrase and salt,
 * with all bytes before the first chunk as info: an altered header results in a different key.
 */

/** The first line of a file. */
const magic = 'atlassian-proxy backup 1\n';
const magicOfAnyVersion = 'atlassian-proxy backup ';
const maxHeaderLength = 1024;
const tagLength = 16;
const saltLength = 16;
const noncePrefixLength = 7;

/** The cost of one guess of the passphrase. */
export interface PassphraseCost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** The second recommended option of RFC 9106, section 4: 64 MiB, three passes, four lanes. */
export const recommendedCost: PassphraseCost = { memory: 65_536, passes: 3, parallelism: 4 };
const chunkLength = 65_536;

const base64 = (length: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length === length);
/** The bounds prevent a file from exhausting memory or CPU. */
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
  /** Bytes per chunk. */
  readonly chunk?: number;
}

/** Encrypts bytes with a passphrase. */
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
 * Decrypts the output of `sealBytes`. Every byte returned is authentic, but only the end shows that the stream was
 * complete.
 *
 * @throws BackupFailure if the format is wrong, the data was altered or truncated, or the passphrase is wrong
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
  while (end < 0 && buffer.length < magic.length + maxHeaderLength) {
    const next = await source.next();
    if (next.done) break;
    buffer = Buffer.concat([buffer, next.value]);
    end = buffer.indexOf('\n', magic.length);
  }
  const text = buffer.toString('latin1', 0, magic.length);
  if (!text.startsWith(magicOfAnyVersion)) throw new BackupFailure('The file is not a backup of this gateway.');
  if (text !== magic)
    throw new BackupFailure('The backup was written by a newer version of atlassian-proxy: use that version.');
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

/** Splits bytes into chunks of equal length. The last one may be shorter, and there always is one. */
async function* cutChunks(source: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Chunk> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    pieces.push(piece);
    size += piece.length;
    // Wait for one byte more than a chunk, which shows that the chunk is not the last one.
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
  if (stretched === undefined) throw new Error('argon2 returned no result');
  return createSecretKey(Buffer.from(hkdfSync('sha256', stretched, '', head, 32)));
}

const encode = (bytes: Buffer) => bytes.toString('base64');
