import type { ConversationEvent } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { ByteString } from '../../lib/byte-string.ts';
import { parseJsonExactly } from '../../lib/json.ts';
import { createSseDecoder, type SseDecoder, type SseHandler, SseOverflowError } from '../../lib/sse.ts';
import { brokenAnswer, readFailureValue } from '../failure.ts';
import type { AnswerDecoder } from '../routes/route.ts';
import { breakOff } from './break-off.ts';
import type { FrameReading } from './frame-reading.ts';
import { isHeartbeatEvent, isHeartbeatFrame } from './heartbeat-frame.ts';
import { isLiteralReader, type LiteralReader } from './text-fast-path.ts';
import { createTextTemplate, type TextTemplate } from './text-template.ts';

/**
 * A decoder for an answer as server-sent events, with or without a final `[DONE]`. Frames may be separated by a single
 * LF (protocol notes), so a `data` line that is complete JSON by itself counts as a frame.
 */
export function createStreamDecoder(reading: FrameReading): AnswerDecoder {
  return new StreamDecoder(reading);
}

class StreamDecoder implements AnswerDecoder, SseHandler {
  readonly #reading: FrameReading;
  /** The fast path for text frames. It affects only speed. */
  readonly #template: TextTemplate | undefined;
  readonly #literalReader: LiteralReader | undefined;
  readonly #frames: SseDecoder = createSseDecoder(this);
  /** Reused: a new list would be promoted to V8's old generation while a slow stream waits (decision 011). */
  readonly #events: ConversationEvent[] = [];

  constructor(reading: FrameReading) {
    this.#reading = reading;
    const { reader, fastPath } = reading;
    if (fastPath === undefined || !isLiteralReader(reader)) return;
    this.#literalReader = reader;
    this.#template = createTextTemplate(reading, fastPath);
  }

  get complete(): boolean {
    return this.#reading.reader.over;
  }

  get finished(): boolean {
    return this.#reading.reader.finished === true;
  }

  decode(bytes: Uint8Array): ConversationEvent[] {
    return this.#collectEvents(() => this.#frames.decodeChunk(bytes));
  }

  end(): ConversationEvent[] {
    return this.#collectEvents(() => {
      this.#frames.end();
      this.#reading.reader.end(this.#events);
    });
  }

  takeRun(lines: ByteString, start: number): number {
    const run = this.#template?.readRun(lines, start);
    if (run === undefined) return start;
    this.#literalReader?.readLiterals(run.choice, run.literals, this.#events);
    return run.end;
  }

  takeLine(data: string): boolean {
    return this.#readData(data);
  }

  takeFrame(data: string, event: string): void {
    // The data of a heartbeat is any word.
    if (this.#readData(data) || data.trim() === '' || isHeartbeatEvent(event)) return;
    breakOff(this.#reading.reader, readBrokenFrame(data, this.#reading.secrets), this.#events);
  }

  /** @returns false when the data is neither a JSON object or array nor `[DONE]` */
  #readData(given: string): boolean {
    const { reader, frames } = this.#reading;
    const data = given.trim();
    if (data === '[DONE]') {
      reader.end(this.#events, true);
      return true;
    }
    // Only objects and arrays are frames; a bare word or number may be one line of a longer value.
    const value = isStructure(data) ? parseJsonExactly(data) : undefined;
    if (value === undefined) return false;
    if (isHeartbeatFrame(value)) return true;
    if (frames === 'stream' && !reader.over) this.#events.push({ type: 'frame', data });
    const count = this.#events.length;
    reader.read(value, this.#events);
    this.#template?.learn(data, this.#events.slice(count));
    return true;
  }

  #collectEvents(step: () => void): ConversationEvent[] {
    const { reader, secrets } = this.#reading;
    if (reader.over) return [];
    try {
      step();
    } catch (error) {
      const isEndless = error instanceof SseOverflowError;
      const message = `The upstream sent an event ${isEndless ? 'without an end' : 'that cannot be read'}.`;
      breakOff(reader, brokenAnswer(message, String(error), secrets), this.#events);
    }
    return this.#events.splice(0);
  }
}

function isStructure(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === 0x7b || first === 0x5b;
}

/** Reads a frame that is not JSON: plain text is an error message, anything else is broken JSON. */
function readBrokenFrame(text: string, secrets: readonly string[]): Failure {
  if (!/^\s*[[{]/.test(text)) return readFailureValue(text, secrets);
  return brokenAnswer('The upstream sent an event that is broken JSON.', text, secrets);
}
