import { type ByteString, toByteString } from '../../lib/byte-string.ts';
import { editJson } from '../../lib/edit-json.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord, readCount, readRecord, readString } from '../../lib/json.ts';
import { withoutNulls } from '../../lib/without-nulls.ts';
import type { MessagesAnswerOptions } from './answer-options.ts';
import { encodeStopReason, readStopReason } from './finish-reason.ts';
import { encodeEvent, nameEvent } from './stream-events.ts';
import { withToolCounts } from './usage.ts';

/** @returns the same frame if it is not an object */
export function editFrame(frame: string, change: (value: JsonRecord) => JsonRecord): ByteString {
  const value = parseExactJson(frame);
  return isRecord(value) ? editParsed(frame, value, change(value)) : toByteString(onOneLine(frame));
}

/** @param value the parsed frame @param changed what it becomes */
export function editParsed(frame: string, value: JsonRecord, changed: JsonRecord): ByteString {
  return editJson(toByteString(onOneLine(frame)), value, changed);
}

/** Replaces line breaks, which must not occur in an event's data. In JSON, they only occur between values. */
export function onOneLine(json: string): string {
  return /[\r\n]/.test(json) ? json.replaceAll(/[\r\n]+/g, ' ') : json;
}

/** True for thinking that the client did not ask for. Some models think anyway. */
export function isHidden(block: unknown, { thinking }: MessagesAnswerOptions): boolean {
  return thinking === 'hidden' && ['thinking', 'redacted_thinking'].includes(readString(readRecord(block).type) ?? '');
}

export function isCall(block: unknown): boolean {
  return readRecord(block).type === 'tool_use';
}

/** The reason that clients rely on: one of the API's, and `tool_use` when a call waits for its result. */
export function stopReasonOf(written: unknown, hasCalls: boolean): unknown {
  const reason = readStopReason(written);
  if (typeof written !== 'string' || reason === undefined) return hasCalls ? 'tool_use' : 'end_turn';
  return reason === 'stop' && hasCalls ? 'tool_use' : encodeStopReason(reason, written);
}

/**
 * Relays the events of blocks without hidden ones, and numbers the others without gaps. A block starts empty before it
 * grows, and stops once, before anything else starts, even if the upstream's does not.
 */
export class RelayedBlocks {
  readonly #options: MessagesAnswerOptions;
  /** The client's index of each block by the upstream's. Empty while they are the same. */
  readonly #indexes = new Map<number, number>();
  #isRenumbered = false;
  /** The types of the blocks that the upstream has not stopped, by its indexes. */
  readonly #types = new Map<number, string>();
  #started = 0;
  #isHidden = false;
  /** The type of the block that has not stopped, also of a hidden one. */
  #type: string | undefined;
  #hasCalls = false;
  /** The client's index of the block that has not stopped. */
  #open: number | undefined;
  /** What the events so far say about the end. Some servers send the reason and the usage in two events. */
  #ending: JsonRecord = {};

  constructor(options: MessagesAnswerOptions) {
    this.#options = options;
  }

