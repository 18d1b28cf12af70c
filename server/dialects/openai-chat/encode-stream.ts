import type {
  BlockDelta,
  BlockLiterals,
  BlockStart,
  ConversationEvent,
  FinishReason,
} from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import { settleFinishReason } from '../../conversation/finish-reason.ts';
import { readLogprobs } from '../../conversation/logprobs.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import type { Usage } from '../../conversation/usage.ts';
import type { VendorData } from '../../conversation/vendor-data.ts';
import { asByteString, type ByteString, encodeJson, toByteString } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import { annotationsOf, toChatAnnotations } from '../openai/annotations.ts';
import { CustomInputReader } from '../openai/custom-input.ts';
import { encodeImage, imageId } from './answer-images.ts';
import type { ChatAnswerOptions } from './answer-options.ts';
import { encodeErrorBody } from './encode-failure.ts';
import { encodeLogprobs } from './encode-logprobs.ts';
import { encodeUsage } from './encode-usage.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { chatHeartbeat } from './heartbeat.ts';
import {
  encodeHiddenReasoning,
  encodeProofDetail,
  encodeSignatureDelta,
  encodeTextDelta,
} from './reasoning-details.ts';
import { encodeInput, endCall, type StreamCall, startCall } from './stream-call.ts';
import { joinRun, type TextRun } from './text-run.ts';

/** Encodes `CreateChatCompletionStreamResponse` chunks as server-sent events, with `[DONE]` at the end. */
export function createStreamEncoder(context: AnswerContext, options: ChatAnswerOptions): StreamEncoder {
  return new ChatStreamEncoder(context, options);
}

type PlainEvent = Exclude<ConversationEvent, BlockLiterals>;

interface OpenChoice {
  /** A chunk up to the content of its delta. */
  readonly openDelta: string;
  /** A chunk up to the literal of its text. */
  readonly openText: string;
  /** Everything between the texts of two consecutive text chunks, including the quotes. */
  readonly betweenTexts: string;
  /** By block; created with the first call. */
  calls: Map<number, StreamCall> | undefined;
  /** The open reasoning block, and the index of the detail that has its text; undefined without a text. */
  reasoning: { readonly block: number; detail: number | undefined } | undefined;
  /** The block of the last image. */
  imageBlock: number | undefined;
  /** How many images were sent. */
  images: number;
  /** How many `reasoning_details` were sent. */
  details: number;
  finished: boolean;
}

/**
 * The stream is well-formed for any events: each choice begins with its role and finishes once, calls have complete
 * arguments, and nothing follows the end. Only the text of a chunk varies, so chunks are built from prepared strings
 * around the text's JSON literal, and literals from the upstream are copied unchanged.
 */
class ChatStreamEncoder implements StreamEncoder {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #legacy: boolean;
  readonly #customTools: ReadonlySet<string> | undefined;
  readonly #includeUsage: boolean;
  readonly #asOpenrouter: boolean;
  /** The part of a chunk before its choices. */
  readonly #head: string;
  /** The part of a chunk after its choices. */
  readonly #tail: string;
  /** The part of a chunk after the members of a delta that is not the last one. */
  readonly #closeDelta: string;
  readonly #choices = new Map<number, OpenChoice>();
  #ended = false;

  constructor({ id, created, model }: AnswerContext, options: ChatAnswerOptions) {
    this.#legacy = options.legacyFunctions;
    this.#customTools = options.customTools;
    this.#includeUsage = options.includeUsage;
    this.#asOpenrouter = options.asOpenrouter === true;
    const members = `"id":${encodeJson(`chatcmpl-${id}`)},"object":"chat.completion.chunk","created":${created}`;
    this.#head = `data: {${members},"model":${encodeJson(model)},"choices":[`;
    // With `include_usage`, all of OpenAI's chunks have the member, and it is null in all but the last.
    this.#tail = options.includeUsage && !options.withoutNullUsage ? '],"usage":null}\n\n' : ']}\n\n';
    this.#closeDelta = `},"logprobs":null,"finish_reason":null}${this.#tail}`;
  }

  heartbeat(): ByteString {
    return chatHeartbeat;
  }

