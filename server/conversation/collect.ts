import { asByteString } from '../lib/byte-string.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { AnswerPart, AnswerText, Choice, ConversationAnswer } from './answer.ts';
import { type BlockStart, type ConversationEvent, type Finish, type JsonLiteral, readLiterals } from './events.ts';
import type { Failure } from './failure.ts';
import { settleFinishReason } from './finish-reason.ts';
import { readLogprobs } from './logprobs.ts';
import type { ReasoningProof } from './reasoning-proof.ts';
import type { Usage } from './usage.ts';
import type { VendorData } from './vendor-data.ts';

/** Collects a stream of events into one answer. The caller has to bound the amount of data. */
export interface Collector {
  collect(events: readonly ConversationEvent[]): void;
  /** The answer so far, with at least one choice. Unfinished choices are closed as they are. */
  answer(): ConversationAnswer;
  /** The failure that ended the answer, if any. */
  readonly failure: Failure | undefined;
}

export function createCollector(): Collector {
  return new EventCollector();
}

/** Collects events into one answer. */
export function collect(events: readonly ConversationEvent[]): ConversationAnswer {
  const collector = createCollector();
  collector.collect(events);
  return collector.answer();
}

interface GrowingBlock {
  readonly start: BlockStart;
  text: string;
  /** The rest of the text, behind `text`. Not decoded, since it may never be read. */
  readonly literals: JsonLiteral[];
  readonly deltas: Readonly<Record<string, unknown>>[];
  proof: ReasoningProof | undefined;
  vendor: VendorData | undefined;
}

interface GrowingChoice {
  readonly blocks: Map<number, GrowingBlock>;
  logprobs: { readonly content: unknown[]; readonly refusal: unknown[] } | undefined;
  finish: Finish | undefined;
}

class EventCollector implements Collector {
  failure: Failure | undefined;
  #upstreamModel: string | undefined;
  #usage: Usage | undefined;
  #frame: string | undefined;
  readonly #choices = new Map<number, GrowingChoice>();

  collect(events: readonly ConversationEvent[]): void {
    for (const event of events) this.#collectEvent(event);
  }

  answer(): ConversationAnswer {
    const known = this.#choices.size > 0 ? [...this.#choices] : [[0, emptyChoice()] as const];
    const choices = known.map(([index, choice]) => close(index, choice));
    return withoutUndefined({
      upstreamModel: this.#upstreamModel,
      choices: choices.sort((left, right) => left.index - right.index),
      usage: this.#usage,
      frame: this.#frame,
    });
  }

  #collectEvent(event: ConversationEvent): void {
    switch (event.type) {
      case 'start':
        this.#upstreamModel = event.upstreamModel;
        this.#usage = event.usage ?? this.#usage;
        break;
      case 'usage':
        this.#usage = event.usage;
        break;
      case 'failure':
        this.failure = event.failure;
        break;
      case 'frame':
        this.#frame = event.data;
        break;
      default:
        grow(this.#choice(event.choice), event);
    }
  }

  #choice(index: number): GrowingChoice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice = emptyChoice();
    this.#choices.set(index, choice);
    return choice;
  }
}

function emptyChoice(): GrowingChoice {
  return { blocks: new Map(), logprobs: undefined, finish: undefined };
}

type ChoiceEvent = Extract<ConversationEvent, { readonly choice: number }>;

function grow(choice: GrowingChoice, event: ChoiceEvent): void {
  if (event.type === 'block-start') {
    if (!choice.blocks.has(event.block)) choice.blocks.set(event.block, emptyBlock(event));
  } else if (event.type === 'logprobs-delta') addLogprobs(choice, event.logprobs);
  else if (event.type === 'finish') choice.finish ??= event;
  else growBlock(choice.blocks.get(event.block), event);
}

function emptyBlock(start: BlockStart): GrowingBlock {
  return { start, text: '', literals: [], deltas: [], proof: undefined, vendor: undefined };
}

type BlockEvent = Exclude<ChoiceEvent, { readonly type: 'block-start' | 'logprobs-delta' | 'finish' }>;

function growBlock(block: GrowingBlock | undefined, event: BlockEvent): void {
  if (block === undefined) return;
  switch (event.type) {
    case 'block-delta':
      block.text = decodedText(block) + event.text;
      block.literals.length = 0;
      break;
    case 'block-literals':
      for (const literal of event.literals) block.literals.push(literal);
      break;
    case 'vendor-delta':
      block.deltas.push(event.value);
      break;
    case 'block-end':
      block.proof = event.proof;
      block.vendor = event.vendor;
      break;
  }
}

function addLogprobs(choice: GrowingChoice, value: unknown): void {
  const { content, refusal } = readLogprobs(value);
  if (content.length + refusal.length === 0) return;
  choice.logprobs ??= { content: [], refusal: [] };
  for (const entry of content) choice.logprobs.content.push(entry);
  for (const entry of refusal) choice.logprobs.refusal.push(entry);
}

function close(index: number, { blocks, finish, logprobs }: GrowingChoice): Choice {
  const ordered = [...blocks].sort(([left], [right]) => left - right);
  const parts = ordered.map(([, block]) => closeBlock(block));
  const reason = settleFinishReason(
    finish?.reason,
    parts.some((part) => part.type === 'tool-call'),
  );
  const { vendorReason, stopSequence, vendor } = finish ?? {};
  return withoutUndefined({
    index,
    parts,
    finish: withoutUndefined({ reason, vendorReason, stopSequence, vendor }),
    logprobs,
  });
}

function closeBlock(block: GrowingBlock): AnswerPart {
  const { start, proof, vendor } = block;
  if (start.kind === 'vendor') {
    return { type: 'vendor', dialect: start.dialect, value: start.value, deltas: block.deltas };
  }
  const marks = withoutUndefined({ proof, vendor });
  switch (start.kind) {
    case 'text':
      return { type: 'text', text: textOf(block), ...marks };
    case 'reasoning':
      return { type: 'reasoning', text: decodedText(block), ...marks };
    case 'refusal':
      return { type: 'refusal', text: decodedText(block) };
    case 'image':
      return { type: 'image', source: start.source, ...marks };
    case 'tool-call':
      return { type: 'tool-call', id: start.id, name: start.name, arguments: decodedText(block), ...marks };
  }
}

/** Stays undecoded if all of it arrived undecoded. */
function textOf(block: GrowingBlock): AnswerText {
  if (block.text !== '' || block.literals.length === 0) return decodedText(block);
  return { literal: asByteString(block.literals.join('')) as JsonLiteral };
}

function decodedText({ text, literals }: GrowingBlock): string {
  return literals.length === 0 ? text : text + readLiterals(literals);
}