  /** @param callId the id of the call that starts */
  encode(type: string, data: string, callId?: string): string {
    if (type === 'content_block_start') return this.close() + this.#start(type, data, callId);
    const started = type === 'content_block_delta' ? this.#startMissing(data) : '';
    if (type === 'content_block_stop') {
      this.#type = undefined;
      this.#types.delete(ownIndex(data));
    }
    if (started === undefined) return '';
    if (this.#isHidden) return started;
    if (type === 'content_block_stop') {
      if (this.#open === undefined || this.#indexOf(data) !== this.#open) return '';
      this.#open = undefined;
    }
    return started + nameEvent(type, this.#isRenumbered ? this.#edit(data) : toByteString(onOneLine(data)));
  }

  /** Stops the block that is open, if there is one. */
  close(): string {
    if (this.#open === undefined) return '';
    const index = this.#open;
    this.#open = undefined;
    return encodeEvent({ type: 'content_block_stop', index });
  }

  /** @returns the data of a `message_delta` with a reason that agrees with the blocks */
  finish(data: string): ByteString {
    return editFrame(data, (event) => {
      const delta = readRecord(event.delta);
      this.#ending = { ...this.#ending, ...withoutNulls(delta) };
      const reason = stopReasonOf(this.#ending.stop_reason, this.#hasCalls);
      const isComplete = reason === delta.stop_reason && delta.stop_sequence !== undefined;
      const usage = isRecord(event.usage) ? { usage: withToolCounts(event.usage) } : {};
      return {
        ...event,
        ...usage,
        ...(!isComplete && { delta: { stop_sequence: null, ...delta, ...this.#ending, stop_reason: reason } }),
      };
    });
  }

  #start(type: string, data: string, callId: string | undefined): string {
    const event = readRecord(parseExactJson(data));
    const block = withCallId(event.content_block, callId);
    this.#isHidden = isHidden(block, this.#options);
    this.#type = readString(readRecord(block).type);
    this.#types.set(readCount(event.index) ?? 0, this.#type ?? '');
    if (this.#isHidden) return '';
    this.#hasCalls ||= isCall(block);
    if (!isRecord(block)) return nameEvent(type, this.#edit(data));
    const index = this.#started;
    this.#started += 1;
    this.#number(readCount(event.index), index);
    this.#open = index;
    const { start, deltas } = emptyStart(block);
    const changes = start === event.content_block ? {} : { content_block: start };
    const filled = deltas.map((delta) => encodeEvent({ type: 'content_block_delta', index, delta }));
    return nameEvent(type, this.#edit(data, changes)) + filled.join('');
  }

  /**
   * Starts the block that a text or thinking belongs to, if it is not the one that has started.
   *
   * @returns undefined if nothing has started that could grow
   */
  #startMissing(data: string): string | undefined {
    const kind = growing.exec(data)?.[1];
    if (kind === this.#type && kind !== undefined) return '';
    const block = kind === undefined ? undefined : emptyBlocks.get(kind);
    if (block === undefined) return this.#types.size === 0 ? undefined : '';
    const { index } = readRecord(parseExactJson(data));
    const type = this.#types.get(readCount(index) ?? 0);
    if (type !== undefined && (type === kind || !replaced.has(type))) return '';
    const start = JSON.stringify({ type: 'content_block_start', index, content_block: block });
    return this.close() + this.#start('content_block_start', start, undefined);
  }

  /** The client's index of the block that an event is about. */
  #indexOf(data: string): number {
    const own = ownIndex(data);
    return this.#indexes.get(own) ?? own;
  }

  /** @param own the upstream's index of a block; undefined if it sends none @param index the client's */
  #number(own: number | undefined, index: number): void {
    if (!this.#isRenumbered && own === index) return;
    // So far, they were the same.
    if (!this.#isRenumbered) for (let same = 0; same < index; same += 1) this.#indexes.set(same, same);
    this.#isRenumbered = true;
    this.#indexes.set(own ?? 0, index);
  }

  #edit(data: string, changes: JsonRecord = {}): ByteString {
    return editFrame(data, (event) => {
      const own = readCount(event.index) ?? 0;
      return { ...event, ...changes, index: this.#indexes.get(own) ?? own };
    });
  }
}

/** The upstream's index of the block that an event is about. */
function ownIndex(data: string): number {
  return readCount(readRecord(parseExactJson(data)).index) ?? 0;
}

/** The type of the block that a delta belongs to. Within a JSON string, the quotes would be escaped. */
const growing = /"type"\s*:\s*"(text|thinking)_delta"/;
const emptyBlocks: ReadonlyMap<string, JsonRecord> = new Map([
  ['text', { type: 'text', text: '' }],
  ['thinking', { type: 'thinking', thinking: '', signature: '' }],
]);

/** Types of blocks that end where a text or thinking begins at the same index. */
const replaced: ReadonlySet<string> = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use']);

/** Adds texts that the block's type always has. @returns the same block if it has them */
export function withTexts(block: JsonRecord): JsonRecord {
  const texts = emptyBlocks.get(readString(block.type) ?? '') ?? {};
  const missing = Object.entries(texts).filter(([name]) => typeof block[name] !== 'string');
  return missing.length === 0 ? block : { ...block, ...Object.fromEntries(missing) };
}

/** Gives a call the id that the gateway decoded or created. */
function withCallId(block: unknown, id: string | undefined): unknown {
  return !isRecord(block) || !isCall(block) || id === undefined || block.id === id ? block : { ...block, id };
}

interface EmptyStart {
  /** The block itself if it is empty. */
  readonly start: JsonRecord;
  /** What the block had in it. */
  readonly deltas: readonly JsonRecord[];
}

function emptyStart(given: JsonRecord): EmptyStart {
  const block = withTexts(given);
  const { text, thinking, input } = block;
  if (block.type === 'text' && typeof text === 'string' && text !== '') {
    return { start: { ...block, text: '' }, deltas: [{ type: 'text_delta', text }] };
  }
  if (block.type === 'thinking' && typeof thinking === 'string' && thinking !== '') {
    return { start: { ...block, thinking: '' }, deltas: [{ type: 'thinking_delta', thinking }] };
  }
  if (!isCall(block) || (isRecord(input) && Object.keys(input).length === 0)) return { start: block, deltas: [] };
  const partial = isRecord(input) ? [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }] : [];
  return { start: { ...block, input: {} }, deltas: partial };
}
