import { type ConversationEvent, readLiterals } from '../../conversation/events.ts';
import { Failure } from '../../conversation/failure.ts';
import type { JsonRecord } from '../../lib/json.ts';
import type { Vault } from '../../lib/secrets.ts';
import type { AnswerContext } from '../dialect.ts';
import { encodeCompaction } from './compaction.ts';
import { toItemId } from './output-items.ts';
import type { ItemWriter, TellEvent } from './output-writer.ts';

/** Makes one item of an answer that is a summary: the compaction. The summary itself is not streamed. */
export class CompactionWriter implements ItemWriter {
  readonly #context: AnswerContext;
  readonly #kept: readonly unknown[];
  readonly #vault: Vault;
  readonly #tell: TellEvent;
  readonly #output: JsonRecord[] = [];
  readonly #textBlocks = new Set<number>();
  #summary = '';

  constructor(
    context: AnswerContext,
    { kept, vault }: { readonly kept: readonly unknown[]; readonly vault: Vault },
    tell: TellEvent,
  ) {
    this.#context = context;
    this.#kept = kept;
    this.#vault = vault;
    this.#tell = tell;
  }

  get output(): readonly JsonRecord[] {
    return this.#output;
  }

  /** There is nothing in a compaction that its client may not have. */
  get whole(): readonly JsonRecord[] {
    return this.#output;
  }

  take(event: ConversationEvent): void {
    if (event.type === 'block-start' && event.kind === 'text') this.#textBlocks.add(event.block);
    if (!('block' in event) || !this.#textBlocks.has(event.block)) return;
    if (event.type === 'block-delta') this.#summary += event.text;
    else if (event.type === 'block-literals') this.#summary += readLiterals(event.literals);
  }

  /** Without a summary there is no item. */
  close(): void {
    if (this.#summary.trim() === '') return;
    const item = {
      id: toItemId('cmp', this.#context.id, 0),
      type: 'compaction',
      encrypted_content: encodeCompaction({ summary: this.#summary, kept: this.#kept }, this.#vault),
    };
    this.#tell('response.output_item.added', { output_index: 0, item });
    this.#output.push(item);
    this.#tell('response.output_item.done', { output_index: 0, item });
  }
}

/** The failure of an answer in which the model summed up nothing. */
export function withoutSummary(): Failure {
  return new Failure('upstream-unavailable', 'The model wrote no summary of the conversation.');
}
