import type { AnswerDecoder } from '../route.ts';
import { createResultDecoder } from './decode-result.ts';
import { createStreamDecoder } from './decode-stream.ts';

const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * A decoder that looks at the body itself to tell its form: neither the content type nor what was asked for is to be
 * trusted (`stream: true` may be answered with plain JSON). A field name or a comment starts a stream of events.
 */
export function createAnswerDecoder(newId: () => string): AnswerDecoder {
  let chosen: AnswerDecoder | undefined;
  let markBytes = 0;

  function choose(bytes: Uint8Array): AnswerDecoder | undefined {
    for (const byte of bytes) {
      if (markBytes < byteOrderMark.length && byte === byteOrderMark[markBytes]) markBytes += 1;
      else if (!isBlank(byte)) return isStreamStart(byte) ? createStreamDecoder(newId) : createResultDecoder(newId);
    }
    return undefined;
  }

  return {
    push(bytes) {
      chosen ??= choose(bytes);
      // What comes before the first sign of a form is a byte order mark or blank: no form misses it.
      return chosen === undefined ? [] : chosen.push(bytes);
    },
    end() {
      chosen ??= createResultDecoder(newId);
      return chosen.end();
    },
  };
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** `data`, `event`, `id`, `retry` or a comment. */
function isStreamStart(byte: number): boolean {
  return byte === 0x64 || byte === 0x65 || byte === 0x69 || byte === 0x72 || byte === 0x3a;
}
