import type { ConversationEvent } from '../../../conversation/events.ts';
import type { AnswerDecoder } from '../route.ts';
import { createResultDecoder } from './decode-result.ts';
import { createStreamDecoder } from './decode-stream.ts';

const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * A decoder that looks at the body itself to tell its form: neither the content type nor what was asked for is to be
 * trusted (`stream: true` may be answered with plain JSON). A field name or a comment starts a stream of events.
 */
export function createAnswerDecoder(newId: () => string, secrets: readonly string[]): AnswerDecoder {
  return new FormDecoder(newId, secrets);
}

class FormDecoder implements AnswerDecoder {
  readonly #newId: () => string;
  readonly #secrets: readonly string[];
  #chosen: AnswerDecoder | undefined;
  #markBytes = 0;

  constructor(newId: () => string, secrets: readonly string[]) {
    this.#newId = newId;
    this.#secrets = secrets;
  }

  get complete(): boolean {
    return this.#chosen?.complete === true;
  }

  push(bytes: Uint8Array): ConversationEvent[] {
    if (this.#chosen !== undefined) return this.#chosen.push(bytes);
    const start = this.#findStart(bytes);
    if (start === -1) return [];
    const create = isStreamStart(bytes[start]) ? createStreamDecoder : createResultDecoder;
    this.#chosen = create(this.#newId, this.#secrets);
    return this.#chosen.push(start === 0 ? bytes : bytes.subarray(start));
  }

  end(): ConversationEvent[] {
    this.#chosen ??= createResultDecoder(this.#newId, this.#secrets);
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

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** `data`, `event`, `id`, `retry` or a comment. */
function isStreamStart(byte: number | undefined): boolean {
  return byte === 0x64 || byte === 0x65 || byte === 0x69 || byte === 0x72 || byte === 0x3a;
}
