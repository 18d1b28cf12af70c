import { type BlockStart, type ConversationEvent, readLiterals } from '../../conversation/events.ts';
import { describeGeneratedImage } from '../../conversation/generated-image.ts';
import type { MediaSource } from '../../conversation/message.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { type VendorData, vendorMembersOf } from '../../conversation/vendor-data.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { AnswerContext } from '../dialect.ts';
import { annotationsOf } from '../openai/annotations.ts';
import { CustomInputReader } from '../openai/custom-input.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import { toCallId } from './call-id.ts';
import { ItemEvents } from './item-events.ts';
import type { EmitEvent, ItemWriter } from './item-writer.ts';
import { keeperOf } from './kept-response.ts';
import { responsesName } from './name.ts';
import { encodeItem, type OpenItem, prefixOf } from './open-items.ts';
import {
  hiddenProofItem,
  type ItemPrefix,
  type ItemStatus,
  type MessageContent,
  reasoningItem,
  toItemId,
} from './output-items.ts';

/**
 * Converts an answer's blocks to the items of a response, with the events of their life cycle. An item is closed when
 * the next one begins or at the end of the answer, because only then it is known whether a limit truncated the item.
 */
export class OutputWriter implements ItemWriter {
  readonly #context: AnswerContext;
  readonly #options: ResponsesAnswerOptions;
  readonly #emit: EmitEvent;
  readonly #events: ItemEvents;
  readonly #output: JsonRecord[] = [];
  readonly #whole: JsonRecord[] = [];
  readonly #keeps: boolean;
  #item: OpenItem | undefined;
  /** A proof of the last item, which has no field for it. */
  #pendingProof: ReasoningProof | undefined;

  constructor(context: AnswerContext, options: ResponsesAnswerOptions, emit: EmitEvent) {
    this.#context = context;
    this.#options = options;
    this.#emit = emit;
    this.#events = new ItemEvents(options, emit);
    this.#keeps = keeperOf(context, options) !== undefined;
  }

  get output(): readonly JsonRecord[] {
    return this.#output;
  }

  get whole(): readonly JsonRecord[] {
    return this.#whole;
  }

