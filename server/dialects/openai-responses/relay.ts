import type { ConversationAnswer } from '../../conversation/answer.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { Usage } from '../../conversation/usage.ts';
import { asByteString, type ByteString, encodeJson } from '../../lib/byte-string.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord, readArray, readCount, readNumber, readRecord } from '../../lib/json.ts';
import { withoutNulls } from '../../lib/without-nulls.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import { completeEvent, completeMembers, fillMembers } from './complete-event.ts';
import { encodeErrorEvent } from './encode-failure.ts';
import { ItemIds } from './item-ids.ts';
import { keeperOf, keepResponse } from './kept-response.ts';
import { withoutProof } from './output-items.ts';
import { isBeginning, RelayedItems, withEndType } from './relayed-items.ts';
import { encodeResponse, encodeUsage, type ResponseState } from './response-object.ts';
import { doneFrame, encodeEvent, eventStream, heartbeat } from './stream-events.ts';

/*
 * Answers of an upstream with this API are relayed unchanged, except for the model's name, `store`, and proofs of
 * reasoning, which only clients that asked for them get.
 */

/** Encodes a complete answer. */
export function encodeRelayedAnswer(
  { frame, usage }: ConversationAnswer & { readonly usage: Usage },
  context: AnswerContext,
  options: ResponsesAnswerOptions,
): ByteString {
  const whole = new ItemIds(context.id).pinOutput(readFrame(frame ?? '{}'));
  const response = withOwnMembers(whole, usage, context, options);
  keepRelayed(response, context, options);
  return encodeJson(shown(response, options));
}

/** Encodes the events of a streamed answer, with their names and numbers. */
export function createRelayStreamEncoder(context: AnswerContext, options: ResponsesAnswerOptions): StreamEncoder {
  return new RelayStreamEncoder(context, options);
}

const terminal: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** False for errors, which `fail` sends, and for unknown frames. */
function isOwnEvent({ type, delta }: JsonRecord): boolean {
  if (typeof type !== 'string' || !type.startsWith('response.')) return false;
  // Clients append what a delta has, also null.
  return !type.endsWith('.delta') || (delta !== undefined && delta !== null);
}

class RelayStreamEncoder implements StreamEncoder {
  readonly contentType = eventStream;
  readonly #context: AnswerContext;
  readonly #options: ResponsesAnswerOptions;
  #sequence = 0;
  /** The terminal event, which is sent when the usage is known. */
  #last: JsonRecord | undefined;
  #ended = false;
  /** The items that are done, by their place in the output. */
  readonly #items = new Map<number, JsonRecord>();
  readonly #ids: ItemIds;
  readonly #relayed = new RelayedItems();
  #hasBegun = false;
  /** The response's id and time of creation, as the client has them. */
  #own: JsonRecord | undefined;

  constructor(context: AnswerContext, options: ResponsesAnswerOptions) {
    this.#context = context;
    this.#options = options;
    this.#ids = new ItemIds(context.id);
  }

  heartbeat(): ByteString {
    return heartbeat;
  }

  encode(events: readonly ConversationEvent[]): ByteString {
    let written = '';
    for (const event of events) {
      if (event.type !== 'frame' || this.#last !== undefined) continue;
      const frame = withEndType(readFrame(event.data));
      if (terminal.has(frame.type)) this.#last = this.#pinOutput(frame);
      else if (isOwnEvent(frame)) {
        const pinned = this.#ids.pinEvent(this.#ids.placeEvent(completeEvent(frame)));
        written += this.#begin(pinned) + this.#encodeAll(this.#relayed.complete(pinned));
      }
    }
    return asByteString(written);
  }

  #pinOutput(last: JsonRecord): JsonRecord {
    if (!isRecord(last.response)) return last;
    const response = this.#ids.pinOutput(last.response);
    const status = response.status ?? String(last.type).slice('response.'.length);
    return { ...last, response: { ...response, status } };
  }

