import type { BlockStart, ConversationEvent, JsonLiteral, TextKind } from './events.ts';
import type { ReasoningProof } from './reasoning-proof.ts';
import type { VendorData } from './vendor-data.ts';

/** What a block is to be, without its place. */
export type BlockKind =
  | { readonly kind: 'text' | 'reasoning' | 'refusal' }
  | { readonly kind: 'tool-call'; readonly id: string; readonly name: string }
  | { readonly kind: 'vendor'; readonly dialect: string; readonly value: Readonly<Record<string, unknown>> };

export interface BlockEnding {
  readonly proof?: ReasoningProof;
  readonly vendor?: VendorData;
}

/**
 * Puts the blocks of one choice in a row, for upstreams that write several at once: what comes for a block that is not the
 * turn's is kept until those before it are closed. Blocks come out in the order in which they were opened.
 */
export class BlockLanes {
  readonly #choice: number;
  /** Those that are not done; the first one's events go out as they come. */
  readonly #lanes: Lane[] = [];
  #opened = 0;

  constructor(choice: number) {
    this.#choice = choice;
  }

  /** How many were opened so far. */
  get opened(): number {
    return this.#opened;
  }

  open(block: BlockKind, events: ConversationEvent[]): Lane {
    const lane = new Lane(this.#choice, this.#opened, block);
    this.#opened += 1;
    this.#lanes.push(lane);
    if (this.#lanes.length === 1) lane.begin(events);
    return lane;
  }

  /** Nothing more comes for a block. */
  close(lane: Lane, ending: BlockEnding, events: ConversationEvent[]): void {
    lane.close(ending);
    let head = this.#lanes[0];
    while (head?.closed === true) {
      head.end(events);
      this.#lanes.shift();
      head = this.#lanes[0];
      head?.begin(events);
    }
  }
}

/** One block on its way out. */
export class Lane {
  readonly kind: BlockKind['kind'];
  readonly #choice: number;
  readonly #block: number;
  readonly #start: BlockKind;
  /** What came before it was its turn; undefined once it is. */
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

  /** A piece of the block's text. */
  push(kind: TextKind, text: string, events: ConversationEvent[]): void {
    if (text === '') return;
    this.#out(events).push({ type: 'block-delta', choice: this.#choice, block: this.#block, kind, text });
  }

  pushLiterals(literals: readonly JsonLiteral[], events: ConversationEvent[]): void {
    this.#out(events).push({ type: 'block-literals', choice: this.#choice, block: this.#block, literals });
  }

  pushVendor(dialect: string, value: Readonly<Record<string, unknown>>, events: ConversationEvent[]): void {
    this.#out(events).push({ type: 'vendor-delta', choice: this.#choice, block: this.#block, dialect, value });
  }

  /** Its turn has come. */
  begin(events: ConversationEvent[]): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    const start: BlockStart = { type: 'block-start', choice: this.#choice, block: this.#block, ...this.#start };
    events.push(start, ...held);
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
