import { Buffer } from 'node:buffer';
import { EventStreamCodec } from '@smithy/core/event-streams';
import type { ConversationEvent } from '../../conversation/events.ts';
import { isRecord, parseJsonExactly, readText } from '../../lib/json.ts';
import { brokenAnswer, readFailureValue } from '../failure.ts';
import type { AnswerDecoder } from '../routes/route.ts';
import type { FrameReading } from './frame-reading.ts';

/** Largest message buffered in memory, in bytes. AWS's own limit is 16 MB. */
const maxMessageBytes = 32 * 1024 * 1024;
/** A message consists of its length (4 bytes), headers, a body and checksums; none is shorter than this. */
const minMessageBytes = 16;

/** AWS's binary frames are recognised by content type alone. No source has seen them on this upstream. */
export function isEventStreamType(contentType: string | undefined): boolean {
  return contentType?.trim().toLowerCase().startsWith('application/vnd.amazon.eventstream') === true;
}

/**
 * A decoder for AWS's binary event streams
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html), as Bedrock sends them: each `chunk`
 * message contains `{"bytes": base64 of a frame's JSON}`, and exceptions contain an error.
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
  #buffered: Buffer = Buffer.alloc(0);

  constructor(reading: FrameReading) {
    this.#reading = reading;
  }

  get complete(): boolean {
    return this.#reading.reader.over;
  }

  get finished(): boolean {
    return this.#reading.reader.finished === true;
  }

  decode(bytes: Uint8Array): ConversationEvent[] {
    const events: ConversationEvent[] = [];
    if (this.complete) return events;
    this.#buffered = this.#buffered.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#buffered, bytes]);
    try {
      for (let message = this.#nextMessage(); message !== undefined; message = this.#nextMessage())
        this.#readMessage(message, events);
    } catch (error) {
      this.#fail('The upstream sent a broken binary frame.', String(error), events);
    }
    return events;
  }

  end(): ConversationEvent[] {
    const events: ConversationEvent[] = [];
    if (this.#buffered.length > 0) this.#fail('The upstream sent a truncated binary frame.', '', events);
    this.#reading.reader.end(events);
    return events;
  }

  #nextMessage(): Uint8Array | undefined {
    if (this.#buffered.length < minMessageBytes) return undefined;
    const length = this.#buffered.readUInt32BE(0);
    if (length < minMessageBytes || length > maxMessageBytes) throw new RangeError(`a frame of ${length} bytes`);
    if (this.#buffered.length < length) return undefined;
    const message = this.#buffered.subarray(0, length);
    this.#buffered = this.#buffered.subarray(length);
    return message;
  }

  #readMessage(message: Uint8Array, events: ConversationEvent[]): void {
    const { reader, secrets, frames } = this.#reading;
    const { headers, body } = this.#codec.decode(message);
    const value = parseJsonExactly(Buffer.from(body).toString('utf8'));
    if (headers[':message-type']?.value !== 'event') {
      const details = isRecord(value) ? value : { message: Buffer.from(body).toString('utf8') };
      reader.fail(
        readFailureValue({ error: { type: headers[':exception-type']?.value, ...details } }, secrets),
        events,
      );
      return;
    }
    const wrapped = isRecord(value) ? readText(value.bytes) : undefined;
    const data = Buffer.from(wrapped ?? '', wrapped === undefined ? 'utf8' : 'base64').toString('utf8');
    const frame = wrapped === undefined ? value : parseJsonExactly(data);
    if (frame === undefined) {
      this.#fail('The upstream sent a binary frame that is not JSON.', data, events);
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
