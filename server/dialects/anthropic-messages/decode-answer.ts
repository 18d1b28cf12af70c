import { BlockLanes } from '../../conversation/block-lanes.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import { modelFailure, unnamedCallMessage } from '../../conversation/failure.ts';
import { settleFinishReason } from '../../conversation/finish-reason.ts';
import { UniqueIds } from '../../conversation/unique-ids.ts';
import { asList, isRecord, type JsonRecord, readCount, readRecord, readText } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { AnswerReaderOptions } from '../dialect.ts';
import { isErrorBody } from '../error-body.ts';
import { JsonAnswerReader } from '../json-answer-reader.ts';
import { AnswerBlock, toBlockKind } from './answer-block.ts';
import { readStopReason } from './finish-reason.ts';
import { anthropicMessages } from './name.ts';
import { type MessagesCounts, readBedrockCounts, readUsageCounts, toUsage } from './usage.ts';

/**
 * Decodes an answer of the Messages API: a complete message, or the events of a stream, which are recognized by their
 * `type` alone. A delta of a block without a start event starts the block. Blocks without a stop event are closed at
 * the end.
 */
export class MessagesAnswerReader extends JsonAnswerReader {
  readonly #lanes = new BlockLanes(0);
  /** Open blocks by their index on the wire. */
  readonly #blocks = new Map<number, AnswerBlock>();
  readonly #callIds: UniqueIds;
  #model: string | undefined;
  #counts: MessagesCounts | undefined;
  #stop: JsonRecord = {};
  #started = false;
  /** True if the answer is complete: it was not streamed, or the stream contained its end. */
  #ended = false;

  constructor(options: AnswerReaderOptions) {
    super(options);
    this.#callIds = new UniqueIds(options.newId);
  }

  get finished(): boolean {
    return this.#ended;
  }

  end(events: ConversationEvent[]): void {
    if (this.over) return;
    if (this.#ended) {
      this.#finish(events);
      return;
    }
    const message = this.#started
      ? "The upstream's stream ended before the answer did."
      : 'The upstream sent an empty answer.';
    this.fail(this.options.brokenAnswer(message), events);
  }

  protected readRecord(value: JsonRecord, events: ConversationEvent[]): void {
    switch (value.type) {
      case 'message_start':
        this.#readMessage(readRecord(value.message), events);
        break;
      case 'content_block_start':
        this.#startBlock(indexOf(value), readRecord(value.content_block), events);
        break;
      case 'content_block_delta':
        this.#growBlock(indexOf(value), readRecord(value.delta), events);
        break;
      case 'content_block_stop':
        this.#stopBlock(indexOf(value), events);
        break;
      case 'message_delta':
        this.#readStop(readRecord(value.delta));
        this.#readUsage(value.usage, events);
        break;
      case 'message_stop':
        this.#readEnd(value, events);
        break;
      default:
        this.#readOther(value, events);
    }
  }

