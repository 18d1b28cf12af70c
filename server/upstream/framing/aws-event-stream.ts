import { Buffer } from 'node:buffer';
import { EventStreamCodec } from '@smithy/core/event-streams';
import type { ConversationEvent } from '../../conversation/events.ts';
import { isRecord, parseJsonExactly, readText } from '../../lib/json.ts';
import { brokenAnswer, readFailureValue } from '../failure.ts';
import type { AnswerDecoder } from '../routes/route.ts';
import { breakOff } from './break-off.ts';
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
 * message contains `{"bytes": base64 of a frame's JSON}`, exceptions contain an error, and errors have it in their headers.
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
  /** What was not read yet. Joining it with each piece of a long message would copy it each time. */
  #pieces: Buffer[] = [];
  #length = 0;
  /** How many bytes the next message needs, as far as they are known. */
  #wanted = minMessageBytes;

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
    this.#pieces.push(Buffer.from(bytes));
    this.#length += bytes.length;
    if (this.#length < this.#wanted) return events;
    try {
      this.#readMessages(Buffer.concat(this.#pieces, this.#length), events);
    } catch (error) {
      this.#fail('The upstream sent a broken binary frame.', String(error), events);
    }
    return events;
  }

  end(): ConversationEvent[] {
    const events: ConversationEvent[] = [];
    if (this.#length > 0) this.#fail('The upstream sent a truncated binary frame.', '', events);
    this.#reading.reader.end(events);
    return events;
  }

  #readMessages(buffered: Buffer, events: ConversationEvent[]): void {
    let rest = buffered;
    for (;;) {
      this.#wanted = lengthOfMessage(rest);
      if (rest.length < this.#wanted) break;
      this.#readMessage(rest.subarray(0, this.#wanted), events);
      rest = rest.subarray(this.#wanted);
    }
    this.#pieces = [rest];
    this.#length = rest.length;
  }

  #readMessage(message: Uint8Array, events: ConversationEvent[]): void {
    const { reader, secrets, frames } = this.#reading;
    const { headers, body } = this.#codec.decode(message);
    const value = parseJsonExactly(Buffer.from(body).toString('utf8'));
    if (headers[':message-type']?.value !== 'event') {
      const type = (headers[':exception-type'] ?? headers[':error-code'])?.value;
      const message = headers[':error-message']?.value ?? Buffer.from(body).toString('utf8');
      reader.fail(readFailureValue({ error: { type, ...(isRecord(value) ? value : { message }) } }, secrets), events);
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
    breakOff(reader, brokenAnswer(message, evidence, secrets), events);
  }
}

/** The length of the message that begins here, or at least what is needed to know it. @throws RangeError */
function lengthOfMessage(buffered: Buffer): number {
  if (buffered.length < minMessageBytes) return minMessageBytes;
  const length = buffered.readUInt32BE(0);
  if (length < minMessageBytes || length > maxMessageBytes) throw new RangeError(`a frame of ${length} bytes`);
  return length;
}
