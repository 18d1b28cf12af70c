import type { ConversationEvent } from '../../conversation/events.ts';
import type { AnswerReader, AnswerReaderOptions } from '../../dialects/dialect.ts';
import { brokenAnswer, readFailureValue } from '../failure.ts';
import type { AnswerDecoder, DecoderOptions } from '../routes/route.ts';
import { createEventStreamDecoder, isEventStreamType } from './aws-event-stream.ts';
import { createJsonArrayDecoder } from './decode-json-array.ts';
import { createStreamDecoder } from './decode-stream.ts';
import { createWholeDecoder } from './decode-whole.ts';
import type { FrameReading } from './frame-reading.ts';
import type { TextFastPath } from './text-fast-path.ts';

/** How a route decodes its answers. */
export interface FramingOptions extends DecoderOptions {
  /** Makes an id for a tool call that came without one. */
  readonly newId: () => string;
  /** Creates the dialect's reader for one answer. */
  readonly createReader: (options: AnswerReaderOptions) => AnswerReader;
  /** When absent, every frame is parsed. */
  readonly fastPath?: TextFastPath;
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * A decoder that detects the format from the body, because neither the content type nor the request is reliable
 * (`stream: true` may be answered with plain JSON). A field name or a comment starts server-sent events, a bracket an
 * array of frames. Only AWS's binary frames are recognised by their content type.
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

  get finished(): boolean {
    return this.#chosen?.finished === true;
  }

  decode(bytes: Uint8Array): ConversationEvent[] {
    if (this.#chosen !== undefined) return this.#chosen.decode(bytes);
    const start = this.#findStart(bytes);
    if (start === -1) return [];
    this.#chosen = chooseForm(bytes[start])(this.#reading);
    return this.#chosen.decode(start === 0 ? bytes : bytes.subarray(start));
  }

  end(): ConversationEvent[] {
    this.#chosen ??= createWholeDecoder(this.#reading);
    return this.#chosen.end();
  }

  /** The index of the first byte after a byte order mark and white space, or -1. This byte shows the format. */
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
