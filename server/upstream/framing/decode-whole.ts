import { Buffer } from 'node:buffer';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { AnswerReader } from '../../dialects/dialect.ts';
import { readRawBytes } from '../../lib/byte-string.ts';
import { parseJsonExactly } from '../../lib/json.ts';
import { brokenAnswer, readFailureValue } from '../failure.ts';
import type { AnswerDecoder } from '../routes/route.ts';
import { readAroundText } from './around-text.ts';
import type { FrameReading } from './frame-reading.ts';

/** Largest non-streamed answer, in bytes. */
const maxAnswerBytes = 32 * 1024 * 1024;

/** A decoder for an answer that is one JSON text. Any other text is a failure. */
export function createWholeDecoder(reading: FrameReading): AnswerDecoder {
  const { reader, secrets, frames, fastPath } = reading;
  let body = '';
  let over = false;
  return {
    // The answer is complete only when the body ends.
    complete: false,
    decode(bytes) {
      if (over) return [];
      body += readRawBytes(bytes);
      over = body.length > maxAnswerBytes;
      return over ? [{ type: 'failure', failure: brokenAnswer("The upstream's answer is too large.") }] : [];
    },
    end() {
      if (over) return [];
      over = true;
      const read = (text: string) => readWhole(text, reader, secrets, frames === 'whole');
      const fast =
        fastPath?.aroundText === true
          ? readAroundText(body, (text) => readWhole(text, reading.createReader(), secrets, false))
          : undefined;
      return fast ?? read(Buffer.from(body, 'latin1').toString('utf8'));
    },
  };
}

/** Parses a whole answer. The fast path must give the same events. */
export function readWhole(
  text: string,
  reader: AnswerReader,
  secrets: readonly string[],
  frames: boolean,
): ConversationEvent[] {
  const events: ConversationEvent[] = [];
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const value = /^[[{]/.test(trimmed) ? parseJsonExactly(trimmed) : undefined;
  if (value !== undefined) {
    if (frames) events.push({ type: 'frame', data: trimmed });
    reader.read(value, events);
  } else if (/^[[{]/.test(trimmed)) {
    reader.fail(brokenAnswer("The upstream's answer is broken JSON.", trimmed, secrets), events);
  } else if (trimmed !== '') {
    // A web page or a plain message instead of an answer.
    reader.fail(readFailureValue(trimmed, secrets), events);
  }
  reader.end(events, value !== undefined);
  return events;
}
