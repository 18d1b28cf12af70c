import { type ConversationEvent, readLiterals } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { Vault } from '../../lib/secrets.ts';
import type { AnswerContext } from '../dialect.ts';
import { encodeCompaction } from './compaction.ts';
import type { EmitEvent, ItemWriter } from './item-writer.ts';
import { toItemId } from './output-items.ts';

/** Writes one item from an answer that is a summary: the compaction. The summary itself is not streamed. */
export class CompactionWriter implements ItemWriter {
  readonly #context: AnswerContext;
  readonly #kept: readonly unknown[];
  readonly #vault: Vault;
  readonly #emit: EmitEvent;
  readonly #output: JsonRecord[] = [];
  readonly #textBlocks = new Set<number>();
  #summary = '';

  constructor(
    context: AnswerContext,
    { kept, vault }: { readonly kept: readonly unknown[]; readonly vault: Vault },
    emit: EmitEvent,
  ) {
    this.#context = context;
    this.#kept = kept;
    this.#vault = vault;
    this.#emit = emit;
  }

  get output(): readonly JsonRecord[] {
    return this.#output;
  }

  /** The same as `output`, since the client gets all of a compaction. */
  get whole(): readonly JsonRecord[] {
    return this.#output;
  }

  /** Empty, because clients cannot use a part of a summary. */
  get unfinished(): readonly JsonRecord[] {
    return [];
  }

  writeEvent(event: ConversationEvent): void {
    if (event.type === 'block-start' && event.kind === 'text') this.#textBlocks.add(event.block);
    if (!('block' in event) || !this.#textBlocks.has(event.block)) return;
    if (event.type === 'block-delta') this.#summary += event.text;
    else if (event.type === 'block-literals') this.#summary += readLiterals(event.literals);
  }

  /** Writes the item, unless the summary is empty. */
  close(): void {
    if (this.#summary.trim() === '') return;
    const item = {
      id: toItemId('cmp', this.#context.id, 0),
      type: 'compaction',
      encrypted_content: encodeCompaction({ summary: this.#summary, kept: this.#kept }, this.#vault),
    };
    this.#emit('response.output_item.added', { output_index: 0, item });
    this.#output.push(item);
    this.#emit('response.output_item.done', { output_index: 0, item });
  }
}

/** The failure for an answer without a summary. */
export function missingSummary(): Failure {
  return new Failure('upstream-unavailable', 'The model did not write a summary of the conversation.');
}
