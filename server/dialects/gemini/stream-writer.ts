import { asByteString, type ByteString } from '../../lib/byte-string.ts';
import type { RequestHead } from '../dialect.ts';

/** `events`: server-sent events (`alt=sse`). `array`: one JSON array, whose items are sent one by one. */
export type StreamForm = 'events' | 'array';

/** Writes chunks in the format of a stream. */
export interface StreamWriter {
  readonly contentType: string;
  heartbeat(): ByteString;
  /** @param chunk JSON */
  write(chunk: ByteString): string;
  /** Closes the stream. */
  end(): string;
}

/** @param heartbeat of events */
export function createStreamWriter(form: StreamForm, heartbeat: ByteString = comment): StreamWriter {
  return form === 'events' ? new EventWriter(heartbeat) : new ArrayWriter();
}

const comment = asByteString(': heartbeat\n\n');
const blankLines = asByteString('\n\n');

/**
 * The heartbeat that a client can read. Most of Google's libraries do not know comments: those for Python and Go take them
 * for errors, and skip blank lines. The older one for JavaScript (`genai-js`) reads nothing after either.
 */
export function heartbeatFor({ headers }: Pick<RequestHead, 'headers'>): ByteString {
  const library = headers['x-goog-api-client'];
  if (library === undefined) return comment;
  return /\bgenai-js\//.test(String(library)) ? asByteString('') : blankLines;
}

/** Google's SDK throws at `[DONE]`, and loses a frame in the same block as a comment. Heartbeats are separate blocks. */
class EventWriter implements StreamWriter {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #heartbeat: ByteString;

  constructor(heartbeat: ByteString) {
    this.#heartbeat = heartbeat;
  }

  heartbeat(): ByteString {
    return this.#heartbeat;
  }

  write(chunk: ByteString): string {
    return `data: ${chunk}\n\n`;
  }

  end(): string {
    return '';
  }
}

/**
 * Heartbeats are white space inside the array. Google's Python libraries fail at anything before its opening bracket and
 * behind its closing one
 * (https://github.com/googleapis/python-api-core/blob/main/google/api_core/_rest_streaming_base.py).
 */
class ArrayWriter implements StreamWriter {
  readonly contentType = 'application/json; charset=utf-8';
  #isOpen = false;
  #hasItems = false;

  heartbeat(): ByteString {
    return asByteString(`${this.#open()}\n`);
  }

  write(chunk: ByteString): string {
    const opening = this.#hasItems ? ',\n' : this.#open();
    this.#hasItems = true;
    return opening + chunk;
  }

  end(): string {
    return `${this.#open()}]`;
  }

  #open(): string {
    const bracket = this.#isOpen ? '' : '[';
    this.#isOpen = true;
    return bracket;
  }
}
