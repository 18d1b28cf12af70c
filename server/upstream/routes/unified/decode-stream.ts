import type { ConversationEvent } from '../../../conversation/events.ts';
import type { Failure } from '../../../conversation/failure.ts';
import type { ByteString } from '../../../lib/byte-string.ts';
import { parseJson } from '../../../lib/json.ts';
import { createSseDecoder, type SseDecoder, type SseHandler } from '../../../lib/sse.ts';
import { brokenAnswer, readFailureValue } from '../../failure.ts';
import type { AnswerDecoder } from '../route.ts';
import { AnswerReader } from './answer-reader.ts';
import { createTextTemplate, type TextTemplate } from './text-template.ts';

/**
 * A decoder for an answer as server-sent events, ended by `[DONE]` or not. Line ends may be a single LF between frames
 * (protocol note), so a `data` line that is whole JSON by itself counts as a frame.
 *
 * @param template the fast path for frames of text; its absence changes nothing but the time
 */
export function createStreamDecoder(newId: () => string, template: TextTemplate = createTextTemplate()): AnswerDecoder {
  return new StreamDecoder(newId, template);
}

class StreamDecoder implements AnswerDecoder, SseHandler {
  readonly #template: TextTemplate;
  readonly #reader: AnswerReader;
  readonly #frames: SseDecoder = createSseDecoder(this);
  #complete = false;
  /** One list for all: a new one would grow old while it waits for a slow stream's next chunk (decision 011). */
  readonly #events: ConversationEvent[] = [];

  constructor(newId: () => string, template: TextTemplate) {
    this.#template = template;
    this.#reader = new AnswerReader(newId);
  }

  get complete(): boolean {
    return this.#complete;
  }

  push(bytes: Uint8Array): ConversationEvent[] {
    return this.#run(() => this.#frames.push(bytes));
  }

  end(): ConversationEvent[] {
    return this.#run(() => {
      this.#frames.end();
      this.#reader.end(this.#events);
    });
  }

  takeRun(lines: ByteString, start: number): number {
    const run = this.#template.readRun(lines, start);
    if (run === undefined) return start;
    this.#reader.readLiterals(run.choice, run.literals, this.#events);
    return run.end;
  }

  takeLine(data: string): boolean {
    return this.#take(data);
  }

  takeFrame(data: string): void {
    if (!this.#take(data) && data !== '') this.#reader.fail(readBrokenFrame(data), this.#events);
  }

  /** @returns false when the data is no JSON object or list, nor the mark of the end */
  #take(data: string): boolean {
    if (data === '[DONE]') {
      this.#reader.end(this.#events);
      this.#complete = true;
      return true;
    }
    // Only objects and lists are answers; a bare word or number may be a line of something longer.
    const value = isStructure(data) ? parseJson(data) : undefined;
    if (value === undefined) return false;
    const count = this.#events.length;
    this.#reader.read(value, this.#events);
    this.#template.learn(data, this.#events.slice(count));
    return true;
  }

  #run(step: () => void): ConversationEvent[] {
    if (this.#reader.over) return [];
    try {
      step();
    } catch (error) {
      this.#reader.fail(brokenAnswer('The upstream sent an event that does not end.', String(error)), this.#events);
    }
    return this.#events.splice(0);
  }
}

function isStructure(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === 0x7b || first === 0x5b;
}

/** A frame that is no JSON: a sentence in place of one is an error in words, anything else is broken. */
function readBrokenFrame(text: string): Failure {
  if (/^\s*[[{]/.test(text)) return brokenAnswer('The upstream sent an event that is broken JSON.', text);
  return readFailureValue(text);
}
