import { asByteString, type ByteString } from '../../lib/byte-string.ts';

/** `events`: server-sent events (`alt=sse`). `array`: one JSON array, whose items come one by one. */
export type StreamForm = 'events' | 'array';

/** Puts chunks into a stream's form. */
export interface StreamWriter {
  readonly contentType: string;
  readonly heartbeat: ByteString;
  /** @param chunk JSON */
  write(chunk: ByteString): string;
  /** What closes the stream. */
  end(): string;
}

export function createStreamWriter(form: StreamForm): StreamWriter {
  return form === 'events' ? new EventWriter() : new ArrayWriter();
}

/** Google's SDK throws at `[DONE]`, and loses a frame that a comment is glued to: each stands in a block of its own. */
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

/** White space may stand anywhere between the items of an array, and before it. */
class ArrayWriter implements StreamWriter {
  readonly contentType = 'application/json; charset=utf-8';
  readonly heartbeat = asByteString('\n');
  #begun = false;

  write(chunk: ByteString): string {
    const opening = this.#begun ? ',\n' : '[';
    this.#begun = true;
    return opening + chunk;
  }

  end(): string {
    return this.#begun ? ']\n' : '[]\n';
  }
}