  encode(events: readonly ConversationEvent[]): ByteString {
    let written = '';
    let run: TextRun | undefined;
    for (const event of events) {
      if (event.type === 'block-literals') {
        written = joinRun(written, run);
        run = this.#openRun(event);
      } else if (run === undefined) written += this.#encode(event);
      else run.close += this.#encode(event);
    }
    return asByteString(joinRun(written, run));
  }

  end(usage: Usage): ByteString {
    if (this.#ended) return asByteString('');
    let written = this.#choices.size === 0 ? this.#openChoice(0, '""') : '';
    for (const [index, choice] of this.#choices) written += this.#finish(index, choice, undefined);
    if (this.#includeUsage) written += `${this.#head}],"usage":${encodeJson(encodeUsage(usage))}}\n\n`;
    this.#ended = true;
    return asByteString(`${written}data: [DONE]\n\n`);
  }

  fail(failure: Failure): ByteString {
    return asByteString(this.#fail(failure));
  }

  #fail(failure: Failure): string {
    if (this.#ended) return '';
    this.#ended = true;
    return `data: ${toByteString(encodeErrorBody(failure))}\n\n`;
  }

  #openRun(event: BlockLiterals): TextRun | undefined {
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

  #encode(event: PlainEvent): string {
    if (this.#ended || event.type === 'start' || event.type === 'usage' || event.type === 'frame') return '';
    if (event.type === 'failure') return this.#fail(event.failure);
    const known = this.#choices.get(event.choice);
    if (known !== undefined) return known.finished ? '' : this.#encodeIn(known, event);
    // The choice is opened by the first delta of the text.
    if (event.type === 'block-start' && event.kind === 'text') return '';
    const beginsWithCall = event.type === 'block-start' && event.kind === 'tool-call';
    const opened = this.#openChoice(event.choice, beginsWithCall ? 'null' : '""');
    return opened + this.#encode(event);
  }

  #encodeIn(choice: OpenChoice, event: Extract<PlainEvent, { readonly choice: number }>): string {
    switch (event.type) {
      case 'block-start':
        if (event.kind === 'reasoning') choice.reasoning = { block: event.block, detail: undefined };
        if (event.kind === 'image') return this.#encodeImage(choice, event);
        return event.kind === 'tool-call' ? this.#startCall(choice, event) : '';
      case 'block-delta':
        return event.text === '' ? '' : this.#encodeDelta(choice, event);
      case 'block-end': {
        const call = choice.calls?.get(event.block);
        const ended = call === undefined ? this.#encodeAnnotations(choice, event.vendor) : endCall(call);
        return event.proof === undefined ? ended : ended + this.#encodeProof(choice, event.block, event.proof);
      }
      case 'logprobs-delta':
        return this.#encodeLogprobs(choice, event.logprobs);
      case 'finish':
        return this.#finish(event.choice, choice, event.reason);
      case 'vendor-delta':
        return '';
    }
  }

  #encodeDelta(choice: OpenChoice, event: BlockDelta): string {
    const text = encodeJson(event.text);
    switch (event.kind) {
      case 'text':
        return choice.openText + text + this.#closeDelta;
      case 'reasoning':
        return this.#encodeReasoning(choice, text);
      case 'refusal':
        return `${choice.openDelta}"refusal":${text}${this.#closeDelta}`;
      case 'tool-call': {
        const call = choice.calls?.get(event.block);
        if (call === undefined || call.ended) return '';
        call.hasArguments = true;
        if (call.custom !== undefined) return encodeInput(call, call.custom.add(event.text));
        return call.open + text + call.close;
      }
    }
  }

  /** @param text a JSON literal */
  #encodeReasoning(choice: OpenChoice, text: string): string {
    let details = '';
    if (choice.reasoning !== undefined) {
      choice.reasoning.detail ??= choice.details++;
      details = `,"reasoning_details":[${encodeTextDelta(text, choice.reasoning.detail)}]`;
    }
    const alias = this.#asOpenrouter ? `,"reasoning":${text}` : '';
    return `${choice.openDelta}"reasoning_content":${text}${alias}${details}${this.#closeDelta}`;
  }

  #encodeProof(choice: OpenChoice, block: number, proof: ReasoningProof): string {
    const detail = this.#encodeProofDetail(choice, block, proof);
    return `${choice.openDelta}"reasoning_details":${encodeJson([detail])}${this.#closeDelta}`;
  }

