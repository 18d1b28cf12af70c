import type { ConversationEvent } from '../../conversation/events.ts';
import { readRawBytes } from '../../lib/byte-string.ts';
import { parseJsonExactly } from '../../lib/json.ts';
import { createArrayScanner } from '../../lib/scan-json-array.ts';
import { brokenAnswer } from '../failure.ts';
import type { AnswerDecoder } from '../routes/route.ts';
import type { FrameReading } from './decoder.ts';

/** The largest frame that is held in memory while its end is awaited; bytes. */
const largestFrame = 32 * 1024 * 1024;

/**
 * A decoder for an answer as one JSON array whose items are its frames, each told as soon as it is complete: Gemini's form
 * of a stream without `alt=sse`. The array may stay open.
 */
export function createJsonArrayDecoder(reading: FrameReading): AnswerDecoder {
  const { reader, secrets, frames } = reading;
  const scanner = createArrayScanner();
  let held = '';
  const fail = (message: string, events: ConversationEvent[]) =>
    reader.fail(brokenAnswer(message, held.slice(0, 500), secrets), events);
  return {
    get complete() {
      return reader.over;
    },
    push(bytes) {
      const events: ConversationEvent[] = [];
      if (reader.over) return events;
      held += readRawBytes(bytes);
      const { items, rest } = scanner.take(held);
      held = rest;
      for (const item of items) {
        const data = Buffer.from(item, 'latin1').toString('utf8');
        const value = parseJsonExactly(data);
        if (value === undefined) {
          fail('The upstream sent a frame that is broken JSON.', events);
          break;
        }
        if (frames === 'stream' && !reader.over) events.push({ type: 'frame', data });
        reader.read(value, events);
      }
      if (held.length > largestFrame) fail('The upstream sent a frame that does not end.', events);
      return events;
    },
    end() {
      const events: ConversationEvent[] = [];
      if (!scanner.closed && held.trim() !== '' && held.trim() !== ',') {
        fail('The upstream sent a frame that is cut.', events);
      }
      reader.end(events);
      return events;
    },
  };
}
