import { asByteString, type ByteString } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { RequestHead } from '../dialect.ts';
import { emptyParts } from './answer-parts.ts';

/** `events`: server-sent events (`alt=sse`). `array`: one JSON array, whose items are sent one by one. */
export type StreamForm = 'events' | 'array';

/** Writes chunks in the format of a stream. */
export interface StreamWriter {
  readonly contentType: string;
  /** The parts of the last chunk when all parts were sent before it. */
  readonly emptyEnd: readonly JsonRecord[];
  heartbeat(): ByteString;
  /** @param chunk JSON */
  write(chunk: ByteString): string;
  /** @param error JSON, instead of the next chunk */
  writeError(error: ByteString): string;
  /** Closes the stream. */
  end(): string;
}

/** @param library of the client, which matters for events */
export function createStreamWriter(form: StreamForm, library: ClientLibrary = otherClients): StreamWriter {
  return form === 'events' ? new EventWriter(library) : new ArrayWriter();
}

/** How a client's library reads events. */
export interface ClientLibrary {
  readonly heartbeat: ByteString;
  /** The library mistakes an error in an event for a chunk, and expects it as JSON without a field name. */
  readonly expectsBareErrors: boolean;
  readonly emptyEnd: readonly JsonRecord[];
}

const comment = asByteString(': heartbeat\n\n');
const blankLines = asByteString('\n\n');

const otherClients: ClientLibrary = { heartbeat: comment, expectsBareErrors: false, emptyEnd: emptyParts };

/**
 * Most of Google's libraries do not know comments: those for Python and Go take them for errors, and skip blank lines. The
 * older one for JavaScript (`genai-js`) reads nothing after either. It and those for Go and Swift do not look for errors in
 * events: without a bare error, a truncated answer would pass for a complete one. `genai-js` also discards an answer with
 * an empty text from its chats.
 */
export function readLibrary({ headers }: Pick<RequestHead, 'headers'>): ClientLibrary {
  const header = headers['x-goog-api-client'];
  if (header === undefined)
    return isLiteLlm(headers['user-agent']) ? { ...otherClients, heartbeat: blankLines } : otherClients;
  const name = String(header);
  const isOldJavaScript = /\bgenai-js\//.test(name);
  return {
    heartbeat: isOldJavaScript ? asByteString('') : blankLines,
    expectsBareErrors: isOldJavaScript || /\b(?:genai-swift|gl-go)\//.test(name),
    emptyEnd: isOldJavaScript ? [] : emptyParts,
  };
}

/** LiteLLM reads no chunk after a comment before the first one. */
function isLiteLlm(userAgent: string | undefined): boolean {
  return userAgent?.startsWith('litellm/') === true;
}

/** Google's SDK throws at `[DONE]`, and loses a frame in the same block as a comment. Heartbeats are separate blocks. */
class EventWriter implements StreamWriter {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #library: ClientLibrary;

  constructor(library: ClientLibrary) {
    this.#library = library;
  }

  get emptyEnd(): readonly JsonRecord[] {
    return this.#library.emptyEnd;
  }

  heartbeat(): ByteString {
    return this.#library.heartbeat;
  }

  write(chunk: ByteString): string {
    return `data: ${chunk}\n\n`;
  }

  writeError(error: ByteString): string {
    return this.#library.expectsBareErrors ? `${error}\n\n` : this.write(error);
  }

  end(): string {
    return '';
  }
}

/**
 * Has line breaks where Google's arrays have them, at which some clients (Continue) split an array. Heartbeats are white
 * space inside the array: Google's Python libraries fail at anything before its opening bracket and behind its closing one
 * (https://github.com/googleapis/python-api-core/blob/main/google/api_core/_rest_streaming_base.py).
 */
class ArrayWriter implements StreamWriter {
  readonly contentType = 'application/json; charset=utf-8';
  readonly emptyEnd = emptyParts;
  #isOpen = false;
  #hasItems = false;

  heartbeat(): ByteString {
    return asByteString(`${this.#open()}\n`);
  }

  write(chunk: ByteString): string {
    const opening = this.#hasItems ? ',\r\n' : this.#open();
    this.#hasItems = true;
    return `${opening}${chunk}\n`;
  }

  writeError(error: ByteString): string {
    return this.write(error);
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
