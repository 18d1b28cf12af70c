import type { ConversationEvent, FinishReason } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import { settleFinishReason } from '../../conversation/finish-reason.ts';
import { readLogprobs } from '../../conversation/logprobs.ts';
import type { Usage } from '../../conversation/usage.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import { encodeErrorBody } from './encode-failure.ts';
import { encodeLogprobs } from './encode-logprobs.ts';
import { encodeUsage } from './encode-usage.ts';
import { encodeFinishReason } from './finish-reason.ts';

/** OpenAI's stream of `CreateChatCompletionStreamResponse` chunks as server-sent events, `[DONE]` last. */
export function createStreamEncoder(context: AnswerContext): StreamEncoder {
  return new ChatStreamEncoder(context);
}

interface OpenCall {
  /** The chunk's text up to the literal of the arguments' piece, and what closes the objects behind it. */
  readonly open: string;
  readonly close: string;
  hasArguments: boolean;
  ended: boolean;
}

interface OpenChoice {
  /** Chunks up to the literal of their text. */
  readonly openText: string;
  readonly openReasoning: string;
  readonly openRefusal: string;
  /** Chunks up to what the delta holds. */
  readonly openDelta: string;
  readonly calls: Map<number, OpenCall>;
  finished: boolean;
}

/**
 * Whatever the events, the stream is well-formed: each choice begins with its role and finishes once, calls have whole
 * arguments, and nothing follows the end. All of a chunk but its text is always the same, so chunks are put together
 * from ready-made strings around the text's JSON literal.
 */
class ChatStreamEncoder implements StreamEncoder {
  readonly heartbeat = ': heartbeat\n\n';
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #legacy: boolean;
  readonly #includeUsage: boolean;
  /** A chunk up to its choices. */
  readonly #head: string;
  /** A chunk from behind its choices. */
  readonly #tail: string;
  /** A chunk from behind the members of a delta that is not the last one. */
  readonly #closeDelta: string;
  readonly #choices = new Map<number, OpenChoice>();
  #ended = false;

  constructor({ id, created, model, options }: AnswerContext) {
    this.#legacy = options.legacyFunctions;
    this.#includeUsage = options.includeUsage;
    const members = `"id":${JSON.stringify(`chatcmpl-${id}`)},"object":"chat.completion.chunk","created":${created}`;
    this.#head = `data: {${members},"model":${JSON.stringify(model)},"choices":[`;
    // With `include_usage`, OpenAI's chunks have the member all along, and null until the last.
    this.#tail = options.includeUsage ? '],"usage":null}\n\n' : ']}\n\n';
    this.#closeDelta = `},"logprobs":null,"finish_reason":null}${this.#tail}`;
  }

  push(events: readonly ConversationEvent[]): string {
    let written = '';
    for (const event of events) written += this.#encode(event);
    return written;
  }

