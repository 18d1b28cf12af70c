import type { BlockLiterals, BlockStart, ConversationEvent, Finish } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import { describeGeneratedImage } from '../../conversation/generated-image.ts';
import { toPlainIdentifier } from '../../conversation/plain-identifier.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { noUsage, type Usage } from '../../conversation/usage.ts';
import { asByteString, type ByteString } from '../../lib/byte-string.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import type { MessagesAnswerOptions } from './answer-options.ts';
import { imageApi, toMessageId } from './encode-answer.ts';
import { encodeEnd } from './encode-end.ts';
import { encodeErrorEvent } from './encode-failure.ts';
import { encodeSignature, isRedacted, toProofBlock } from './encode-proof.ts';
import { anthropicMessages } from './name.ts';
import { BlockWriter, encodeEvent, eventStream, nothing, pingEvent } from './stream-events.ts';
import { encodeUsage } from './usage.ts';

/** Encodes the API's stream of events: `message_start`, blocks in sequence, `message_delta`, `message_stop`. */
export function createStreamEncoder(context: AnswerContext, options: MessagesAnswerOptions): StreamEncoder {
  return new MessagesStreamEncoder(context, options);
}

type InMessage = Extract<ConversationEvent, { readonly choice: number }>;

interface OpenBlock {
  readonly start: BlockStart;
  hasText: boolean;
  /** True if its proof was sent before it. */
  readonly isProven: boolean;
}

class MessagesStreamEncoder implements StreamEncoder {
  readonly contentType = eventStream;
  readonly #context: AnswerContext;
  readonly #options: MessagesAnswerOptions;
  readonly #writer = new BlockWriter();
  #started = false;
  #ended = false;
  #open: OpenBlock | undefined;
  readonly #kinds = { calls: false, refusal: false };
  #finish: Finish | undefined;

  constructor(context: AnswerContext, options: MessagesAnswerOptions) {
    this.#context = context;
    this.#options = options;
  }

  heartbeat(): ByteString {
    return pingEvent;
  }

