import { Buffer } from 'node:buffer';
import type { ConversationAnswer } from '../../conversation/answer.ts';
import { type ConversationEvent, callIdsAfter } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { OriginalBody } from '../../conversation/request.ts';
import { noUsage, type Usage } from '../../conversation/usage.ts';
import { asBuffer, asByteString, type ByteString, fromByteString, toByteString } from '../../lib/byte-string.ts';
import { type EditOptions, editJson } from '../../lib/edit-json.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord, readArray, readRecord, readString } from '../../lib/json.ts';
import { textOf } from '../../lib/json-body.ts';
import { toWellFormedJson } from '../../lib/well-formed-json.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import type { MessagesAnswerOptions } from './answer-options.ts';
import { encodeAnswer, toMessageId } from './encode-answer.ts';
import { encodeErrorEvent } from './encode-failure.ts';
import {
  editFrame,
  editParsed,
  isCall,
  isHidden,
  onOneLine,
  RelayedBlocks,
  stopReasonOf,
  withTexts,
} from './relayed-blocks.ts';
import { encodeEvent, eventStream, nameEvent, nothing, pingEvent } from './stream-events.ts';
import { encodeUsage, withToolCounts } from './usage.ts';

/** Blocks, tools and messages are matched by these members. */
const edits: EditOptions = {
  identifiedBy: ['type', 'role', 'id', 'name', 'tool_use_id'],
  isEquivalent: isTextOfBlock,
};

/** The depth of a message's `content` in a body. The routes require it to be a list of blocks. */
const depthOfContent = 3;

/** Elsewhere (`system`, tool results), a text is equivalent to one block with it. */
function isTextOfBlock(from: unknown, to: unknown, depth: number): boolean {
  if (typeof from !== 'string' || depth === depthOfContent || !Array.isArray(to) || to.length !== 1) return false;
  const block: unknown = to[0];
  return isRecord(block) && block.type === 'text' && block.text === from && Object.keys(block).length === 2;
}

/**
 * Edits the client's own body so that it has the same meaning as its plain encoding. Everything that both have in
 * common stays byte for byte.
 *
 * @param body the plain encoding
 */
export function relayBody({ bytes }: OriginalBody, body: JsonRecord): Uint8Array {
  const own = { bytes: asBuffer(bytes) };
  const text = asByteString(textOf(own, 'latin1'));
  const from = parseExactJson(textOf(own));
  return Buffer.from(editJson(text, from, toWellFormedJson(body), edits), 'latin1');
}

/**
 * Relays a complete answer of this API unchanged, except for the model's name, members that the API always has, and the
 * ids of calls that have none of their own.
 */
export function encodeRelayedAnswer(
  answer: ConversationAnswer & { readonly usage: Usage },
  context: AnswerContext,
  options: MessagesAnswerOptions,
): ByteString {
  const { frame = '{}', choices, usage } = answer;
  const message = readRecord(parseExactJson(frame));
  if (!isOwnContent(message.content)) return encodeAnswer(answer, context, options);
  const ids = choices.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])));
  return editParsed(frame, message, {
    ...completeMessage(message, () => usage, context),
    stop_reason: stopReasonOf(message.stop_reason, readArray(message.content).some(isCall)),
    content: readArray(message.content).flatMap((block) =>
      isHidden(block, options) ? [] : [isRecord(block) ? completeBlock(block, ids) : block],
    ),
  });
}

/** True for a list of blocks with their types. */
function isOwnContent(content: unknown): boolean {
  return Array.isArray(content) && content.every((block) => isRecord(block) && typeof block.type === 'string');
}

/** @param ids of the calls that follow, in order */
function completeBlock(block: JsonRecord, ids: string[]): JsonRecord {
  if (!isCall(block)) return withTexts(block);
  return { ...block, id: ids.shift() ?? block.id, ...(!isRecord(block.input) && { input: {} }) };
}

/** @param usage called if the upstream does not report the usage */
function completeMessage(message: JsonRecord, usage: () => Usage, { id, model }: AnswerContext): JsonRecord {
  const reported = readRecord(message.usage);
  return {
    ...{ stop_reason: null, stop_sequence: null, stop_details: null, container: null },
    ...message,
    ...{ id: message.id ?? toMessageId(id), type: 'message', role: 'assistant', model },
    usage: completeUsage(reported, reported.input_tokens === undefined ? usage() : noUsage),
  };
}

/** Clients expect all counts, including zeros. */
function completeUsage(reported: JsonRecord, fallback: Usage): JsonRecord {
  const missing = Object.entries(encodeUsage(fallback)).filter(([name]) => (reported[name] ?? undefined) === undefined);
  return withToolCounts({ ...reported, ...Object.fromEntries(missing) });
}

