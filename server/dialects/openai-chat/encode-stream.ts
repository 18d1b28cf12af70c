import type { ConversationEvent, FinishReason } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import { settleFinishReason } from '../../conversation/finish-reason.ts';
import { readLogprobs } from '../../conversation/logprobs.ts';
import type { Usage } from '../../conversation/usage.ts';
import { type ByteString, encodeJson, toByteString } from '../../lib/byte-string.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import { encodeErrorBody } from './encode-failure.ts';
import { encodeLogprobs } from './encode-logprobs.ts';
import { encodeUsage } from './encode-usage.ts';
import { encodeFinishReason } from './finish-reason.ts';

/** OpenAI's stream of `CreateChatCompletionStreamResponse` chunks as server-sent events, `[DONE]` last. */
export function createStreamEncoder(context: AnswerContext): StreamEncoder {
  return new ChatStreamEncoder(context);
}

type TextLiterals = Extract<ConversationEvent, { readonly type: 'text-literals' }>;
type PlainEvent = Exclude<ConversationEvent, TextLiterals>;

interface OpenCall {
  /** The chunk up to the literal of the arguments' piece, and what closes the objects behind it. */
  readonly open: ByteString;
  readonly close: ByteString;
  hasArguments: boolean;
  ended: boolean;
}

interface OpenChoice {
  /** Chunks up to what the delta holds. */
  readonly openDelta: ByteString;
  /** Chunks up to the literal of their text. */
  readonly openText: ByteString;
  /** From the end of one text to the beginning of the next, each a chunk's only content: quotes included. */
  readonly betweenTexts: ByteString;
  /** Made with the first call. */
  calls: Map<number, OpenCall> | undefined;
  finished: boolean;
}

/** Chunks of text that are yet to be joined. */
interface TextRun {
  readonly open: ByteString;
  readonly literals: readonly ByteString[];
  readonly between: ByteString;
  /** What follows the last literal. */
  close: ByteString;
}

/**
 * Whatever the events, the stream is well-formed: each choice begins with its role and finishes once, calls have whole
 * arguments, and nothing follows the end. All of a chunk but its text is always the same, so chunks are put together
 * from ready-made strings around the text's JSON literal, and what came as literals is copied as it stands.
 */
class ChatStreamEncoder implements StreamEncoder {
  readonly heartbeat = ': heartbeat\n\n';
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #legacy: boolean;
  readonly #includeUsage: boolean;
  /** A chunk up to its choices. */
  readonly #head: ByteString;
  /** A chunk from behind its choices. */
  readonly #tail: ByteString;
  /** A chunk from behind the members of a delta that is not the last one. */
  readonly #closeDelta: ByteString;
  readonly #choices = new Map<number, OpenChoice>();
  #ended = false;

  constructor({ id, created, model, options }: AnswerContext) {
    this.#legacy = options.legacyFunctions;
    this.#includeUsage = options.includeUsage;
    const members = `"id":${encodeJson(`chatcmpl-${id}`)},"object":"chat.completion.chunk","created":${created}`;
    this.#head = `data: {${members},"model":${encodeJson(model)},"choices":[`;
    // With `include_usage`, OpenAI's chunks have the member all along, and null until the last.
    this.#tail = options.includeUsage ? '],"usage":null}\n\n' : ']}\n\n';
    this.#closeDelta = `},"logprobs":null,"finish_reason":null}${this.#tail}`;
  }

  push(events: readonly ConversationEvent[]): ByteString {
    let written = '';
    let run: TextRun | undefined;
    for (const event of events) {
      if (event.type === 'text-literals') {
        written = join(written, run);
        run = this.#openRun(event);
      } else if (run === undefined) written += this.#encode(event);
      else run.close += this.#encode(event);
    }
    return join(written, run);
  }

