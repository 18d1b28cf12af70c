import type { BlockDelta, BlockStart, ConversationEvent } from '../../conversation/events.ts';
import { settleFinishReason } from '../../conversation/finish-reason.ts';
import { asList, isRecord, type JsonRecord, readArray, readRecord, readText } from '../../lib/json.ts';
import { encodeImage } from './answer-images.ts';
import { encodeFinishReason, givenReason, readFinishReason } from './finish-reason.ts';
import { readMessage } from './read-message.ts';

/*
 * Upstreams that imitate OpenAI leave out some of what its clients rely on: the role, a call's index, id and type, texts that
 * are texts, and a reason that agrees with the calls.
 */

interface RelayedCall {
  /** Characters of the arguments that the client has. */
  sent: number;
  /** Characters of the arguments in the events so far. */
  read: number;
}

type ToolCallEvent = Extract<BlockStart, { readonly kind: 'tool-call' }> | BlockDelta;

/** One choice of a relayed stream. */
export class RelayedChoice {
  readonly #index: unknown;
  #hasRole = false;
  #finished = false;
  /** True once a call was not in OpenAI's form: from then on, calls are encoded from the events. */
  #readsEvents = false;
  /** The calls that were sent, or read. */
  readonly #calls: RelayedCall[] = [];
  readonly #ids = new Set<string>();
  #images = 0;
  #started = 0;
  #read = 0;

