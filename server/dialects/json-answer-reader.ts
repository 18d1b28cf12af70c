import type { ConversationEvent } from '../conversation/events.ts';
import type { Failure } from '../conversation/failure.ts';
import { isRecord, type JsonRecord } from '../lib/json.ts';
import type { AnswerReader, AnswerReaderOptions } from './dialect.ts';

/** The parts of an answer reader that are the same for every API: nothing follows the end, and values are objects. */
export abstract class JsonAnswerReader<Options extends AnswerReaderOptions = AnswerReaderOptions>
  implements AnswerReader
{
  protected readonly options: Options;
  #over = false;

  constructor(options: Options) {
    this.options = options;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Reads a list as the values in it: some upstreams send a stream as one. */
  read(value: unknown, events: ConversationEvent[]): void {
    if (this.#over) return;
    if (isRecord(value)) this.readRecord(value, events);
    else if (Array.isArray(value)) for (const item of value) this.read(item, events);
    else this.fail(this.options.brokenAnswer('The upstream sent an invalid answer.', JSON.stringify(value)), events);
  }

  fail(failure: Failure, events: ConversationEvent[]): void {
    if (this.#over) return;
    this.#over = true;
    events.push({ type: 'failure', failure });
  }

  /** Call when the answer has ended. */
  protected setOver(): void {
    this.#over = true;
  }

  abstract end(events: ConversationEvent[], isComplete?: boolean): void;

  protected abstract readRecord(value: JsonRecord, events: ConversationEvent[]): void;
}