  encode(events: readonly ConversationEvent[]): ByteString {
    let written = '';
    for (const [position, event] of events.entries()) {
      if (!this.#ended) written += this.#encode(event, events, position);
    }
    return asByteString(written);
  }

  end(usage: Usage): ByteString {
    if (this.#ended) return nothing;
    const opening = this.#start(undefined) + this.#endBlock(undefined);
    this.#ended = true;
    const delta = encodeEnd(this.#finish, this.#kinds, this.#options);
    const last = encodeEvent({ type: 'message_delta', delta, usage: encodeUsage(usage) });
    return asByteString(opening + last + encodeEvent({ type: 'message_stop' }));
  }

  fail(failure: Failure): ByteString {
    if (this.#ended) return nothing;
    this.#ended = true;
    return encodeErrorEvent(failure, this.#context.id);
  }

  /** @param position the index of the event in `events` */
  #encode(event: ConversationEvent, events: readonly ConversationEvent[], position: number): string {
    if (event.type === 'failure') return this.fail(event.failure);
    if (event.type === 'start') return this.#start(event.usage);
    if (!('choice' in event) || event.choice !== 0 || this.#finish !== undefined) return '';
    return this.#start(undefined) + this.#encodeInMessage(event, findProof(events, position));
  }

  /** @param proof the proof of the block that the event starts, if it is already known */
  #encodeInMessage(event: InMessage, proof: ReasoningProof | undefined): string {
    if (event.type === 'block-start') return this.#startBlock(event, proof);
    if (event.type === 'finish') {
      this.#finish = event;
      return this.#endBlock(undefined);
    }
    if (event.type === 'logprobs-delta' || event.block !== this.#open?.start.block) return '';
    switch (event.type) {
      case 'block-delta':
        return this.#grow(this.#open, event.text);
      case 'block-literals':
        return this.#growByLiterals(this.#open, event);
      case 'vendor-delta':
        return event.dialect === anthropicMessages && this.#writer.isOpen ? this.#writer.delta(event.value) : '';
      case 'block-end':
        return this.#endBlock(event.proof);
    }
  }

  #start(usage: Usage | undefined): string {
    if (this.#started) return '';
    this.#started = true;
    const { id, model, estimateInputTokens } = this.#context;
    const known = usage !== undefined && usage.inputTokens > 0;
    const counts = known ? usage : { ...noUsage, inputTokens: Math.max(1, estimateInputTokens()) };
    const message = {
      ...{ id: toMessageId(id), type: 'message', role: 'assistant', model, content: [] },
      ...{ stop_reason: null, stop_sequence: null, stop_details: null, container: null },
      usage: encodeUsage(counts),
    };
    return encodeEvent({ type: 'message_start', message });
  }

  #startBlock(start: BlockStart, proof: ReasoningProof | undefined): string {
    const closing = this.#endBlock(undefined);
    const isProven = start.kind === 'tool-call' && proof !== undefined && this.#options.thinking !== 'hidden';
    this.#open = { start, hasText: false, isProven };
    this.#kinds.calls ||= start.kind === 'tool-call';
    this.#kinds.refusal ||= start.kind === 'refusal';
    if (start.kind === 'vendor') {
      return closing + (start.dialect === anthropicMessages ? this.#writer.start(start.value) : '');
    }
    if (start.kind === 'image') return closing + this.#grow(this.#open, describeGeneratedImage(start.source, imageApi));
    if (start.kind !== 'tool-call') return closing;
    const proving = isProven ? this.#writer.start(toProofBlock(proof, 'next')) : '';
    const block = { type: 'tool_use', id: toPlainIdentifier(start.id), name: start.name, input: {} };
    return closing + proving + this.#writer.start(block);
  }

  #grow(open: OpenBlock, text: string): string {
    if (text === '') return '';
    const isFirst = !open.hasText;
    open.hasText = true;
    switch (open.start.kind) {
      case 'tool-call':
        return this.#writer.delta({ type: 'input_json_delta', partial_json: text });
      case 'reasoning': {
        if (this.#options.thinking !== 'shown') return '';
        const started = isFirst ? this.#writer.start({ type: 'thinking', thinking: '', signature: '' }) : '';
        return started + this.#writer.delta({ type: 'thinking_delta', thinking: text });
      }
      case 'vendor':
        return '';
      default:
        return this.#startText(isFirst) + this.#writer.delta({ type: 'text_delta', text });
    }
  }

  #growByLiterals(open: OpenBlock, { literals }: BlockLiterals): string {
    if (open.start.kind !== 'text') return '';
    const isFirst = !open.hasText;
    open.hasText = true;
    return this.#startText(isFirst) + this.#writer.textLiterals(literals);
  }

  /** Starts a text block with its first text, because some clients cannot handle empty text blocks. */
  #startText(isFirst: boolean): string {
    return isFirst ? this.#writer.start({ type: 'text', text: '' }) : '';
  }

  #endBlock(proof: ReasoningProof | undefined): string {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return '';
    if (open.start.kind === 'reasoning') return this.#endReasoning(open, proof);
    const lacksInput = open.start.kind === 'tool-call' && !open.hasText;
    const last = lacksInput ? this.#writer.delta({ type: 'input_json_delta', partial_json: '' }) : '';
    const closing = last + this.#writer.stop();
    if (proof === undefined || open.isProven || this.#options.thinking === 'hidden') return closing;
    if (open.start.kind !== 'text' && open.start.kind !== 'tool-call') return closing;
    if (open.start.kind === 'tool-call') {
      return closing + this.#writer.start(toProofBlock(proof, 'previous')) + this.#writer.stop();
    }
    this.#writer.hold(toProofBlock(proof, open.hasText ? 'previous' : undefined));
    return closing;
  }

  #endReasoning({ hasText }: OpenBlock, proof: ReasoningProof | undefined): string {
    const { thinking } = this.#options;
    if (thinking === 'hidden' || (proof === undefined && !hasText)) return '';
    if (proof !== undefined && isRedacted(hasText ? 'said' : '', proof)) {
      return this.#writer.start(toProofBlock(proof)) + this.#writer.stop();
    }
    const started = this.#writer.isOpen ? '' : this.#writer.start({ type: 'thinking', thinking: '', signature: '' });
    const signature = this.#writer.delta({ type: 'signature_delta', signature: encodeSignature(proof) });
    return started + signature + this.#writer.stop();
  }
}

/** The proof of the block that starts at `position`, if its end is in the same events. */
function findProof(events: readonly ConversationEvent[], position: number): ReasoningProof | undefined {
  for (let index = position + 1; index < events.length; index += 1) {
    const event = events[index];
    if (event?.type === 'block-end') return event.proof;
    if (event?.type === 'block-start') return undefined;
  }
  return undefined;
}