  /** @param index the choice's index in the answer */
  constructor(index: unknown) {
    this.#index = index;
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** @returns the choice of a chunk itself if it is complete; undefined if nothing is left of it */
  complete(choice: JsonRecord): JsonRecord | undefined {
    const given = readDelta(choice);
    const wasFinished = this.#finished;
    const completed = this.#completeDelta(given);
    const reason = this.#completeReason(choice.finish_reason);
    const added = typeof reason === 'string' ? this.missingArguments() : undefined;
    const calls = [...readArray(completed.tool_calls), ...readArray(added?.tool_calls)];
    const delta = added === undefined ? completed : { ...completed, tool_calls: calls };
    const isComplete = choice.finish_reason !== undefined && choice.index !== undefined;
    if (delta === choice.delta && reason === choice.finish_reason && isComplete) return choice;
    const { message: _message, text: _text, ...others } = choice;
    const isEmpty = Object.values(delta).every((value) => value === null || value === '');
    if (isEmpty && typeof reason !== 'string' && (wasFinished || this.#readsEvents)) return undefined;
    return { ...others, index: this.#index, delta, finish_reason: reason ?? null };
  }

  /** @returns the delta that says what the frames did not; undefined if they did */
  encode(event: ToolCallEvent): JsonRecord | undefined {
    if (event.type === 'block-start') {
      this.#read += 1;
      const place = this.#read - 1;
      this.#calls[place] ??= { sent: 0, read: 0 };
      if (!this.#readsEvents || place < this.#started) return undefined;
      this.#started = place + 1;
      return callDelta({ index: place, id: event.id, type: 'function', function: { name: event.name, arguments: '' } });
    }
    const call = this.#calls[this.#read - 1];
    if (call === undefined) return undefined;
    const unsent = event.text.slice(Math.max(0, call.sent - call.read));
    call.read += event.text.length;
    if (!this.#readsEvents || unsent === '') return undefined;
    call.sent = call.read;
    return callDelta({ index: this.#read - 1, function: { arguments: unsent } });
  }

  /** @returns the empty arguments of calls whose upstream sent none: clients parse them */
  missingArguments(): JsonRecord | undefined {
    const silent = this.#calls.flatMap((call, index) =>
      call.sent === 0 && index < this.#started ? [{ call, index }] : [],
    );
    if (silent.length === 0) return undefined;
    for (const { call } of silent) call.sent = emptyArguments.length;
    return { tool_calls: silent.map(({ index }) => ({ index, function: { arguments: emptyArguments } })) };
  }

  #completeReason(written: unknown): unknown {
    const given = givenReason(written);
    if (given === undefined || this.#finished) return written === undefined ? undefined : null;
    // Calls that are encoded from the events follow; the finish is behind them.
    if (this.#readsEvents) return null;
    this.#finished = true;
    return encodeFinishReason(settleFinishReason(readFinishReason(given), this.#started > 0), false);
  }

  #completeDelta(delta: JsonRecord): JsonRecord {
    let completed = withoutStrayNulls(delta);
    if (!this.#hasRole && Object.keys(delta).length > 0) {
      this.#hasRole = true;
      if (typeof completed.role !== 'string') completed = { role: 'assistant', ...completed };
    }
    if (completed.role !== undefined && completed.role !== 'assistant') completed = { ...completed, role: 'assistant' };
    if (Array.isArray(delta.content)) completed = { ...completed, ...this.#flatten(delta) };
    if (Array.isArray(completed.images)) completed = { ...completed, images: this.#completeImages(completed.images) };
    const sent = this.#sendCalls(asList(delta.tool_calls));
    if (!this.#readsEvents || completed.tool_calls === undefined) return completed;
    const { tool_calls: _calls, ...others } = completed;
    return { ...others, ...(sent.length > 0 && { tool_calls: sent }) };
  }

  /** @returns the calls before the first one that is not in OpenAI's form, which is encoded from the events */
  #sendCalls(calls: readonly unknown[]): readonly unknown[] {
    const sent: unknown[] = [];
    for (const call of calls) {
      this.#readsEvents ||= !this.#sendCall(call);
      if (this.#readsEvents) break;
      sent.push(call);
    }
    return sent;
  }

  /** @returns the members for the parts of a content that is a list */
  #flatten({ content, images }: JsonRecord): JsonRecord {
    const { pieces, toolCalls } = readMessage({ content, images });
    // Calls among the parts are encoded from the events.
    this.#readsEvents ||= toolCalls.length > 0;
    const textOf = (kind: string) =>
      pieces.map((piece) => ('text' in piece && piece.kind === kind ? piece.text : '')).join('');
    const reasoning = textOf('reasoning');
    const refusal = textOf('refusal');
    const found = pieces.flatMap((piece) => (piece.kind === 'image' ? [encodeImage(piece.source, 0)] : []));
    return {
      content: textOf('text'),
      ...(reasoning !== '' && { reasoning_content: reasoning }),
      ...(refusal !== '' && { refusal }),
      ...(found.length > 0 && { images: found }),
    };
  }

  /** Numbers the images, because OpenAI's Python SDK joins the lists of a stream by their indices. */
  #completeImages(images: readonly unknown[]): readonly unknown[] {
    return images.map((image) => {
      if (!isRecord(image)) return image;
      const index = this.#images;
      this.#images += 1;
      return { ...image, index };
    });
  }

  /** @returns false if the fragment is not in OpenAI's form */
  #sendCall(value: unknown): boolean {
    const { index, id, type, function: called } = readRecord(value);
    const { name, arguments: written } = readRecord(called);
    if (typeof index !== 'number' || typeof written !== 'string') return false;
    if (index < this.#started) {
      const call = this.#calls[index];
      if (call === undefined || id !== undefined || name !== undefined) return false;
      call.sent += written.length;
      return true;
    }
    const isNew = index === this.#started && type === 'function' && readText(name) !== undefined;
    if (!isNew || typeof id !== 'string' || id === '' || this.#ids.has(id)) return false;
    this.#ids.add(id);
    this.#started += 1;
    const call = this.#calls[index];
    if (call === undefined) this.#calls[index] = { sent: written.length, read: 0 };
    else call.sent += written.length;
    return true;
  }
}

/** The delta of a choice, or what is in place of it. */
function readDelta({ delta, message, text }: JsonRecord): JsonRecord {
  if (delta !== undefined || isRecord(message)) return readRecord(delta ?? message);
  return typeof text === 'string' ? { content: text } : {};
}

/** Members of messages in which OpenAI sends null. */
const nullable: ReadonlySet<string> = new Set(['content', 'refusal', 'audio']);

/**
 * Removes members that are null in place of being absent, which clients take for values.
 *
 * @param message a message or the delta of one @returns the same object if there are none
 */
export function withoutStrayNulls(message: JsonRecord): JsonRecord {
  for (const name in message) {
    if (message[name] === null && !nullable.has(name)) {
      const kept = Object.entries(message).filter(([member, value]) => value !== null || nullable.has(member));
      return Object.fromEntries(kept);
    }
  }
  return message;
}

const emptyArguments = '{}';

/** True for a whole choice in OpenAI's form. */
export function isWholeChoice(choice: unknown): boolean {
  const { message, finish_reason: reason } = readRecord(choice);
  const { content, tool_calls: calls } = readRecord(message);
  if (!isRecord(message) || Array.isArray(content) || !Array.isArray(calls ?? [])) return false;
  const ids = readArray(calls).map((call) => readRecord(call).id);
  if (new Set(ids).size < ids.length || (ids.length > 0 && reason === 'stop')) return false;
  return readArray(calls).every((call) => {
    const { id, type, function: called } = readRecord(call);
    const { name, arguments: written } = readRecord(called);
    return (
      readText(id) !== undefined &&
      type === 'function' &&
      readText(name) !== undefined &&
      readText(written) !== undefined
    );
  });
}

function callDelta(call: JsonRecord): JsonRecord {
  return { tool_calls: [call] };
}

export function isToolCallEvent(event: ConversationEvent): event is ToolCallEvent {
  return (event.type === 'block-start' || event.type === 'block-delta') && event.kind === 'tool-call';
}