/** Relays events of this API unchanged, with their names, except for the model's name. */
export function createRelayStreamEncoder(context: AnswerContext, options: MessagesAnswerOptions): StreamEncoder {
  return new RelayStreamEncoder(context, options);
}

class RelayStreamEncoder implements StreamEncoder {
  readonly contentType = eventStream;
  readonly #context: AnswerContext;
  readonly #blocks: RelayedBlocks;
  /** A `message_delta` without usage. It is sent at the end, when the usage is known. */
  #held: string | undefined;
  #begun = false;
  #finished = false;
  #stopped = false;
  #ended = false;

  constructor(context: AnswerContext, options: MessagesAnswerOptions) {
    this.#context = context;
    this.#blocks = new RelayedBlocks(options);
  }

  heartbeat(): ByteString {
    return pingEvent;
  }

  encode(events: readonly ConversationEvent[]): ByteString {
    let written = '';
    for (const [index, event] of events.entries()) {
      if (event.type === 'frame' && !this.#ended) written += this.#encodeFrame(event.data, callIdsAfter(events, index));
    }
    return asByteString(written);
  }

  end(usage: Usage): ByteString {
    if (this.#ended) return nothing;
    this.#ended = true;
    const held = this.#held === undefined ? '' : nameEvent('message_delta', withUsage(this.#held, usage));
    return asByteString(this.#blocks.close() + held + (this.#stopped ? '' : encodeEvent({ type: 'message_stop' })));
  }

  fail(failure: Failure): ByteString {
    if (this.#ended) return nothing;
    this.#ended = true;
    return encodeErrorEvent(failure, this.#context.id);
  }

  #encodeFrame(data: string, callIds: readonly string[]): string {
    const type = typeOf(data);
    switch (type) {
      // `fail` sends it with the gateway's own message.
      case 'error':
        return '';
      case 'message_start':
        return this.#begun ? '' : this.#begin(data);
      case 'content_block_start':
      case 'content_block_delta':
      case 'content_block_stop':
        return this.#begin() + this.#blocks.encode(type, data, callIds[0]);
      case 'message_delta':
        return this.#finish(data);
      case 'message_stop':
        return this.#stop();
      default:
        return ownEvent.test(type) ? nameEvent(type, toByteString(onOneLine(data))) : '';
    }
  }

  /** Sends a `message_delta`, or holds it if it has no usage. */
  #finish(data = '{"type":"message_delta","delta":{}}'): string {
    this.#finished = true;
    const closed = this.#begin() + this.#blocks.close();
    const finished = this.#blocks.finish(data);
    const isCounted = /"output_tokens"\s*:\s*\d/.test(data);
    this.#held = isCounted ? undefined : fromByteString(finished);
    return isCounted ? closed + nameEvent('message_delta', finished) : closed;
  }

  /** Sends `message_stop`, unless `end` does. It is encoded again, because Bedrock adds its own metrics. */
  #stop(): string {
    const finished = this.#finished ? '' : this.#finish();
    if (this.#held !== undefined || this.#stopped) return finished;
    this.#stopped = true;
    return this.#blocks.close() + encodeEvent({ type: 'message_stop' });
  }

  /** Begins the message if it has not begun. @param data the upstream's event, if it sent one */
  #begin(data = '{"type":"message_start","message":{}}'): string {
    if (this.#begun) return '';
    this.#begun = true;
    return nameEvent('message_start', this.#encodeStart(data));
  }

  #encodeStart(data: string): ByteString {
    const usage = () => ({ ...noUsage, inputTokens: Math.max(1, this.#context.estimateInputTokens()) });
    return editFrame(data, (event) => {
      const message = completeMessage(readRecord(event.message), usage, this.#context);
      return { ...event, message: { ...message, content: message.content ?? [] } };
    });
  }
}

function withUsage(messageDelta: string, usage: Usage): ByteString {
  return editFrame(messageDelta, (event) => ({ ...event, usage: completeUsage(readRecord(event.usage), usage) }));
}

/**
 * The names of the API's events, also of later ones. Vertex AI adds events of its own (`vertex_event`), at which clients
 * that validate events fail (https://github.com/vercel/ai/issues/11309).
 */
const ownEvent = /^(?:message|content_block)_|^ping$/;

const leadingType = /^\s*\{\s*"type"\s*:\s*"(\w+)"/;

/** An event's type; empty if it has none. */
function typeOf(data: string): string {
  return leadingType.exec(data)?.[1] ?? readString(readRecord(parseExactJson(data)).type) ?? '';
}