  #encodeProofDetail(choice: OpenChoice, block: number, proof: ReasoningProof): JsonRecord {
    const { reasoning, calls, imageBlock, images } = choice;
    if (reasoning?.block === block && reasoning.detail !== undefined)
      return encodeSignatureDelta(proof, reasoning.detail);
    const index = choice.details++;
    if (reasoning?.block === block) return encodeHiddenReasoning(proof, index);
    return encodeProofDetail(imageBlock === block ? imageId(images - 1) : calls?.get(block)?.id, proof, index);
  }

  /** @param content the JSON of the first, empty content. OpenAI sends null before tool calls. */
  #openChoice(index: number, content: string): string {
    const openDelta = `${this.#head}{"index":${index},"delta":{`;
    const openText = `${openDelta}"content":`;
    this.#choices.set(index, {
      openDelta,
      openText,
      betweenTexts: `"${this.#closeDelta}${openText}"`,
      calls: undefined,
      reasoning: undefined,
      imageBlock: undefined,
      images: 0,
      details: 0,
      finished: false,
    });
    return `${openDelta}"role":"assistant","content":${content},"refusal":null${this.#closeDelta}`;
  }

  #encodeAnnotations(choice: OpenChoice, vendor: VendorData | undefined): string {
    const annotations = vendor === undefined ? [] : toChatAnnotations(annotationsOf(vendor));
    if (annotations.length === 0) return '';
    return `${choice.openDelta}"annotations":${encodeJson(annotations)}${this.#closeDelta}`;
  }

  /** Sends the image in one chunk. Clients do not join pieces of one. */
  #encodeImage(choice: OpenChoice, { block, source }: BlockStart & { readonly kind: 'image' }): string {
    const image = encodeImage(source, choice.images);
    choice.imageBlock = block;
    choice.images += 1;
    return `${choice.openDelta}"images":[${encodeJson(image)}]${this.#closeDelta}`;
  }

  #startCall(choice: OpenChoice, { block, id, name }: BlockStart & { readonly kind: 'tool-call' }): string {
    choice.calls ??= new Map();
    const { openDelta, calls } = choice;
    // The legacy format allows only one call.
    if (calls.has(block) || (this.#legacy && calls.size > 0)) return '';
    const index = calls.size;
    const first = `"name":${encodeJson(name)},"arguments":""}`;
    if (this.#legacy) {
      const open = `${openDelta}"function_call":{"arguments":`;
      calls.set(block, startCall(id, open, `}${this.#closeDelta}`));
      return `${openDelta}"function_call":{${first}${this.#closeDelta}`;
    }
    const openCall = `${openDelta}"tool_calls":[{"index":${index},`;
    const close = `}}]${this.#closeDelta}`;
    if (this.#customTools?.has(name)) {
      calls.set(block, startCall(id, `${openCall}"custom":{"input":`, close, new CustomInputReader()));
      return `${openCall}"id":${encodeJson(id)},"type":"custom","custom":{"name":${encodeJson(name)},"input":""${close}`;
    }
    calls.set(block, startCall(id, `${openCall}"function":{"arguments":`, close));
    return `${openCall}"id":${encodeJson(id)},"type":"function","function":{${first}}]${this.#closeDelta}`;
  }

  #encodeLogprobs(choice: OpenChoice, logprobs: unknown): string {
    const lists = encodeLogprobs(readLogprobs(logprobs));
    if (lists === null) return '';
    return `${choice.openDelta}},"logprobs":${encodeJson(lists)},"finish_reason":null}${this.#tail}`;
  }

  #finish(index: number, choice: OpenChoice, reason: FinishReason | undefined): string {
    if (choice.finished) return '';
    choice.finished = true;
    let written = '';
    for (const call of choice.calls?.values() ?? []) written += endCall(call);
    const settled = encodeFinishReason(settleFinishReason(reason, choice.calls !== undefined), this.#legacy);
    const last = `{"index":${index},"delta":{},"logprobs":null,"finish_reason":"${settled}"}`;
    return written + this.#head + last + this.#tail;
  }
}
