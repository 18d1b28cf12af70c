import { type BlockStart, type ConversationEvent, type Finish, readLiterals } from '../../conversation/events.ts';
import type { Failure } from '../../conversation/failure.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import type { Usage } from '../../conversation/usage.ts';
import { type VendorData, vendorMembersOf } from '../../conversation/vendor-data.ts';
import { asByteString, type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { AnswerContext, StreamEncoder } from '../dialect.ts';
import type { GeminiAnswerOptions } from './answer-options.ts';
import { PartWriter, unquote } from './answer-parts.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { geminiName } from './name.ts';
import { toPublicMembers } from './public-members.ts';
import type { StreamWriter } from './stream-writer.ts';
import { encodeUsage } from './usage.ts';

/**
 * Encodes Google's stream of `GenerateContentResponse` chunks. Every chunk has a part, and only the last one has the
 * finish reasons and the usage. Google's SDK discards a turn with any other chunk.
 */
export function createStreamEncoder(
  context: AnswerContext,
  options: GeminiAnswerOptions,
  writer: StreamWriter,
): StreamEncoder {
  return new GeminiStreamEncoder(context, options, writer);
}

interface OpenChoice {
  readonly writer: PartWriter;
  /** The last part, which is buffered because a signature or the finish may be added to it. */
  held: JsonRecord | undefined;
  block: BlockStart | undefined;
  /** The buffered text of a block that is not sent in increments. */
  buffered: string;
  hasContent: boolean;
  finish: Finish | undefined;
}

class GeminiStreamEncoder implements StreamEncoder {
  readonly contentType: string;
  readonly #context: AnswerContext;
  readonly #options: GeminiAnswerOptions;
  readonly #writer: StreamWriter;
  readonly #choices = new Map<number, OpenChoice>();
  #modelVersion: string;
  #ended = false;

  constructor(context: AnswerContext, options: GeminiAnswerOptions, writer: StreamWriter) {
    this.#context = context;
    this.#options = options;
    this.#writer = writer;
    this.#modelVersion = context.model;
    this.contentType = this.#writer.contentType;
  }

  heartbeat(): ByteString {
    return this.#writer.heartbeat();
  }

  encode(events: readonly ConversationEvent[]): ByteString {
    let written = '';
    for (const event of events) written += this.#encode(event);
    return asByteString(written);
  }

  end(usage: Usage): ByteString {
    if (this.#ended) return asByteString('');
    this.#ended = true;
    if (this.#choices.size === 0) this.#choice(0);
    let written = '';
    for (const [index, choice] of this.#choices) written += this.#endBlock(index, choice, undefined);
    const last = { ...this.#endings(), usageMetadata: encodeUsage(usage) };
    return asByteString(written + this.#writeChunk(last) + this.#writer.end());
  }

  fail(failure: Failure): ByteString {
    if (this.#ended) return asByteString('');
    this.#ended = true;
    let written = '';
    for (const [index, choice] of this.#choices) written += this.#flush(index, choice);
    return asByteString(written + this.#writer.writeError(failure) + this.#writer.end());
  }

  #encode(event: ConversationEvent): string {
    if (this.#ended) return '';
    switch (event.type) {
      case 'start':
        this.#modelVersion = event.upstreamModel ?? this.#modelVersion;
        return '';
      case 'failure':
        return this.fail(event.failure);
      case 'usage':
      case 'frame':
      case 'logprobs-delta':
      case 'vendor-delta':
        return '';
      default:
        return this.#encodeIn(event.choice, this.#choice(event.choice), event);
    }
  }

  #encodeIn(index: number, choice: OpenChoice, event: ChoiceEvent): string {
    if (choice.finish !== undefined) return '';
    switch (event.type) {
      case 'block-start':
        choice.block = event;
        choice.buffered = '';
        return '';
      case 'block-delta':
        return this.#grow(index, choice, event.text);
      case 'block-literals':
        return this.#grow(index, choice, readLiterals(event.literals));
      case 'block-end':
        return this.#endBlock(index, choice, event.proof, event.vendor);
      case 'finish': {
        const written = this.#endBlock(index, choice, undefined);
        choice.finish = event;
        return written;
      }
    }
  }

  /**
   * Sends texts immediately, thoughts one piece later (because the last piece gets the signature), and calls as a
   * whole.
   */
  #grow(index: number, choice: OpenChoice, text: string): string {
    if (text === '') return '';
    switch (choice.block?.kind) {
      case 'text':
      case 'refusal':
        if (!this.#options.bareEnum) return this.#write(index, choice, choice.writer.text(text, undefined));
        break;
      case 'reasoning': {
        const piece = choice.buffered;
        choice.buffered = text;
        return piece === '' ? '' : this.#write(index, choice, choice.writer.reasoning(piece, undefined));
      }
      default:
    }
    choice.buffered += text;
    return '';
  }

  #endBlock(index: number, choice: OpenChoice, proof: ReasoningProof | undefined, vendor?: VendorData): string {
    const { block, buffered, writer } = choice;
    choice.block = undefined;
    choice.buffered = '';
    switch (block?.kind) {
      case undefined:
        return '';
      case 'text':
        return this.#write(index, choice, writer.text(unquote(buffered), proof));
      case 'refusal':
        return this.#write(index, choice, writer.text(buffered, undefined));
      case 'reasoning':
        return this.#write(index, choice, writer.reasoning(buffered, proof));
      case 'tool-call':
        return this.#hold(index, choice, writer.call(block.id, block.name, buffered, proof));
      case 'image': {
        const marks = withoutUndefined({ proof, vendor });
        return this.#hold(index, choice, writer.image({ type: 'image', source: block.source, ...marks }));
      }
      case 'vendor':
        return block.dialect === geminiName ? this.#hold(index, choice, [...writer.end(), block.value]) : '';
    }
  }

  /** Buffers the last part, to which the finish may be added. */
  #hold(index: number, choice: OpenChoice, parts: readonly JsonRecord[]): string {
    const written = this.#write(index, choice, parts.slice(0, -1));
    const flushed = this.#flush(index, choice);
    choice.held = parts.at(-1);
    return written + flushed;
  }

  #write(index: number, choice: OpenChoice, parts: readonly JsonRecord[]): string {
    if (parts.length === 0) return '';
    return this.#flush(index, choice) + this.#writeParts(index, choice, parts);
  }

  #flush(index: number, choice: OpenChoice): string {
    const { held } = choice;
    choice.held = undefined;
    return held === undefined ? '' : this.#writeParts(index, choice, [held]);
  }

  #writeParts(index: number, choice: OpenChoice, parts: readonly JsonRecord[]): string {
    choice.hasContent = true;
    return this.#writeChunk({ candidates: [{ content: { role: 'model', parts }, index }] });
  }

  #writeChunk(chunk: JsonRecord): string {
    const { id } = this.#context;
    return this.#writer.write(encodeJson({ ...chunk, modelVersion: this.#modelVersion, responseId: id }));
  }

  /** The candidates of the last chunk, or the reason why there are none. */
  #endings(): JsonRecord {
    const [only] = this.#choices.values();
    if (only !== undefined && this.#choices.size === 1 && !only.hasContent && only.held === undefined) {
      const { promptFeedback } = vendorMembersOf(only.finish?.vendor, geminiName);
      if (promptFeedback !== undefined) return { promptFeedback };
    }
    const { emptyEnd } = this.#writer;
    return { candidates: [...this.#choices].map(([index, choice]) => encodeEnding(index, choice, emptyEnd)) };
  }

  #choice(index: number): OpenChoice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const writer = new PartWriter(this.#options);
    const choice: OpenChoice = {
      writer,
      held: undefined,
      block: undefined,
      buffered: '',
      hasContent: false,
      finish: undefined,
    };
    this.#choices.set(index, choice);
    return choice;
  }
}

type ChoiceEvent = Exclude<
  Extract<ConversationEvent, { readonly choice: number }>,
  { readonly type: 'logprobs-delta' | 'vendor-delta' }
>;

function encodeEnding(
  index: number,
  { held, writer, finish }: OpenChoice,
  emptyEnd: readonly JsonRecord[],
): JsonRecord {
  const left = [...(held === undefined ? [] : [held]), ...writer.end()];
  const parts = left.length > 0 ? left : emptyEnd;
  return {
    ...toPublicMembers(vendorMembersOf(finish?.vendor, geminiName)),
    content: { role: 'model', parts },
    finishReason: encodeFinishReason(finish ?? { reason: 'stop' }),
    index,
  };
}
