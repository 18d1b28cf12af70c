import type { Failure } from '../../conversation/failure.ts';
import { asByteString, type ByteString, encodeJson, toByteString } from '../../lib/byte-string.ts';
import type { RequestHead } from '../dialect.ts';
import { encodeErrorBody, toErrorBody } from './encode-failure.ts';

/** `events`: server-sent events (`alt=sse`). `array`: one JSON array, whose items are sent one by one. */
export type StreamForm = 'events' | 'array';

/** Writes chunks in the format of a stream. */
export interface StreamWriter {
  readonly contentType: string;
  heartbeat(): ByteString;
  /** @param chunk JSON */
  write(chunk: ByteString): string;
  /** Writes an error, and closes the stream. */
  fail(failure: Failure): string;
  /** Closes the stream. */
  end(): string;
}

/** What a client's library reads in a stream of events. */
export interface StreamHabits {
  readonly heartbeat: ByteString;
  /** Writes the error at the stream's end. */
  readonly fail: (failure: Failure) => string;
}

export function createStreamWriter(form: StreamForm, habits: StreamHabits = usualHabits): StreamWriter {
  return form === 'events' ? new EventWriter(habits) : new ArrayWriter();
}

const usualHabits: StreamHabits = {
  heartbeat: asByteString(': heartbeat\n\n'),
  fail: (failure) => writeEvent(toByteString(encodeErrorBody(failure))),
};

/**
 * Most of Google's libraries do not know comments: those for Python and Go take them for errors, and skip blank lines.
 * Versions of the one for JavaScript up to 2.22 take an event with an error for an empty chunk. They throw if the error
 * stands alone, as Google's own do, or at text that is left over, which gemini-cli tries again.
 */
const habitsOfLibraries: StreamHabits = {
  heartbeat: asByteString('\n\n'),
  fail: (failure) => {
    const error = toByteString(encodeErrorBody(failure));
    return `${writeEvent(error)}${error}\n`;
  },
};

/**
 * The older library for JavaScript (`genai-js`, also in LangChain) reads nothing after a comment or a blank line, and takes
 * an error for an empty chunk. If its stream fails, a promise that most programs do not handle ends the process. So it gets
 * the error as the reason why there is no text, at which its `text()` throws.
 */
const habitsOfGenaiJs: StreamHabits = {
  heartbeat: asByteString(''),
  fail: (failure) => {
    const promptFeedback = { blockReason: 'OTHER', blockReasonMessage: failure.message };
    return writeEvent(encodeJson({ ...toErrorBody(failure), promptFeedback }));
  },
};

/** Reads from the headers which library a client uses. */
export function habitsOf({ headers }: Pick<RequestHead, 'headers'>): StreamHabits {
  const library = headers['x-goog-api-client'];
  if (library === undefined) return usualHabits;
  return /\bgenai-js\//.test(String(library)) ? habitsOfGenaiJs : habitsOfLibraries;
}

/** @param chunk JSON */
function writeEvent(chunk: ByteString): string {
  return `data: ${chunk}\n\n`;
}

/** Google's SDK throws at `[DONE]`, and loses a frame in the same block as a comment. Heartbeats are separate blocks. */
class EventWriter implements StreamWriter {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #habits: StreamHabits;

  constructor(habits: StreamHabits) {
    this.#habits = habits;
  }

  heartbeat(): ByteString {
    return this.#habits.heartbeat;
  }

  write(chunk: ByteString): string {
    return writeEvent(chunk);
  }

  fail(failure: Failure): string {
    return this.#habits.fail(failure);
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

  fail(failure: Failure): string {
    return this.write(toByteString(encodeErrorBody(failure))) + this.end();
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