  /** Reads a complete message or an error in any format. Unknown events are ignored. */
  #readOther(value: JsonRecord, events: ConversationEvent[]): void {
    if (value.type === 'message' || (Array.isArray(value.content) && value.type !== 'error')) {
      this.#readMessage(value, events);
      this.#readUsage(value.usage, events);
      this.#readStop(value);
      this.#ended = true;
    } else if (isErrorBody(value)) {
      this.fail(this.options.readFailure(value), events);
    }
  }

  /** Reads a message, which may be incomplete at the start of a stream. */
  #readMessage(message: JsonRecord, events: ConversationEvent[]): void {
    this.#model ??= readText(message.model);
    this.#counts = readUsageCounts(message.usage, this.#counts);
    this.#start(events);
    for (const content of asList(message.content)) {
      const block = typeof content === 'string' ? { type: 'text', text: content } : content;
      if (isRecord(block) && !this.over) this.#makeBlock(block, events)?.close(events);
    }
  }

  #startBlock(index: number, content: JsonRecord, events: ConversationEvent[]): void {
    this.#stopBlock(index, events);
    const block = this.#makeBlock(content, events);
    if (block !== undefined) this.#blocks.set(index, block);
  }

  #makeBlock(content: JsonRecord, events: ConversationEvent[]): AnswerBlock | undefined {
    this.#start(events);
    const kind = toBlockKind(content, (id) => this.#callIds.claim(id));
    if (kind.kind === 'tool-call' && kind.name === '') {
      this.fail(modelFailure(unnamedCallMessage), events);
      return undefined;
    }
    const block = new AnswerBlock(kind, this.#lanes, this.#model);
    block.begin(content, events);
    return block;
  }

  #growBlock(index: number, delta: JsonRecord, events: ConversationEvent[]): void {
    if (this.#blocks.get(index)?.applyDelta(delta, events) === true) return;
    // The delta belongs to another block without a start event.
    const type = startOfDelta(delta);
    if (type === undefined) return;
    this.#startBlock(index, { type }, events);
    this.#blocks.get(index)?.applyDelta(delta, events);
  }

  #stopBlock(index: number, events: ConversationEvent[]): void {
    this.#blocks.get(index)?.close(events);
    this.#blocks.delete(index);
  }

  #readStop(delta: JsonRecord): void {
    const members = Object.entries(delta).filter(([name, value]) => stopMembers.has(name) && value !== null);
    this.#stop = { ...this.#stop, ...Object.fromEntries(members) };
    if (typeof delta.stop_reason === 'string') this.#ended = true;
  }

  #readUsage(value: unknown, events: ConversationEvent[]): void {
    if (!isRecord(value) || this.over) return;
    this.#counts = readUsageCounts(value, this.#counts);
    this.#start(events);
    if (this.#counts !== undefined) events.push({ type: 'usage', usage: toUsage(this.#counts) });
  }

  #readEnd(value: JsonRecord, events: ConversationEvent[]): void {
    this.#start(events);
    if (this.#counts === undefined) {
      this.#counts = readBedrockCounts(value['amazon-bedrock-invocationMetrics'], undefined);
      if (this.#counts !== undefined) events.push({ type: 'usage', usage: toUsage(this.#counts) });
    }
    this.#finish(events);
  }

  #start(events: ConversationEvent[]): void {
    if (this.#started) return;
    this.#started = true;
    events.push({
      type: 'start',
      ...withoutUndefined({ upstreamModel: this.#model }),
      ...(this.#counts !== undefined && { usage: toUsage(this.#counts) }),
    });
  }

  #finish(events: ConversationEvent[]): void {
    this.#start(events);
    for (const block of this.#blocks.values()) block.close(events);
    this.setOver();
    const { stop_reason: vendorReason, stop_sequence: sequence, ...members } = this.#stop;
    const stopSequence = readText(sequence);
    events.push({
      type: 'finish',
      choice: 0,
      reason: settleFinishReason(readStopReason(vendorReason), this.#callIds.size > 0),
      ...(typeof vendorReason === 'string' && { vendorReason }),
      ...withoutUndefined({ stopSequence }),
      ...(Object.keys(members).length > 0 && { vendor: { [anthropicMessages]: members } }),
    });
  }
}

const stopMembers: ReadonlySet<string> = new Set(['stop_reason', 'stop_sequence', 'stop_details', 'container']);

function indexOf(event: JsonRecord): number {
  return readCount(event.index) ?? 0;
}

/** The type of the block that a delta belongs to; undefined if the delta is not enough to start a block. */
function startOfDelta({ type, partial_json: piece }: JsonRecord): string | undefined {
  if (type === 'text_delta' || type === 'citations_delta') return 'text';
  if (type === 'thinking_delta' || type === 'signature_delta') return 'thinking';
  return type === 'input_json_delta' && piece !== '' ? 'tool_use' : undefined;
}
