import type { BlockStart, ConversationEvent, JsonLiteral, TextKind } from './events.ts';
import type { MediaSource } from './message.ts';
import type { ReasoningProof } from './reasoning-proof.ts';
import type { VendorData } from './vendor-data.ts';

/** The content of a block's start event, without its indices. */
export type BlockKind =
  | { readonly kind: 'text' | 'reasoning' | 'refusal' }
  | { readonly kind: 'tool-call'; readonly id: string; readonly name: string }
  | { readonly kind: 'image'; readonly source: MediaSource }
  | { readonly kind: 'vendor'; readonly dialect: string; readonly value: Readonly<Record<string, unknown>> };

export interface BlockEnding {
  readonly proof?: ReasoningProof;
  readonly vendor?: VendorData;
}

/**
 * Serializes the blocks of one choice, for upstreams that interleave several blocks. Blocks are emitted in the order in
 * which they were opened: the events of a later block are buffered until all earlier blocks are closed.
 */
export class BlockLanes {
  readonly #choice: number;
  /** Blocks that are not fully emitted yet. Events of the first one are emitted as they arrive. */
  readonly #lanes: Lane[] = [];
  /** The first lane's index. Removing it from a long list would move all others. */
  #first = 0;
  #opened = 0;

  constructor(choice: number) {
    this.#choice = choice;
  }

  /** How many blocks have been opened so far. */
  get opened(): number {
    return this.#opened;
  }

  open(block: BlockKind, events: ConversationEvent[]): Lane {
    const lane = new Lane(this.#choice, this.#opened, block);
    this.#opened += 1;
    this.#lanes.push(lane);
    if (this.#lanes.length === this.#first + 1) lane.begin(events);
    return lane;
  }

  /** Ends a block, and emits the buffered events of the blocks that can follow it now. */
  close(lane: Lane, ending: BlockEnding, events: ConversationEvent[]): void {
    lane.close(ending);
    let head = this.#lanes[this.#first];
    while (head?.closed === true) {
      head.end(events);
      this.#first += 1;
      head = this.#lanes[this.#first];
      head?.begin(events);
    }
    if (head !== undefined) return;
    this.#lanes.length = 0;
    this.#first = 0;
  }
}

/** One block, and its buffered events. */
export class Lane {
  readonly kind: BlockKind['kind'];
  readonly #choice: number;
  readonly #block: number;
  readonly #start: BlockKind;
  /** Events buffered until earlier blocks are closed; undefined once this block is the first one. */
  #held: ConversationEvent[] | undefined = [];
  #ending: BlockEnding | undefined;

  constructor(choice: number, block: number, start: BlockKind) {
    this.kind = start.kind;
    this.#choice = choice;
    this.#block = block;
    this.#start = start;
  }

  get closed(): boolean {
    return this.#ending !== undefined;
  }

  /** Appends to the block's text. Empty texts are ignored. */
  appendText(kind: TextKind, text: string, events: ConversationEvent[]): void {
    if (text === '') return;
    this.#out(events).push({ type: 'block-delta', choice: this.#choice, block: this.#block, kind, text });
  }

  appendLiterals(literals: readonly JsonLiteral[], events: ConversationEvent[]): void {
    this.#out(events).push({ type: 'block-literals', choice: this.#choice, block: this.#block, literals });
  }

  appendVendorValue(dialect: string, value: Readonly<Record<string, unknown>>, events: ConversationEvent[]): void {
    this.#out(events).push({ type: 'vendor-delta', choice: this.#choice, block: this.#block, dialect, value });
  }

  /** Emits the block's start and its buffered events: all earlier blocks are closed. */
  begin(events: ConversationEvent[]): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    const start: BlockStart = { type: 'block-start', choice: this.#choice, block: this.#block, ...this.#start };
    events.push(start);
    // A spread would put them all on the stack.
    for (const event of held) events.push(event);
  }

  close(ending: BlockEnding): void {
    this.#ending = ending;
  }

  end(events: ConversationEvent[]): void {
    events.push({ type: 'block-end', choice: this.#choice, block: this.#block, ...this.#ending });
  }

  #out(events: ConversationEvent[]): ConversationEvent[] {
    return this.#held ?? events;
  }
}
