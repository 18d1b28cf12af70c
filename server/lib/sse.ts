import { Buffer } from 'node:buffer';
import { asByteString, type ByteString, fromByteString, readByteString } from './byte-string.ts';

/** The largest frame that is held in memory while its end is awaited. */
const defaultMaximumFrameBytes = 32 * 1024 * 1024;

const lineFeed = 10;
const carriageReturn = 13;
const byteOrderMark = '\u00ef\u00bb\u00bf';

/** Where the frames of a stream go, in order, each as soon as it is complete. */
export interface SseHandler {
  /**
   * Is shown the input wherever a frame's first `data` line may begin, and may take over as many frames as it makes out
   * by itself: those that are complete by a single line end each. Their `event` is dropped.
   *
   * @param lines whole lines, ended by LF
   * @returns where the lines go on that it left: `start` when it took none
   */
  takeRun?(lines: ByteString, start: number): number;
  /**
   * Takes one `data` line that may be a frame by itself although no blank line ends it. Some servers end each frame with
   * a single line feed: whoever knows what a whole frame looks like has this. Without it the decoder keeps to the
   * standard. Asked only about the first `data` line of a frame.
   *
   * @returns false when the line is only a part of a frame
   */
  takeLine?(data: string, event: string): boolean;
  /** Takes a frame that a blank line, or the end, closed: its `data` lines joined by line feeds. */
  takeFrame(data: string, event: string): void;
}

/** Cut the input anywhere: the frames that come out are the same. */
export interface SseDecoder {
  /** @throws SseOverflowError when a frame does not end within its bound */
  push(bytes: Uint8Array): void;
  /** The input is over: hands on what a last frame without its line end or blank line held. */
  end(): void;
}

export class SseOverflowError extends Error {
  override readonly name = 'SseOverflowError';
}

/**
 * An incremental decoder of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) over
 * bytes: line ends LF, CRLF or CR, a byte order mark, comments, several `data` lines in a frame, `event`. `id` and
 * `retry` are for reconnecting clients and are passed over. Unlike the standard, a last frame that the input's end cut
 * off before its blank line still counts.
 */
export function createSseDecoder(handler: SseHandler, maximumFrameBytes = defaultMaximumFrameBytes): SseDecoder {
  return new IncrementalDecoder(handler, maximumFrameBytes);
}

class IncrementalDecoder implements SseDecoder {
  readonly #handler: SseHandler;
  readonly #maximumFrameBytes: number;
  /** Bytes of a line whose end has not come. Lines end in ASCII, so decoding whole lines never cuts a character. */
  readonly #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  /** The last line ended in CR at the very end of the input so far: an LF right behind it belongs to it. */
  #skipLineFeed = false;
  #atStart = true;
  #event = '';
  #data: string | undefined;

  constructor(handler: SseHandler, maximumFrameBytes: number) {
    this.#handler = handler;
    this.#maximumFrameBytes = maximumFrameBytes;
  }

  push(input: Uint8Array): void {
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
        this.#hold(whole);
        this.#takeLines(this.#takePending());
      }
    }
    if (lastLineEnd < bytes.length) this.#hold(bytes.subarray(lastLineEnd));
  }

  end(): void {
    if (this.#pendingBytes > 0) this.#takeLines(asByteString(`${this.#takePending()}\n`));
    this.#closeFrame();
  }

  #hold(bytes: Uint8Array): void {
    // A copy: a view would hold the whole read, and the caller may reuse its memory.
    this.#pending.push(new Uint8Array(bytes));
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes > this.#maximumFrameBytes) throw tooLarge();
  }

  #takePending(): ByteString {
    this.#pendingBytes = 0;
    return readByteString(Buffer.concat(this.#pending.splice(0)));
  }

  /** @param text whole lines, each with its end */
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
    if (this.#data.length + value.length > this.#maximumFrameBytes) throw tooLarge();
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
