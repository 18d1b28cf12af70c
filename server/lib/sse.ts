import { Buffer } from 'node:buffer';
import { asByteString, type ByteString, fromByteString, readByteString } from './byte-string.ts';

/** Maximum size of a frame, which is buffered until it is complete. */
const defaultMaxFrameBytes = 32 * 1024 * 1024;

const lineFeed = 10;
const carriageReturn = 13;
const byteOrderMark = '\u00ef\u00bb\u00bf';

/** Receives the frames of a stream in order, each as soon as it is complete. */
export interface SseHandler {
  /**
   * Called with the input wherever the first `data` line of a frame may begin. May consume frames that are complete
   * after a single line break. Their `event` is ignored.
   *
   * @param lines whole lines, separated by LF
   * @returns where the remaining lines begin; `start` if it consumed none
   */
  takeRun?(lines: ByteString, start: number): number;
  /**
   * Takes one `data` line that may be a whole frame although no blank line follows. Some servers end each frame with a
   * single line feed; implement this if you can recognise a complete frame. Without it, the decoder follows the
   * standard. Only called for the first `data` line of a frame.
   *
   * @returns false if the line is only a part of a frame
   */
  takeLine?(data: string, event: string): boolean;
  /** Takes a frame that was ended by a blank line or the end of input. Its `data` lines are joined by line feeds. */
  takeFrame(data: string, event: string): void;
}

/** The resulting frames do not depend on how the input is chunked. */
export interface SseDecoder {
  /** @throws SseOverflowError if a frame exceeds the maximum size */
  decodeChunk(bytes: Uint8Array): void;
  /** Signals the end of input. Emits a last frame that lacks its line break or blank line. */
  end(): void;
}

export class SseOverflowError extends Error {
  override readonly name = 'SseOverflowError';
}

/**
 * An incremental decoder of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) that
 * works on bytes. Supports LF, CRLF and CR, a byte order mark, comments, multiple `data` lines, and `event`. `id` and
 * `retry` are for reconnecting clients and are ignored. Unlike in the standard, a last frame without its blank line
 * still counts.
 */
export function createSseDecoder(handler: SseHandler, maxFrameBytes = defaultMaxFrameBytes): SseDecoder {
  return new IncrementalDecoder(handler, maxFrameBytes);
}

class IncrementalDecoder implements SseDecoder {
  readonly #handler: SseHandler;
  readonly #maxFrameBytes: number;
  /** Bytes of an incomplete line. Lines end in ASCII, so decoding whole lines never splits a character. */
  readonly #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  /** The input so far ends with CR. If LF follows, it belongs to the same line break. */
  #skipLineFeed = false;
  #atStart = true;
  #event = '';
  #data: string | undefined;

  constructor(handler: SseHandler, maxFrameBytes: number) {
    this.#handler = handler;
    this.#maxFrameBytes = maxFrameBytes;
  }

  decodeChunk(input: Uint8Array): void {
    let bytes = input;
    if (bytes.length === 0) return;
    if (this.#skipLineFeed) {
      this.#skipLineFeed = false;
      if (bytes[0] === lineFeed) bytes = bytes.subarray(1);
    }
    const lastLineEnd = Math.max(bytes.lastIndexOf(lineFeed), bytes.lastIndexOf(carriageReturn)) + 1;
    if (lastLineEnd > 0) {
      this.#skipLineFeed = lastLineEnd === bytes.length && bytes[lastLineEnd - 1] === carriageReturn;
      const whole = lastLineEnd === bytes.length ? bytes : bytes.subarray(0, lastLineEnd);
      if (this.#pendingBytes === 0) this.#takeLines(readByteString(whole));
      else {
        // Only the first line continues the pending bytes; the rest need not be copied.
        const firstLineEnd = whole.indexOf(lineFeed) + 1 || whole.length;
        this.#hold(whole.subarray(0, firstLineEnd));
        this.#takeLines(this.#takePending());
        if (firstLineEnd < whole.length) this.#takeLines(readByteString(whole.subarray(firstLineEnd)));
      }
    }
    if (lastLineEnd < bytes.length) this.#hold(bytes.subarray(lastLineEnd));
  }

  end(): void {
    if (this.#pendingBytes > 0) this.#takeLines(asByteString(`${this.#takePending()}\n`));
    this.#closeFrame();
  }

  #hold(bytes: Uint8Array): void {
    // Copy the bytes: a view would keep the whole read in memory, and the caller may reuse the buffer.
    this.#pending.push(new Uint8Array(bytes));
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes > this.#maxFrameBytes) throw tooLarge();
  }

  #takePending(): ByteString {
    this.#pendingBytes = 0;
    return readByteString(Buffer.concat(this.#pending.splice(0)));
  }

  /** @param text whole lines, including their line breaks */
  #takeLines(text: ByteString): void {
    const lines = text.includes('\r') ? asByteString(text.replaceAll(/\r\n?/g, '\n')) : text;
    let start = 0;
    if (this.#atStart) {
      this.#atStart = false;
      if (lines.startsWith(byteOrderMark)) start = byteOrderMark.length;
    }
    while (start < lines.length) {
      const next = this.#data === undefined ? (this.#handler.takeRun?.(lines, start) ?? start) : start;
      if (next > start) {
        this.#event = '';
        start = next;
        continue;
      }
      const end = lines.indexOf('\n', start);
      this.#takeLine(asByteString(lines.slice(start, end)));
      start = end + 1;
    }
  }

  #takeLine(bytes: ByteString): void {
    const line = fromByteString(bytes);
    if (line === '') {
      this.#closeFrame();
      return;
    }
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1);
    if (name === 'data') this.#takeData(value);
    else if (name === 'event') this.#event = value;
  }

  #takeData(value: string): void {
    if (this.#data === undefined) {
      if (this.#handler.takeLine?.(value, this.#event) === true) this.#event = '';
      else this.#data = value;
      return;
    }
    if (this.#data.length + value.length > this.#maxFrameBytes) throw tooLarge();
    this.#data += `\n${value}`;
  }

  #closeFrame(): void {
    if (this.#data !== undefined) this.#handler.takeFrame(this.#data, this.#event);
    this.#data = undefined;
    this.#event = '';
  }
}

function tooLarge(): SseOverflowError {
  return new SseOverflowError('A server-sent event is too large.');
}
