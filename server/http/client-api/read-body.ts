import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Failure } from '../../conversation/failure.ts';
import { AbridgedBody } from '../../lib/abridged-body.ts';
import { createDecompressor, isKnownCoding, knownCodings } from '../../lib/content-coding.ts';
import { type JsonLimits, JsonScanner, JsonTooLarge } from '../../lib/json-scanner.ts';
import { shorten } from '../../lib/shorten.ts';
import { CollectedBytes } from '../collected-bytes.ts';
import { type BodyShare, noRoom } from './body-budget.ts';
import { requireParseable, yieldIfLarge } from './received-body.ts';
import { bodyTooLarge } from './request-failure.ts';

export interface BodyOptions {
  /** Maximum body size in bytes, before and after decompression. */
  readonly limit: number;
  /** The declared `Content-Length`, if any. */
  readonly declaredLength: number | undefined;
  /** Content codings in the order in which they were applied. */
  readonly codings: readonly string[];
  readonly share: BodyShare;
}

/**
 * A conversation of a million tokens has some ten thousand values. This many values take less than 50 ms to parse and
 * read, whatever they are.
 */
export const jsonLimits: JsonLimits = { values: 60_000, members: 10_000, levels: 512 };

/** Maximum number of nested codings. No real client uses more. */
const maxCodings = 2;

/**
 * Reads a JSON body: decompressed, bounded in bytes and values, and charged to the memory budget for bodies.
 *
 * @throws Failure if the body is too large, has too many values, cannot be decoded, or if memory for bodies is
 * exhausted
 */
export async function readBody(payload: Readable, options: BodyOptions): Promise<AbridgedBody> {
  if ((options.declaredLength ?? 0) > options.limit) throw bodyTooLarge();
  const collector = new BodyCollector(options);
  if (options.codings.length === 0) await collect(payload, collector);
  else await decompress(payload, options.codings, collector);
  const body = collector.finish();
  requireParseable(body);
  await yieldIfLarge(collector);
  return body;
}

/** @throws Failure if a coding is not supported */
export function requireKnownCodings(codings: readonly string[]): void {
  if (codings.length <= maxCodings && codings.every(isKnownCoding)) return;
  throw new Failure(
    'invalid-request',
    `The request's content-encoding is not supported: ${shorten(codings.join(', '))}. Use one of ${knownCodings.join(', ')}, or none.`,
    { reason: 'unsupported-media-type', fault: 'request' },
  );
}

/** Collects the chunks of a body. */
class BodyCollector {
  readonly #options: BodyOptions;
  readonly #bytes = new CollectedBytes();
  readonly #scanner = new JsonScanner(jsonLimits);

  constructor(options: BodyOptions) {
    this.#options = options;
  }

  addChunk(chunk: Buffer): void {
    if (this.length + chunk.length > this.#options.limit) throw bodyTooLarge();
    if (!this.#options.share.grow(chunk.length)) throw noRoom();
    this.#bytes.add(chunk);
    try {
      this.#scanner.scan(chunk);
    } catch (error) {
      throw error instanceof JsonTooLarge ? tooManyValues(error.limit) : error;
    }
  }

  /** Bytes received. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Returns a copy, never a view of the socket's buffer. */
  finish(): AbridgedBody {
    const bytes = this.#bytes.concat();
    return new AbridgedBody({ bytes, scan: this.#scanner.finish(bytes) }, this.#scanner.runs);
  }
}

/**
 * Passes the chunks of a stream to the collector. Never settles if the request breaks off: the client has disconnected,
 * or another handler has already responded.
 */
function collect(stream: Readable, collector: BodyCollector): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown) => {
      stream.off('data', onChunk).off('end', settle);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onChunk = (chunk: Buffer) => {
      try {
        collector.addChunk(chunk);
      } catch (error) {
        settle(error);
      }
    };
    stream.on('data', onChunk).on('end', settle).on('error', ignore);
  });
}

const ignore = () => {};

async function decompress(payload: Readable, codings: readonly string[], collector: BodyCollector): Promise<void> {
  const [outermost = '', ...inner] = codings.toReversed();
  const first = createDecompressor(outermost, await peek(payload));
  const decoders = [first, ...inner.map((coding) => createDecompressor(coding))].filter(
    (decoder) => decoder !== undefined,
  );
  // `pipeline` would destroy the request, and then the gateway could no longer respond.
  const last = decoders.reduce<Readable>((source, decoder) => source.pipe(decoder), payload);
  payload.on('error', ignore);
  try {
    await Promise.race([collect(last, collector), ...decoders.map(failureOf)]);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unreadable(`it does not match its content-encoding ${codings.join(', ')}`);
  } finally {
    payload.unpipe();
    for (const decoder of decoders) decoder.destroy();
    payload.resume();
  }
}

/** Peeks at the first byte of a stream. @returns undefined for an empty stream */
async function peek(stream: Readable): Promise<number | undefined> {
  await once(stream, 'readable');
  const chunk: unknown = stream.read();
  if (!Buffer.isBuffer(chunk)) return undefined;
  stream.unshift(chunk);
  return chunk[0];
}

/** Rejects if the stream fails. */
function failureOf(stream: Readable): Promise<never> {
  return new Promise((_resolve, reject) => {
    stream.once('error', reject);
  });
}

function tooManyValues(limit: keyof JsonLimits): Failure {
  const most = jsonLimits[limit].toLocaleString('en');
  const messages = {
    values: `The request body contains more than ${most} JSON values.`,
    members: `An object in the request body has more than ${most} members.`,
    levels: `The request body is nested more than ${most} levels deep.`,
  };
  return new Failure('invalid-request', messages[limit], { reason: 'unsupported-value', fault: 'request' });
}

function unreadable(why: string): Failure {
  return new Failure('invalid-request', `The request body could not be read: ${why}.`, { fault: 'request' });
}
