import type { PassphraseCost } from '../sealed-stream.ts';

/** The lowest cost that argon2 allows. */
export const cheapCost: PassphraseCost = { memory: 8, passes: 1, parallelism: 1 };

export async function* inPieces(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}