  /** Encodes the events of a response's beginning, if the upstream left them out. */
  #begin(first: JsonRecord): string {
    if (this.#hasBegun) return '';
    this.#hasBegun = true;
    if (isBeginning(first)) return '';
    const { id, created_at } = readRecord(first.response);
    const given = withoutUndefined({ id, created_at });
    const begun = encodeResponse({ status: 'in_progress', output: [] }, this.#context, this.#options.echo);
    const response = { ...begun, ...given };
    const events = [{ type: 'response.created', response }];
    if (first.type !== 'response.in_progress') events.push({ type: 'response.in_progress', response });
    return this.#encodeAll(events);
  }

  #encodeAll(frames: readonly JsonRecord[]): string {
    return frames.map((frame) => this.#encodeComplete(frame)).join('');
  }

  end(usage: Usage): ByteString {
    if (this.#ended) return asByteString('');
    this.#ended = true;
    if (this.#last === undefined) return doneFrame;
    const missing = this.#begin(this.#last) + this.#encodeAll(this.#finishItems(this.#last));
    const last = this.#withItems(this.#last);
    const written = this.#encode(last, usage);
    if (isRecord(last.response) && last.type !== 'response.failed') {
      const response = { ...withOwnMembers(last.response, usage, this.#context, this.#options), ...this.#own };
      keepRelayed(response, this.#context, this.#options);
    }
    return asByteString(missing + written + doneFrame);
  }

  #finishItems({ type, response }: JsonRecord): readonly JsonRecord[] {
    return type === 'response.failed' ? [] : this.#relayed.finish(readArray(readRecord(response).output));
  }

  fail(failure: Failure): ByteString {
    if (this.#ended) return asByteString('');
    this.#ended = true;
    const state: ResponseState = { status: 'failed', output: this.#doneItems, failure };
    const store = keeperOf(this.#context, this.#options) !== undefined;
    const response = { ...encodeResponse(state, this.#context, { ...this.#options.echo, store }), ...this.#own };
    keepRelayed(response, this.#context, this.#options);
    return asByteString(
      this.#encode({ type: 'error', ...encodeErrorEvent(failure) }) +
        this.#encode({ type: 'response.failed', response }) +
        doneFrame,
    );
  }

  /** Completes a terminal event whose output or its items are empty, since clients read the answer from it. */
  #withItems(last: JsonRecord): JsonRecord {
    const { response } = last;
    if (!isRecord(response) || this.#items.size === 0) return last;
    const output = readArray(response.output);
    if (output.length === 0) return { ...last, response: { ...response, output: this.#doneItems } };
    const filled = output.map((item, place) => {
      const done = this.#items.get(place);
      if (!isRecord(item) || done === undefined || done.type !== item.type) return item;
      return fillMembers(item, done) === item ? item : done;
    });
    return { ...last, response: { ...response, output: filled } };
  }

  get #doneItems(): readonly JsonRecord[] {
    return [...this.#items].sort(([one], [other]) => one - other).map(([, item]) => item);
  }

  /** Adds the arguments of a call that has none. */
  #encodeComplete(frame: JsonRecord): string {
    if (frame.type !== 'response.function_call_arguments.done' || (frame.arguments ?? '') !== '') {
      return this.#encode(frame);
    }
    const { item_id, output_index } = frame;
    const delta = { type: 'response.function_call_arguments.delta', item_id, output_index, delta: noArguments };
    return this.#encode(delta) + this.#encode({ ...frame, arguments: noArguments });
  }

  #encode(frame: JsonRecord, usage?: Usage): string {
    const number = this.#sequence;
    this.#sequence += 1;
    const type = String(frame.type);
    const changes: { response?: JsonRecord; item?: JsonRecord } = {};
    if (isRecord(frame.response)) {
      const response = withOwnMembers(frame.response, usage, this.#context, this.#options);
      this.#own ??= { id: response.id, created_at: response.created_at };
      changes.response = shown({ ...response, ...this.#own }, this.#options);
    }
    if (isRecord(frame.item)) {
      const item = completeItem(frame.item, type);
      if (type === 'response.output_item.done')
        this.#items.set(readCount(frame.output_index) ?? this.#items.size, item);
      changes.item = shownItem(item, this.#options);
    }
    return encodeEvent({ ...frame, ...changes, type, sequence_number: number });
  }
}

function withOwnMembers(
  response: JsonRecord,
  usage: Usage | undefined,
  context: AnswerContext,
  options: ResponsesAnswerOptions,
): JsonRecord {
  const seconds = readNumber(response.created_at);
  const changed = {
    ...(usage !== undefined && { usage: completeUsage(response.usage, usage) }),
    // Some servers write whole seconds with a fraction.
    ...(seconds !== undefined && { created_at: Math.trunc(seconds) }),
  };
  const output = readArray(response.output)
    .filter(isRecord)
    .map((item) => completeItem(item, response.status));
  const model = context.model;
  const store = keeperOf(context, options) !== undefined;
  return { ...response, ...missingMembers(response, context, options), ...changed, output, model, store };
}

/** The members that a response lacks. Servers that imitate OpenAI leave out members on which SDKs rely. */
function missingMembers(response: JsonRecord, context: AnswerContext, options: ResponsesAnswerOptions): JsonRecord {
  const { status } = response;
  const isDone = status === 'completed' || status === 'incomplete' || status === 'failed';
  const all = encodeResponse({ status: isDone ? status : 'in_progress', output: [] }, context, options.echo);
  return Object.fromEntries(
    Object.entries(all).filter(
      ([name, own]) => response[name] === undefined || (response[name] === null && own !== null),
    ),
  );
}

/** Adds what the upstream's report lacks: clients require all counts and both details. */
function completeUsage(reported: unknown, usage: Usage): JsonRecord {
  const own = encodeUsage(usage);
  if (!isRecord(reported)) return own;
  const { input_tokens_details: input, output_tokens_details: output } = reported;
  return {
    ...own,
    ...withoutNulls(reported),
    input_tokens_details: { ...readRecord(own.input_tokens_details), ...withoutNulls(readRecord(input)) },
    output_tokens_details: { ...readRecord(own.output_tokens_details), ...withoutNulls(readRecord(output)) },
  };
}

/** Clients parse the arguments of a call as JSON. */
const noArguments = '{}';

/** Items whose status clients rely on. */
function hasStatus({ type }: JsonRecord): boolean {
  return type === 'message' || (typeof type === 'string' && type.endsWith('_call'));
}

/** @param done the response's status or the event's type, which shows whether the item has just begun */
function completeItem(given: JsonRecord, done: unknown): JsonRecord {
  const item = completeMembers(given);
  const isOpen = done === 'response.output_item.added' || done === 'in_progress';
  const complete =
    hasStatus(item) && (item.status ?? undefined) === undefined
      ? { ...item, status: isOpen ? 'in_progress' : 'completed' }
      : item;
  if (item.type !== 'function_call' || isOpen || (item.arguments ?? '') !== '') return complete;
  return { ...complete, arguments: noArguments };
}

function shown(response: JsonRecord, options: ResponsesAnswerOptions): JsonRecord {
  const items = readArray(response.output).filter(isRecord);
  return { ...response, output: items.map((item) => shownItem(item, options)) };
}

function shownItem(item: JsonRecord, { givesProofs }: ResponsesAnswerOptions): JsonRecord {
  return givesProofs ? item : withoutProof(item);
}

function keepRelayed(response: JsonRecord, context: AnswerContext, options: ResponsesAnswerOptions): void {
  keepResponse(response, readArray(response.output).filter(isRecord), context, options);
}

function readFrame(data: string): JsonRecord {
  const value = parseExactJson(data);
  return isRecord(value) ? value : {};
}