  end(usage: Usage): string {
    if (this.#ended) return '';
    let written = this.#choices.size === 0 ? this.#openChoice(0, '""') : '';
    for (const [index, choice] of this.#choices) written += this.#finish(index, choice, undefined);
    if (this.#includeUsage) written += `${this.#head}],"usage":${JSON.stringify(encodeUsage(usage))}}\n\n`;
    this.#ended = true;
    return `${written}data: [DONE]\n\n`;
  }

  fail(failure: Failure): string {
    if (this.#ended) return '';
    this.#ended = true;
    return `data: ${encodeErrorBody(failure)}\n\n`;
  }

  #encode(event: ConversationEvent): string {
    if (this.#ended || event.type === 'start' || event.type === 'usage') return '';
    if (event.type === 'failure') return this.fail(event.failure);
    const known = this.#choices.get(event.choice);
    if (known === undefined) {
      const opened = this.#openChoice(event.choice, event.type === 'tool-call-start' ? 'null' : '""');
      return opened + this.#encode(event);
    }
    return known.finished ? '' : this.#encodeIn(known, event);
  }

  #encodeIn(choice: OpenChoice, event: Extract<ConversationEvent, { readonly choice: number }>): string {
    switch (event.type) {
      case 'text-delta':
        return event.text === '' ? '' : choice.openText + JSON.stringify(event.text) + this.#closeDelta;
      case 'reasoning-delta':
        return event.text === '' ? '' : choice.openReasoning + JSON.stringify(event.text) + this.#closeDelta;
      case 'refusal-delta':
        return event.text === '' ? '' : choice.openRefusal + JSON.stringify(event.text) + this.#closeDelta;
      case 'tool-call-start':
        return this.#startCall(choice, event.index, event.id, event.name);
      case 'tool-call-delta': {
        const call = choice.calls.get(event.index);
        if (call === undefined || call.ended || event.arguments === '') return '';
        call.hasArguments = true;
        return call.open + JSON.stringify(event.arguments) + call.close;
      }
      case 'tool-call-end': {
        const call = choice.calls.get(event.index);
        return call === undefined ? '' : endCall(call);
      }
      case 'logprobs-delta':
        return this.#encodeLogprobs(choice, event.logprobs);
      case 'finish':
        return this.#finish(event.choice, choice, event.reason);
    }
  }

  /** @param content the JSON of the first, empty content: OpenAI has null before tool calls */
  #openChoice(index: number, content: string): string {
    const openDelta = `${this.#head}{"index":${index},"delta":{`;
    this.#choices.set(index, {
      openDelta,
      openText: `${openDelta}"content":`,
      openReasoning: `${openDelta}"reasoning_content":`,
      openRefusal: `${openDelta}"refusal":`,
      calls: new Map(),
      finished: false,
    });
    return `${openDelta}"role":"assistant","content":${content},"refusal":null${this.#closeDelta}`;
  }

  #startCall(choice: OpenChoice, index: number, id: string, name: string): string {
    // The legacy form has room for one call.
    if (choice.calls.has(index) || (this.#legacy && choice.calls.size > 0)) return '';
    const { openDelta, calls } = choice;
    const first = `"name":${JSON.stringify(name)},"arguments":""}`;
    if (this.#legacy) {
      const open = `${openDelta}"function_call":{"arguments":`;
      calls.set(index, { open, close: `}${this.#closeDelta}`, hasArguments: false, ended: false });
      return `${openDelta}"function_call":{${first}${this.#closeDelta}`;
    }
    const openCall = `${openDelta}"tool_calls":[{"index":${index},`;
    const open = `${openCall}"function":{"arguments":`;
    calls.set(index, { open, close: `}}]${this.#closeDelta}`, hasArguments: false, ended: false });
    return `${openCall}"id":${JSON.stringify(id)},"type":"function","function":{${first}}]${this.#closeDelta}`;
  }

  #encodeLogprobs(choice: OpenChoice, logprobs: unknown): string {
    const lists = encodeLogprobs(readLogprobs(logprobs));
    if (lists === null) return '';
    return `${choice.openDelta}},"logprobs":${JSON.stringify(lists)},"finish_reason":null}${this.#tail}`;
  }

  #finish(index: number, choice: OpenChoice, reason: FinishReason | undefined): string {
    if (choice.finished) return '';
    choice.finished = true;
    let written = '';
    for (const call of choice.calls.values()) written += endCall(call);
    const settled = encodeFinishReason(settleFinishReason(reason, choice.calls.size > 0), this.#legacy);
    const last = `{"index":${index},"delta":{},"logprobs":null,"finish_reason":"${settled}"}`;
    return written + this.#head + last + this.#tail;
  }
}

/** A call without arguments gets the empty object's JSON: clients parse what they have gathered. */
function endCall(call: OpenCall): string {
  if (call.ended) return '';
  call.ended = true;
  return call.hasArguments ? '' : `${call.open}"{}"${call.close}`;
}
