import { Buffer, isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { asBuffer, mostBytesPerUnit } from './byte-string.ts';

/** Part of a JSON text, inside one of its strings and without escapes. Byte offsets; the end is exclusive. */
export interface TextRun {
  readonly start: number;
  readonly end: number;
}

/** Thrown by `requireWholeText`. */
export class WholeTextNeeded extends Error {
  override readonly name = 'WholeTextNeeded';

  constructor() {
    super('This text was abridged, and all of it is needed.');
  }
}

/** Minimum length of a run that is set aside, in bytes. */
export const longRun = 262_144;
/** What is left of a run's beginning: a file's kind and an image's size are read from there (`image-size.ts`). */
const headLength = 136 * 1024;
const tailLength = 64;
/** Bytes of a run that tell what it is. */
const kindLength = 128;

/** Never leaves the process. Hexadecimal digits are valid in base64, in names and in JSON strings at any level of quoting. */
const marker = randomBytes(16).toString('hex');
const indexLength = 8;
/** A multiple of 4, as is what it stands for: base64 stays base64. */
const tokenLength = marker.length + indexLength;

export interface MissingRun {
  /** Bytes. */
  readonly length: number;
  /** The beginning of the run, a character for each byte. */
  readonly head: string;
}

/**
 * A request body in which long unescaped runs of text, such as files in base64, are replaced by short tokens, so that nobody
 * parses, copies or encodes megabytes that only pass through. Dialects and routes work on the short text; `complete` puts the
 * runs back. Runs have no escapes, so they are written in the same way at any level of quoting. A function that transforms a
 * text (decodes it from base64, say) calls `requireWholeText` first.
 */
export class AbridgedBody {
  readonly #whole: Buffer;
  readonly #cuts: readonly TextRun[];
  #bytes: Buffer;
  #missing: readonly MissingRun[];

  /** @param runs of at least `longRun` bytes each, in order */
  constructor(whole: Buffer, runs: readonly TextRun[]) {
    // What is not UTF-8 is refused by whoever reads it, before it is parsed.
    const cuts = isUtf8(whole) ? runs.map((run) => cutOf(whole, run)) : [];
    this.#whole = whole;
    this.#cuts = cuts;
    this.#bytes = cuts.length === 0 ? whole : cutOut(whole, cuts);
    this.#missing = cuts.map(({ start, end }, index) => {
      const head = runs[index]?.start ?? start;
      return { length: end - start, head: whole.toString('latin1', head, head + kindLength) };
    });
  }

  /** The abridged JSON, or the whole one after `restore`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** The runs that are missing from `bytes`. */
  get missing(): readonly MissingRun[] {
    return this.#missing;
  }

  /** What was made of `bytes`, before or after `restore`, with the runs put back in place of their tokens. */
  complete(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
    if (this.#cuts.length === 0) return pieces;
    return pieces.flatMap((piece) => putBack(asBuffer(piece), this.#whole, this.#cuts));
  }

  /** Makes `bytes` whole. */
  restore(): void {
    this.#bytes = this.#whole;
    this.#missing = [];
  }
}

/** @throws WholeTextNeeded when part of the text was set aside */
export function requireWholeText(text: string): void {
  if (text.length > headLength / mostBytesPerUnit && text.includes(marker)) throw new WholeTextNeeded();
}

/** True for a body of which runs were set aside. */
export function isAbridged(body: Buffer): boolean {
  return body.length > headLength && body.includes(marker);
}

/** What is cut of a run: whole characters, and whole groups of base64. */
function cutOf(whole: Buffer, run: TextRun): TextRun {
  let start = run.start + headLength;
  while (isContinuation(whole[start])) start += 1;
  let end = run.end - tailLength;
  end -= (end - start) % 4;
  while (isContinuation(whole[end])) end -= 1;
  return { start, end };
}

/** True for the second and later bytes of a character in UTF-8. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function cutOut(whole: Buffer, cuts: readonly TextRun[]): Buffer {
  const pieces: Buffer[] = [];
  let copied = 0;
  for (const [index, { start, end }] of cuts.entries()) {
    pieces.push(whole.subarray(copied, start), Buffer.from(marker + index.toString(16).padStart(indexLength, '0')));
    copied = end;
  }
  return Buffer.concat([...pieces, whole.subarray(copied)]);
}

function putBack(piece: Buffer, whole: Buffer, cuts: readonly TextRun[]): Buffer[] {
  const pieces: Buffer[] = [];
  let copied = 0;
  for (let at = piece.indexOf(marker); at >= 0; at = piece.indexOf(marker, copied)) {
    const cut = cuts[Number.parseInt(piece.toString('latin1', at + marker.length, at + tokenLength), 16)];
    pieces.push(piece.subarray(copied, at));
    if (cut !== undefined) pieces.push(whole.subarray(cut.start, cut.end));
    copied = at + tokenLength;
  }
  return [...pieces, piece.subarray(copied)];
}