  end(usage: Usage): ByteString {
    if (this.#ended) return '';
    let written = this.#choices.size === 0 ? this.#openChoice(0, '""') : '';
    for (const [index, choice] of this.#choices) written += this.#finish(index, choice, undefined);
    if (this.#includeUsage) written += `${this.#head}],"usage":${encodeJson(encodeUsage(usage))}}\n\n`;
    this.#ended = true;
    return `${written}data: [DONE]\n\n`;
  }

  fail(failure: Failure): ByteString {
    if (this.#ended) return '';
    this.#ended = true;
    return `data: ${toByteString(encodeErrorBody(failure))}\n\n`;
  }

  #openRun(event: TextLiterals): TextRun | undefined {
    if (this.#ended) return undefined;
    const opened = this.#choices.has(event.choice) ? '' : this.#openChoice(event.choice, '""');
    const choice = this.#choices.get(event.choice);
    if (choice === undefined || choice.finished) return undefined;
    return {
      open: `${opened}${choice.openText}"`,
      literals: event.literals,
      between: choice.betweenTexts,
      close: `"${this.#closeDelta}`,
    };
  }

  #encode(event: PlainEvent): ByteString {
    if (this.#ended || event.type === 'start' || event.type === 'usage') return '';
    if (event.type === 'failure') return this.fail(event.failure);
    const known = this.#choices.get(event.choice);
    if (known === undefined) {
      const opened = this.#openChoice(event.choice, event.type === 'tool-call-start' ? 'null' : '""');
      return opened + this.#encode(event);
    }
    return known.finished ? '' : this.#encodeIn(known, event);
  }

  #encodeIn(choice: OpenChoice, event: Extract<PlainEvent, { readonly choice: number }>): ByteString {
    switch (event.type) {
      case 'text-delta':
        return event.text === '' ? '' : choice.openText + encodeJson(event.text) + this.#closeDelta;
      case 'reasoning-delta':
        return event.text === ''
          ? ''
          : `${choice.openDelta}"reasoning_content":${encodeJson(event.text)}${this.#closeDelta}`;
      case 'refusal-delta':
        return event.text === '' ? '' : `${choice.openDelta}"refusal":${encodeJson(event.text)}${this.#closeDelta}`;
      case 'tool-call-start':
        return this.#startCall(choice, event.index, event.id, event.name);
      case 'tool-call-delta': {
        const call = choice.calls?.get(event.index);
        if (call === undefined || call.ended || event.arguments === '') return '';
        call.hasArguments = true;
        return call.open + encodeJson(event.arguments) + call.close;
      }
      case 'tool-call-end': {
        const call = choice.calls?.get(event.index);
        return call === undefined ? '' : endCall(call);
      }
      case 'logprobs-delta':
        return this.#encodeLogprobs(choice, event.logprobs);
      case 'finish':
        return this.#finish(event.choice, choice, event.reason);
    }
  }

  /** @param content the JSON of the first, empty content: OpenAI has null before tool calls */
  #openChoice(index: number, content: string): ByteString {
    const openDelta = `${this.#head}{"index":${index},"delta":{`;
    const openText = `${openDelta}"content":`;
    this.#choices.set(index, {
      openDelta,
      openText,
      betweenTexts: `"${this.#closeDelta}${openText}"`,
      calls: undefined,
      finished: false,
    });
    return `${openDelta}"role":"assistant","content":${content},"refusal":null${this.#closeDelta}`;
  }

  #startCall(choice: OpenChoice, index: number, id: string, name: string): ByteString {
    // The legacy form has room for one call.
    choice.calls ??= new Map();
    const { openDelta, calls } = choice;
    if (calls.has(index) || (this.#legacy && calls.size > 0)) return '';
    const first = `"name":${encodeJson(name)},"arguments":""}`;
    if (this.#legacy) {
      const open = `${openDelta}"function_call":{"arguments":`;
      calls.set(index, { open, close: `}${this.#closeDelta}`, hasArguments: false, ended: false });
      return `${openDelta}"function_call":{${first}${this.#closeDelta}`;
    }
    const openCall = `${openDelta}"tool_calls":[{"index":${index},`;
    const open = `${openCall}"function":{"arguments":`;
    calls.set(index, { open, close: `}}]${this.#closeDelta}`, hasArguments: false, ended: false });
    return `${openCall}"id":${encodeJson(id)},"type":"function","function":{${first}}]${this.#closeDelta}`;
  }

  #encodeLogprobs(choice: OpenChoice, logprobs: unknown): ByteString {
    const lists = encodeLogprobs(readLogprobs(logprobs));
    if (lists === null) return '';
    return `${choice.openDelta}},"logprobs":${encodeJson(lists)},"finish_reason":null}${this.#tail}`;
  }

  #finish(index: number, choice: OpenChoice, reason: FinishReason | undefined): ByteString {
    if (choice.finished) return '';
    choice.finished = true;
    let written = '';
    for (const call of choice.calls?.values() ?? []) written += endCall(call);
    const settled = encodeFinishReason(settleFinishReason(reason, choice.calls !== undefined), this.#legacy);
    const last = `{"index":${index},"delta":{},"logprobs":null,"finish_reason":"${settled}"}`;
    return written + this.#head + last + this.#tail;
  }
}

/** Joins all in one go, so that the bytes are copied once: they are most of what is ever written. */
function join(written: ByteString, run: TextRun | undefined): ByteString {
  if (run === undefined) return written;
  const literals = [...run.literals];
  literals[0] = `${written}${run.open}${literals[0]}`;
  literals.push(`${literals.pop()}${run.close}`);
  return literals.join(run.between);
}

/** A call without arguments gets the empty object's JSON: clients parse what they have gathered. */
function endCall(call: OpenCall): ByteString {
  if (call.ended) return '';
  call.ended = true;
  return call.hasArguments ? '' : `${call.open}"{}"${call.close}`;
}
