import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Failure } from '../../conversation/failure.ts';
import { AbridgedBody } from '../../lib/abridged-body.ts';
import { createDecompressor, knownCodings } from '../../lib/content-coding.ts';
import { type JsonLimits, JsonMeter, JsonTooLarge } from '../../lib/json-limits.ts';
import { shorten } from '../../lib/shorten.ts';
import { type BodyShare, noRoom } from './body-budget.ts';
import { betweenTurns, requireParseable } from './received-body.ts';
import { bodyTooLarge } from './request-failure.ts';

export interface BodyOptions {
  /** The largest body, decoded or not, in bytes. */
  readonly limit: number;
  /** As the sender says; undefined when it does not. */
  readonly declaredLength: number | undefined;
  /** The codings that were applied, in order. */
  readonly codings: readonly string[];
  readonly share: BodyShare;
}

/**
 * A conversation of a million tokens has some ten thousands of values. This many are parsed and read in less than 50 ms,
 * whatever they are.
 */
export const jsonLimits: JsonLimits = { values: 60_000, members: 10_000, levels: 512 };

/** Bytes up to which a body cannot hold enough to be worth counting. */
const harmless = 131_072;

/** Codings on top of each other; more is nothing that anybody does in earnest. */
const mostCodings = 2;

/**
 * Reads a request's JSON body: decompressed, bounded in bytes and in values, and within what is left of the memory for bodies.
 *
 * @throws Failure for a body that is too large, has too many values or cannot be decoded, or for which there is no room now
 */
export async function readBody(payload: Readable, options: BodyOptions): Promise<AbridgedBody> {
  if ((options.declaredLength ?? 0) > options.limit) throw bodyTooLarge();
  const collector = new BodyCollector(options);
  if (options.codings.length === 0) await collect(payload, collector);
  else await decompress(payload, options.codings, collector);
  const body = collector.finish();
  requireParseable(body);
  await betweenTurns(collector);
  return body;
}

/** @throws Failure when a body in these codings cannot be read */
export function requireKnownCodings(codings: readonly string[]): void {
  if (codings.length <= mostCodings && codings.every((coding) => createDecompressor(coding) !== undefined)) return;
  throw new Failure(
    'invalid-request',
    `The request's content-encoding is not supported: ${shorten(codings.join(', '))}. Use one of ${knownCodings.join(', ')}, or none.`,
    { reason: 'unsupported-media-type', fault: 'request' },
  );
}

/** Takes the pieces of a body. */
class BodyCollector {
  readonly #options: BodyOptions;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #meter: JsonMeter | undefined;

  constructor(options: BodyOptions) {
    this.#options = options;
  }

  take(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > this.#options.limit) throw bodyTooLarge();
    if (!this.#options.share.grow(chunk.length)) throw noRoom();
    this.#chunks.push(chunk);
    if (this.#length <= harmless) return;
    if (this.#meter !== undefined) this.#measure(this.#meter, chunk);
    else {
      this.#meter = new JsonMeter(jsonLimits);
      for (const piece of this.#chunks) this.#measure(this.#meter, piece);
    }
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** A copy, never a view of what the socket read. */
  finish(): AbridgedBody {
    return new AbridgedBody(Buffer.concat(this.#chunks, this.#length), this.#meter?.runs ?? []);
  }

  #measure(meter: JsonMeter, chunk: Buffer): void {
    try {
      meter.push(chunk);
    } catch (error) {
      throw error instanceof JsonTooLarge ? tooManyValues(error.limit) : error;
    }
  }
}

/**
 * Hands over the pieces of a stream up to its end. A request that breaks off never ends: its client has left, or has had its
 * answer from whoever read the rest.
 */
function collect(stream: Readable, collector: BodyCollector): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown) => {
      stream.off('data', take).off('end', settle);
      if (error === undefined) resolve();
      else reject(error);
    };
    const take = (chunk: Buffer) => {
      try {
        collector.take(chunk);
      } catch (error) {
        settle(error);
      }
    };
    stream.on('data', take).on('end', settle).on('error', ignore);
  });
}

const ignore = () => {};

async function decompress(payload: Readable, codings: readonly string[], collector: BodyCollector): Promise<void> {
  const [outermost = '', ...inner] = codings.toReversed();
  const first = createDecompressor(outermost, await peek(payload));
  const decoders = [first, ...inner.map((coding) => createDecompressor(coding))].filter(
    (decoder) => decoder !== undefined,
  );
  // Not by `pipeline`, which would destroy the request, and with it the way to answer.
  const last = decoders.reduce<Readable>((source, decoder) => source.pipe(decoder), payload);
  payload.on('error', ignore);
  try {
    await Promise.race([collect(last, collector), ...decoders.map(failureOf)]);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw unreadable(`it is not what its content-encoding says, ${codings.join(', ')}`);
  } finally {
    payload.unpipe();
    for (const decoder of decoders) decoder.destroy();
    payload.resume();
  }
}

/** @returns the first byte of a stream, which stays in it; undefined for an empty one */
async function peek(stream: Readable): Promise<number | undefined> {
  await once(stream, 'readable');
  const chunk: unknown = stream.read();
  if (!Buffer.isBuffer(chunk)) return undefined;
  stream.unshift(chunk);
  return chunk[0];
}

/** Rejects should the stream fail. */
function failureOf(stream: Readable): Promise<never> {
  return new Promise((_resolve, reject) => {
    stream.once('error', reject);
  });
}

function tooManyValues(limit: keyof JsonLimits): Failure {
  const most = jsonLimits[limit].toLocaleString('en');
  const messages = {
    values: `The request body holds more than ${most} JSON values.`,
    members: `An object in the request body has more than ${most} members.`,
    levels: `The request body is nested more than ${most} levels deep.`,
  };
  return new Failure('invalid-request', messages[limit], { reason: 'unsupported-value', fault: 'request' });
}

function unreadable(why: string): Failure {
  return new Failure('invalid-request', `The request body could not be read: ${why}.`, { fault: 'request' });
}
