import { asByteString, type ByteString } from '../../lib/byte-string.ts';

/** `events`: server-sent events (`alt=sse`). `array`: one JSON array, whose items are sent one by one. */
export type StreamForm = 'events' | 'array';

/** Writes chunks in the format of a stream. */
export interface StreamWriter {
  readonly contentType: string;
  readonly heartbeat: ByteString;
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
  readonly heartbeat = asByteString(': heartbeat\n\n');

  write(chunk: ByteString): string {
    return `data: ${chunk}\n\n`;
  }

  end(): string {
    return '';
  }
}

/** Heartbeats are white space, which is allowed before an array and between its items. */
class ArrayWriter implements StreamWriter {
  readonly contentType = 'application/json; charset=utf-8';
  readonly heartbeat = asByteString('\n');
  #started = false;

  write(chunk: ByteString): string {
    const opening = this.#started ? ',\n' : '[';
    this.#started = true;
    return opening + chunk;
  }

  end(): string {
    return this.#started ? ']\n' : '[]\n';
  }
}
