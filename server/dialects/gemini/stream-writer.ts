import { asByteString, type ByteString } from '../../lib/byte-string.ts';

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

export function createStreamWriter(form: StreamForm): StreamWriter {
  return form === 'events' ? new EventWriter() : new ArrayWriter();
}

/**
 * Google's SDK throws at `[DONE]`, and loses a frame in the same block as a comment. Comments are separate blocks here.
 */
class EventWriter implements StreamWriter {
  readonly contentType = 'text/event-stream; charset=utf-8';

  heartbeat(): ByteString {
    return asByteString(': heartbeat\n\n');
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
