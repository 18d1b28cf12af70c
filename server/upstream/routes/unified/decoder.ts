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

  /** What tells the form begins here, behind a byte order mark and blanks, which no form misses; -1 when all is that. */
  function findStart(bytes: Uint8Array): number {
    return bytes.findIndex((byte) => {
      if (markBytes < byteOrderMark.length && byte === byteOrderMark[markBytes]) {
        markBytes += 1;
        return false;
      }
      return !isBlank(byte);
    });
  }

  return {
    push(bytes) {
      if (chosen !== undefined) return chosen.push(bytes);
      const start = findStart(bytes);
      if (start === -1) return [];
      chosen = isStreamStart(bytes[start]) ? createStreamDecoder(newId) : createResultDecoder(newId);
      return chosen.push(start === 0 ? bytes : bytes.subarray(start));
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
function isStreamStart(byte: number | undefined): boolean {
  return byte === 0x64 || byte === 0x65 || byte === 0x69 || byte === 0x72 || byte === 0x3a;
}
