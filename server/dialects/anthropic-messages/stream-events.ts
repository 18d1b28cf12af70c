import { asByteString, type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';

export const eventStream = 'text/event-stream; charset=utf-8';
export const nothing = asByteString('');

/** Encodes an event with its name, which the official SDK requires. */
export function encodeEvent(event: JsonRecord & { readonly type: string }): ByteString {
  return nameEvent(event.type, encodeJson(event));
}

/** @param data the event's JSON, on one line */
export function nameEvent(type: string, data: ByteString): ByteString {
  return asByteString(`event: ${type}\ndata: ${data}\n\n`);
}

/** Valid at any point in a stream. */
export const pingEvent = encodeEvent({ type: 'ping' });

/** Writes content blocks in sequence, numbered from 0. Each is started and stopped once. */
export class BlockWriter {
  #index = -1;
  #isOpen = false;
  #held: JsonRecord[] = [];

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Buffers a block until another one starts, so that it is never the last one: Claude Code only uses a text as its
   * result if it is the last block.
   */
  hold(block: JsonRecord): void {
    this.#held.push(block);
  }

  /** @param block the block without its text */
  start(block: JsonRecord): string {
    const held = this.#held;
    this.#held = [];
    const stopped = held.map((each) => this.start(each)).join('') + this.stop();
    this.#isOpen = true;
    this.#index += 1;
    return stopped + encodeEvent({ type: 'content_block_start', index: this.#index, content_block: block });
  }

  delta(change: JsonRecord): string {
    return encodeEvent({ type: 'content_block_delta', index: this.#index, delta: change });
  }

  /**
   * Writes one event for each piece of text. The pieces are JSON string literals; everything else in the events is the
   * same.
   */
  textLiterals(literals: readonly string[]): string {
    const head = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#index},"delta":{"type":"text_delta","text":"`;
    const tail = '"}}\n\n';
    return head + literals.join(tail + head) + tail;
  }

  stop(): string {
    if (!this.#isOpen) return '';
    this.#isOpen = false;
    return encodeEvent({ type: 'content_block_stop', index: this.#index });
  }
}
