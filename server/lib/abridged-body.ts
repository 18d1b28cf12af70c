import { Buffer, isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { asBuffer, maxBytesPerUnit } from './byte-string.ts';
import type { JsonBody } from './json-body.ts';
import type { JsonScan, TextRun } from './json-scanner.ts';

/** Thrown by `requireWholeText`. */
export class WholeTextNeeded extends Error {
  override readonly name = 'WholeTextNeeded';

  constructor() {
    super('The complete text is needed, but parts of it were cut out.');
  }
}

/**
 * Length of the beginning of a run that stays in the body. A file's type and an image's size are read from it
 * (`image-size.ts`).
 */
const headLength = 136 * 1024;
const tailLength = 64;
/** Bytes of a run that are enough to tell its type. */
const kindLength = 128;

/**
 * Never leaves the process. Hexadecimal digits are valid in base64, in names, and in JSON strings at any level of
 * quoting.
 */
const marker = randomBytes(16).toString('hex');
const indexLength = 8;
/** A multiple of 4, like the length of the cut it stands for, so that base64 stays valid. */
const tokenLength = marker.length + indexLength;

export interface MissingRun {
  /** Bytes. */
  readonly length: number;
  /** The beginning of the run, one character per byte. */
  readonly head: string;
}

/**
 * A request body whose long runs of unescaped text, such as base64 files, are replaced by short tokens, so that
 * megabytes that are only passed on are never parsed, copied or encoded. Dialects and routes work on the short text;
 * `complete` puts the runs back. Runs contain no escapes, so they look the same at any level of quoting. A function
 * that transforms a text, such as a base64 decoder, must call `requireWholeText` first.
 */
export class AbridgedBody {
  /** undefined after `release`. */
  #bodies: { readonly whole: JsonBody; readonly json: JsonBody } | undefined;
  readonly #cuts: readonly TextRun[];
  #missing: readonly MissingRun[];

  /** @param runs of at least `longRun` bytes each, in order */
  constructor(body: JsonBody, runs: readonly TextRun[]) {
    const { bytes: whole, scan } = body;
    // Invalid UTF-8 is rejected by the reader of the body before it is parsed.
    const cuts = runs.length > 0 && isUtf8(whole) ? runs.map((run) => cutOf(whole, run)) : [];
    this.#cuts = cuts;
    const json = cuts.length === 0 ? body : { bytes: cutOut(whole, cuts), scan: shiftMembers(scan, cuts) };
    this.#bodies = { whole: body, json };
    this.#missing = cuts.map(({ start, end }, index) => {
      const head = runs[index]?.start ?? start;
      return { length: end - start, head: whole.toString('latin1', head, head + kindLength) };
    });
  }

  /** The abridged JSON, or the complete one after `restore`. */
  get json(): JsonBody {
    return this.#read().json;
  }

  get bytes(): Buffer {
    return this.json.bytes;
  }

  get isReleased(): boolean {
    return this.#bodies === undefined;
  }

  /** The runs that were cut out of `bytes`. */
  get missing(): readonly MissingRun[] {
    return this.#missing;
  }

  /** Puts the runs back into anything derived from `bytes`, before or after `restore`. */
  complete(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
    if (this.#cuts.length === 0) return pieces;
    const { whole } = this.#read();
    return pieces.flatMap((piece) => putBack(asBuffer(piece), whole.bytes, this.#cuts));
  }

  /** Makes `bytes` complete again. */
  restore(): void {
    const { whole } = this.#read();
    this.#bodies = { whole, json: whole };
    this.#missing = [];
  }

  /** Frees the memory. Afterwards the body cannot be read any more. */
  release(): void {
    this.#bodies = undefined;
    this.#missing = [];
  }

  #read() {
    if (this.#bodies === undefined) throw new Error('The body was released.');
    return this.#bodies;
  }
}

/** @throws WholeTextNeeded if a part of the text was cut out */
export function requireWholeText(text: string): void {
  if (text.length > headLength / maxBytesPerUnit && text.includes(marker)) throw new WholeTextNeeded();
}

/** Whether parts of a body were cut out. */
export function isAbridged(body: Buffer): boolean {
  return body.length > headLength && body.includes(marker);
}

/** The part of a run to cut out. It consists of whole characters and whole groups of base64. */
function cutOf(whole: Buffer, run: TextRun): TextRun {
  let start = run.start + headLength;
  while (isContinuation(whole[start])) start += 1;
  let end = run.end - tailLength;
  end -= (end - start) % 4;
  while (isContinuation(whole[end])) end -= 1;
  return { start, end };
}

/** Whether a byte is a continuation byte of UTF-8. */
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

/** The scan of a text after `cutOut`. Cuts are inside strings, and names are never that long. */
function shiftMembers(scan: JsonScan, cuts: readonly TextRun[]): JsonScan {
  const shift = (offset: number) => {
    const before = cuts.filter(({ end }) => end <= offset);
    return before.reduce((shifted, { start, end }) => shifted - (end - start - tokenLength), offset);
  };
  return {
    ...scan,
    members: scan.members.map(({ rawKey, start, end }) => ({ rawKey, start: shift(start), end: shift(end) })),
  };
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
