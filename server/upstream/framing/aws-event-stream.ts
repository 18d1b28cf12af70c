import { Buffer } from 'node:buffer';
import { EventStreamCodec } from '@smithy/core/event-streams';
import type { ConversationEvent } from '../../conversation/events.ts';
import { isRecord, parseJsonExactly, readText } from '../../lib/json.ts';
import { brokenAnswer, readFailureValue } from '../failure.ts';
import type { AnswerDecoder } from '../routes/route.ts';
import type { FrameReading } from './decoder.ts';

/** The largest message that is held in memory while its end is awaited; bytes. AWS's own limit is 16 MB. */
const largestMessage = 32 * 1024 * 1024;
/** A message is its length (4 bytes), headers, a body and checksums; nothing is shorter than this. */
const shortestMessage = 16;

/** AWS's binary frames are told by the content type alone: no source has seen them on this upstream. */
export function isEventStreamType(contentType: string | undefined): boolean {
  return contentType?.trim().toLowerCase().startsWith('application/vnd.amazon.eventstream') === true;
}

/**
 * A decoder for AWS's binary event streams
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html), as Bedrock has them: each `chunk` message
 * holds `{"bytes": base64 of a frame's JSON}`, exceptions hold an error.
 */
export function createEventStreamDecoder(reading: FrameReading): AnswerDecoder {
  return new EventStreamDecoder(reading);
}

class EventStreamDecoder implements AnswerDecoder {
  readonly #reading: FrameReading;
  readonly #codec = new EventStreamCodec(
    (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
    (text) => Buffer.from(text, 'utf8'),
  );
  #held: Buffer = Buffer.alloc(0);

  constructor(reading: FrameReading) {
    this.#reading = reading;
  }

  get complete(): boolean {
    return this.#reading.reader.over;
  }

  push(bytes: Uint8Array): ConversationEvent[] {
    const events: ConversationEvent[] = [];
    if (this.complete) return events;
    this.#held = this.#held.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#held, bytes]);
    try {
      for (let message = this.#next(); message !== undefined; message = this.#next()) this.#take(message, events);
    } catch (error) {
      this.#fail('The upstream sent a broken binary frame.', String(error), events);
    }
    return events;
  }

  end(): ConversationEvent[] {
    const events: ConversationEvent[] = [];
    if (this.#held.length > 0) this.#fail('The upstream sent a binary frame that is cut.', '', events);
    this.#reading.reader.end(events);
    return events;
  }

  #next(): Uint8Array | undefined {
    if (this.#held.length < shortestMessage) return undefined;
    const length = this.#held.readUInt32BE(0);
    if (length < shortestMessage || length > largestMessage) throw new RangeError(`a frame of ${length} bytes`);
    if (this.#held.length < length) return undefined;
    const message = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return message;
  }

  #take(message: Uint8Array, events: ConversationEvent[]): void {
    const { reader, secrets, frames } = this.#reading;
    const { headers, body } = this.#codec.decode(message);
    const value = parseJsonExactly(Buffer.from(body).toString('utf8'));
    if (headers[':message-type']?.value !== 'event') {
      const said = isRecord(value) ? value : { message: Buffer.from(body).toString('utf8') };
      reader.fail(readFailureValue({ error: { type: headers[':exception-type']?.value, ...said } }, secrets), events);
      return;
    }
    const wrapped = isRecord(value) ? readText(value.bytes) : undefined;
    const data = Buffer.from(wrapped ?? '', wrapped === undefined ? 'utf8' : 'base64').toString('utf8');
    const frame = wrapped === undefined ? value : parseJsonExactly(data);
    if (frame === undefined) {
      this.#fail('The upstream sent a binary frame that is no JSON.', data, events);
      return;
    }
    if (frames === 'stream' && !reader.over)
      events.push({ type: 'frame', data: wrapped === undefined ? JSON.stringify(value) : data });
    reader.read(frame, events);
  }

  #fail(message: string, evidence: string, events: ConversationEvent[]): void {
    const { reader, secrets } = this.#reading;
    reader.fail(brokenAnswer(message, evidence, secrets), events);
  }
}
