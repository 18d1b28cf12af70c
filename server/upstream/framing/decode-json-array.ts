import type { ConversationEvent } from '../../conversation/events.ts';
import { readRawBytes } from '../../lib/byte-string.ts';
import { parseJsonExactly } from '../../lib/json.ts';
import { createArrayScanner } from '../../lib/scan-json-array.ts';
import { brokenAnswer } from '../failure.ts';
import type { AnswerDecoder } from '../routes/route.ts';
import { breakOff } from './break-off.ts';
import type { FrameReading } from './frame-reading.ts';

/** Largest frame buffered in memory, in bytes. */
const maxFrameBytes = 32 * 1024 * 1024;

/**
 * A decoder for an answer as one JSON array whose items are the frames: Gemini's stream format without `alt=sse`. Each
 * frame is reported as soon as it is complete. A missing closing bracket is accepted.
 */
export function createJsonArrayDecoder(reading: FrameReading): AnswerDecoder {
  const { reader, secrets, frames } = reading;
  const scanner = createArrayScanner();
  const fail = (message: string, evidence: string, events: ConversationEvent[]) =>
    breakOff(reader, brokenAnswer(message, evidence.slice(0, 500), secrets), events);
  return {
    get complete() {
      return reader.over;
    },
    get finished() {
      return reader.finished === true;
    },
    decode(bytes) {
      const events: ConversationEvent[] = [];
      if (reader.over) return events;
      for (const item of scanner.scan(readRawBytes(bytes))) {
        const data = Buffer.from(item, 'latin1').toString('utf8');
        const value = parseJsonExactly(data);
        if (value === undefined) {
          fail('The upstream sent a frame that is broken JSON.', data, events);
          break;
        }
        if (frames === 'stream' && !reader.over) events.push({ type: 'frame', data });
        reader.read(value, events);
      }
      if (scanner.openLength > maxFrameBytes) fail('The upstream sent a frame without an end.', '', events);
      return events;
    },
    end() {
      const events: ConversationEvent[] = [];
      if (scanner.openLength > 0) fail('The upstream sent a truncated frame.', '', events);
      reader.end(events);
      return events;
    },
  };
}
