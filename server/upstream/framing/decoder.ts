import type { ConversationEvent } from '../../conversation/events.ts';
import type { AnswerReader, AnswerReaderOptions } from '../../dialects/dialect.ts';
import { brokenAnswer, readFailureValue } from '../failure.ts';
import type { AnswerDecoder, DecoderOptions } from '../routes/route.ts';
import { createEventStreamDecoder, isEventStreamType } from './aws-event-stream.ts';
import { createJsonArrayDecoder } from './decode-json-array.ts';
import { createStreamDecoder } from './decode-stream.ts';
import { createWholeDecoder } from './decode-whole.ts';
import type { TextFastPath } from './text-fast-path.ts';

/** How a route reads its answers. */
export interface FramingOptions extends DecoderOptions {
  /** Makes an id for a tool call that has none of its own. */
  readonly newId: () => string;
  /** The dialect's reader: one for each answer. */
  readonly createReader: (options: AnswerReaderOptions) => AnswerReader;
  /** Absent: every frame is parsed. */
  readonly fastPath?: TextFastPath;
}

/** What the decoders of all forms need. */
export interface FrameReading {
  readonly reader: AnswerReader;
  readonly secrets: readonly string[];
  /** In which form frames are told as events. */
  readonly frames: DecoderOptions['frames'];
  readonly createReader: () => AnswerReader;
  readonly fastPath: TextFastPath | undefined;
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * A decoder that looks at the body itself to tell its form: neither the content type nor what was asked for is to be
 * trusted (`stream: true` may be answered with plain JSON). A field name or a comment starts a stream of events, a bracket
 * an array of frames. Only AWS's binary frames are told by their content type.
 */
export function createAnswerDecoder(options: FramingOptions): AnswerDecoder {
  const { newId, createReader, secrets, frames, contentType, fastPath } = options;
  const create = () =>
    createReader({
      newId,
      readFailure: (value) => readFailureValue(value, secrets),
      brokenAnswer: (message, evidence) => brokenAnswer(message, evidence, secrets),
    });
  const reading: FrameReading = {
    reader: create(),
    secrets,
    frames,
    createReader: create,
    fastPath: frames === undefined ? fastPath : undefined,
  };
  return isEventStreamType(contentType) ? createEventStreamDecoder(reading) : new FormDecoder(reading);
}

class FormDecoder implements AnswerDecoder {
  readonly #reading: FrameReading;
  #chosen: AnswerDecoder | undefined;
  #markBytes = 0;

  constructor(reading: FrameReading) {
    this.#reading = reading;
  }

  get complete(): boolean {
    return this.#chosen?.complete === true;
  }

  push(bytes: Uint8Array): ConversationEvent[] {
    if (this.#chosen !== undefined) return this.#chosen.push(bytes);
    const start = this.#findStart(bytes);
    if (start === -1) return [];
    this.#chosen = chooseForm(bytes[start])(this.#reading);
    return this.#chosen.push(start === 0 ? bytes : bytes.subarray(start));
  }

  end(): ConversationEvent[] {
    this.#chosen ??= createWholeDecoder(this.#reading);
    return this.#chosen.end();
  }

  /** What tells the form begins here, behind a byte order mark and blanks, which no form misses; -1 when all is that. */
  #findStart(bytes: Uint8Array): number {
    return bytes.findIndex((byte) => {
      if (this.#markBytes < byteOrderMark.length && byte === byteOrderMark[this.#markBytes]) {
        this.#markBytes += 1;
        return false;
      }
      return !isBlank(byte);
    });
  }
}

const openingBracket = 0x5b;

function chooseForm(first: number | undefined): (reading: FrameReading) => AnswerDecoder {
  if (isStreamStart(first)) return createStreamDecoder;
  return first === openingBracket ? createJsonArrayDecoder : createWholeDecoder;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** `data`, `event`, `id`, `retry` or a comment. */
function isStreamStart(byte: number | undefined): boolean {
  return byte === 0x64 || byte === 0x65 || byte === 0x69 || byte === 0x72 || byte === 0x3a;
}