  get unfinished(): readonly JsonRecord[] {
    const item = this.#item;
    return item?.kind === 'message' ? [encodeItem(item, 'incomplete', this.#options)] : [];
  }

  /** Ignores events other than those of blocks. */
  writeEvent(event: ConversationEvent, batch: readonly ConversationEvent[], place: number): void {
    switch (event.type) {
      case 'block-start':
        this.#start(event, batch, place);
        break;
      case 'block-delta':
        this.#grow(event.text);
        break;
      case 'block-literals':
        this.#grow(readLiterals(event.literals));
        break;
      case 'block-end':
        this.#end(event.proof);
        this.#takePhase(event.vendor);
        if (this.#item?.kind === 'message') {
          this.#events.annotate(this.#item, this.#output.length, annotationsOf(event.vendor));
        }
        break;
      default:
        break;
    }
  }

  close(truncated: boolean): void {
    this.#closeItem(truncated);
    const proof = this.#pendingProof;
    this.#pendingProof = undefined;
    // The proof of a truncated item proves nothing, and an incomplete item has to be the last one.
    if (proof !== undefined && !truncated) this.#writeProof({ ...proof, of: 'previous' });
  }

  #closeItem(truncated: boolean): void {
    const item = this.#item;
    if (item === undefined) return;
    this.#item = undefined;
    const status: ItemStatus = truncated ? 'incomplete' : 'completed';
    const place = { output_index: this.#output.length };
    this.#events.close(item, this.#output.length);
    const done = encodeItem(item, status, this.#options);
    this.#output.push(done);
    if (this.#keeps) this.#whole.push(this.#encodeWhole(item) ?? done);
    this.#emit('response.output_item.done', { ...place, item: done });
  }

  /** Writes a reasoning item for the proof of the item before it. The client gets it only if it asked for proofs. */
  #writeProof(proof: ReasoningProof): void {
    if (this.#options.givesProofs) {
      this.#open('rs', (id) => ({ kind: 'reasoning', id, text: '', proof }));
      this.#closeItem(false);
    } else this.#whole.push(hiddenProofItem(proof, this.#options));
  }

  #start(event: BlockStart, batch: readonly ConversationEvent[], place: number): void {
    switch (event.kind) {
      case 'text':
      case 'refusal':
        this.#startContent(event.kind);
        break;
      case 'reasoning':
        this.#open('rs', (id) => ({ kind: 'reasoning', id, text: '', proof: undefined }));
        break;
      case 'tool-call': {
        const tool = this.#options.names.findTool(event.name);
        const proven = this.#proveNext(proofOfBlock(event.block, batch, place));
        const reader = tool.kind === 'custom' ? new CustomInputReader() : undefined;
        const callId = toCallId(event.id);
        this.#open(prefixOf(tool), (id) => ({ kind: 'call', id, callId, tool, proven, reader, written: '' }));
        break;
      }
      case 'image':
        this.#startImage(event.source, proofOfBlock(event.block, batch, place));
        break;
      case 'vendor':
        if (event.dialect === responsesName) this.#writeOwn(event.value);
    }
  }

  /** Writes an item of this API, which arrived whole. */
  #writeOwn(item: JsonRecord): void {
    this.close(false);
    const place = { output_index: this.#output.length };
    this.#output.push(item);
    if (this.#keeps) this.#whole.push(item);
    this.#emit('response.output_item.added', { ...place, item });
    this.#emit('response.output_item.done', { ...place, item });
  }

  /**
   * Writes an image as the item of OpenAI's tool for images, without that tool's progress. An image that is only a URL
   * becomes a text.
   */
  #startImage(source: MediaSource, proof: ReasoningProof | undefined): void {
    if (source.type === 'url') {
      this.#startContent('text');
      this.#grow(describeGeneratedImage(source, 'This API'));
      return;
    }
    const proven = this.#proveNext(proof);
    this.#open('ig', (id) => ({ kind: 'image', id, source, proven }));
  }

  /** Puts the proof of the next item into the reasoning item before it. @returns false if there is nothing to put */
  #proveNext(proof: ReasoningProof | undefined): boolean {
    if (proof === undefined || !this.#carriesProofs) return false;
    const isFree = this.#item?.kind === 'reasoning' && this.#item.proof === undefined;
    if (!isFree && !this.#options.givesProofs) {
      // The client would get an item without anything in it.
      this.close(false);
      this.#whole.push(hiddenProofItem({ ...proof, of: 'next' }, this.#options));
      return true;
    }
    if (!isFree) {
      this.#open('rs', (id) => ({ kind: 'reasoning', id, text: '', proof: undefined }));
    }
    if (this.#item?.kind === 'reasoning') this.#item.proof = { ...proof, of: 'next' };
    return true;
  }

  get #carriesProofs(): boolean {
    return this.#options.givesProofs || this.#keeps;
  }

  /** @param create makes the item. Its id is known once the items before it are closed. */
  #open(prefix: ItemPrefix, create: (id: string) => OpenItem): void {
    this.close(false);
    const item = create(toItemId(prefix, this.#context.id, this.#output.length));
    this.#item = item;
    const added = encodeItem(item, 'in_progress', this.#options);
    this.#emit('response.output_item.added', { output_index: this.#output.length, item: added });
  }

  #startContent(kind: MessageContent['kind']): void {
    // A text with a phase or a proof was a separate message.
    if (this.#item?.kind !== 'message' || this.#item.phase !== undefined || this.#pendingProof !== undefined) {
      this.#open('msg', (id) => ({ kind: 'message', id, contents: [], open: false, phase: undefined }));
    }
    if (this.#item?.kind === 'message') this.#events.openContent(this.#item, this.#output.length, kind);
  }

  #grow(text: string): void {
    if (this.#item !== undefined && text !== '') this.#events.grow(this.#item, this.#output.length, text);
  }

  #end(proof: ReasoningProof | undefined): void {
    const item = this.#item;
    if (proof === undefined || item === undefined) return;
    if (item.kind === 'reasoning') item.proof = proof;
    else if (item.kind === 'message' && item.contents.at(-1)?.kind === 'refusal') return;
    else if ((item.kind === 'call' || item.kind === 'image') && item.proven) return;
    else if (this.#carriesProofs) this.#pendingProof = proof;
  }

  #takePhase(vendor: VendorData | undefined): void {
    if (this.#item?.kind === 'message') this.#item.phase ??= vendorMembersOf(vendor, responsesName).phase;
  }

  /** @returns undefined if the client gets the same item */
  #encodeWhole(item: OpenItem): JsonRecord | undefined {
    if (item.kind !== 'reasoning' || this.#options.givesProofs) return undefined;
    return reasoningItem(item.id, item.text, item.proof, { ...this.#options, givesProofs: true });
  }
}

/** Finds the proof of a block that arrived whole. Its end soon follows its start, however many blocks arrived with it. */
function proofOfBlock(block: number, batch: readonly ConversationEvent[], start: number): ReasoningProof | undefined {
  for (let place = start; place < batch.length; place += 1) {
    const event = batch[place];
    if (event?.type === 'block-end' && event.choice === 0 && event.block === block) return event.proof;
  }
  return undefined;
}
