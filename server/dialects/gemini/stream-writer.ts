import type { Failure } from '../../conversation/failure.ts';
import { asByteString, type ByteString, encodeJson, toByteString } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { RequestHead } from '../dialect.ts';
import { emptyParts } from './answer-parts.ts';
import { encodeErrorBody, toErrorBody } from './encode-failure.ts';

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
  /** Writes an error instead of the next chunk. */
  writeError(failure: Failure): string;
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
  readonly writeError: (failure: Failure) => string;
  readonly emptyEnd: readonly JsonRecord[];
}

const comment = asByteString(': heartbeat\n\n');
const blankLines = asByteString('\n\n');

/** @param chunk JSON */
function writeEvent(chunk: ByteString): string {
  return `data: ${chunk}\n\n`;
}

const writeErrorEvent = (failure: Failure) => writeEvent(toByteString(encodeErrorBody(failure)));

/** As JSON without a field name, like Google's own errors. */
const writeBareError = (failure: Failure) => `${toByteString(encodeErrorBody(failure))}\n\n`;

/** In both forms. Without a blank line, the second is left over at the end of the stream. */
const writeErrorTwice = (failure: Failure) => `${writeErrorEvent(failure)}${toByteString(encodeErrorBody(failure))}\n`;

/** As an event that says why there is no text. */
function writeBlockReason(failure: Failure): string {
  const promptFeedback = { blockReason: 'OTHER', blockReasonMessage: failure.message };
  return writeEvent(encodeJson({ ...toErrorBody(failure), promptFeedback }));
}

const otherClients: ClientLibrary = { heartbeat: comment, writeError: writeErrorEvent, emptyEnd: emptyParts };
const oldJavaScript: ClientLibrary = { heartbeat: asByteString(''), writeError: writeBlockReason, emptyEnd: [] };

/**
 * Most of Google's libraries do not know comments: those for Python and Go take them for errors, and skip blank lines. The
 * older one for JavaScript (`genai-js`, also in LangChain) reads nothing after either, and discards an answer with an empty
 * text from its chats.
 *
 * Several do not look for errors in events: a truncated answer would pass for a complete one. Those for Go and Swift fail at
 * a bare error. The one for JavaScript does so up to 2.22 at text that is left over, which gemini-cli tries again. If a stream
 * of `genai-js` fails, a promise that programs seldom handle ends the process; its `text()` throws the reason of a block.
 */
export function readLibrary({ headers }: Pick<RequestHead, 'headers'>): ClientLibrary {
  const header = headers['x-goog-api-client'];
  if (header === undefined)
    return isLiteLlm(headers['user-agent']) ? { ...otherClients, heartbeat: blankLines } : otherClients;
  const name = String(header);
  if (/\bgenai-js\//.test(name)) return oldJavaScript;
  const writeError = /\b(?:genai-swift|gl-go)\//.test(name) ? writeBareError : writeErrorTwice;
  return { heartbeat: blankLines, writeError, emptyEnd: emptyParts };
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
    return writeEvent(chunk);
  }

  writeError(failure: Failure): string {
    return this.#library.writeError(failure);
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

  writeError(failure: Failure): string {
    return this.write(toByteString(encodeErrorBody(failure)));
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
