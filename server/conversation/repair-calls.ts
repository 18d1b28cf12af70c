import { EmbeddedJson } from '../lib/embedded-json.ts';
import { isRecord, readArray, readRecord, readText } from '../lib/json.ts';
import type { AnswerTransform } from './answer-transform.ts';
import type { BlockEnd, BlockStart, ConversationEvent } from './events.ts';

/** The prefix of tool names in Gemini's and OpenAI's own prompts. Their models sometimes repeat it. */
const namespace = /^(?:functions\.|default_api[.:])(?=.)/;
/** The tool of OpenAI's own prompts that holds several calls. Its models sometimes call it in clients' requests. */
const bundle = /^(?:multi_tool_use\.)?parallel$/;

/** The name of a tool without the namespace of the vendor's own prompts. */
export function withoutNamespace(name: string): string {
  return name.replace(namespace, '');
}

type BlockEvent = Extract<ConversationEvent, { readonly block: number }>;
type CallStart = BlockStart & { readonly kind: 'tool-call' };

interface HeldBundle {
  readonly start: CallStart;
  text: string;
}

/**
 * Repairs calls of tools that only the vendor's own prompts have: names lose the vendor's namespace, and a bundle of calls
 * becomes these calls.
 *
 * @param isDeclared true for the name of one of the request's tools; called for strange names only, as it may be slow
 */
export function createCallRepairer(isDeclared: (name: string) => boolean): AnswerTransform {
  const repairer = new CallRepairer(isDeclared);
  return (events) => repairer.transform(events);
}

class CallRepairer {
  readonly #isDeclared: (name: string) => boolean;
  /** Bundles that have not ended, by choice. */
  readonly #held = new Map<number, HeldBundle>();
  /** How many blocks the bundles of a choice have added. */
  readonly #added = new Map<number, number>();

  constructor(isDeclared: (name: string) => boolean) {
    this.#isDeclared = isDeclared;
  }

  transform(events: readonly ConversationEvent[]): readonly ConversationEvent[] {
    const isPlain = this.#held.size === 0 && this.#added.size === 0 && !events.some(isCallStart);
    return isPlain ? events : events.flatMap((event) => this.#repair(event));
  }

  #repair(event: ConversationEvent): readonly ConversationEvent[] {
    if (!('block' in event)) return [event];
    const held = this.#held.get(event.choice);
    if (held !== undefined) return this.#grow(held, event);
    if (!isCallStart(event)) return [this.#renumber(event)];
    if (!bundle.test(event.name) || this.#isDeclared(event.name)) {
      return [this.#renumber({ ...event, name: this.#nameOf(event.name) })];
    }
    this.#held.set(event.choice, { start: event, text: '' });
    return [];
  }

  #grow(held: HeldBundle, event: BlockEvent): readonly ConversationEvent[] {
    if (event.type === 'block-delta') held.text += event.text;
    if (event.type !== 'block-end') return [];
    this.#held.delete(event.choice);
    return this.#unbundle(held, event);
  }

  #unbundle({ start, text }: HeldBundle, end: BlockEnd): readonly ConversationEvent[] {
    const { choice, kind } = start;
    const uses = readArray(new EmbeddedJson().parseObject(text)?.tool_uses).map((use) => ({
      name: readText(readRecord(use).recipient_name) ?? '',
      input: readRecord(use).parameters,
    }));
    if (uses.length === 0 || uses.some(({ name }) => name === '')) {
      const delta = { type: 'block-delta', choice, block: start.block, kind, text } as const;
      return [start, delta, end].map((event) => this.#renumber(event));
    }
    const first = start.block + (this.#added.get(choice) ?? 0);
    this.#added.set(choice, (this.#added.get(choice) ?? 0) + uses.length - 1);
    return uses.flatMap(({ name, input }, index): ConversationEvent[] => {
      const block = first + index;
      const id = index === 0 ? start.id : `${start.id.slice(0, maxStemLength)}_${index + 1}`;
      return [
        { ...start, block, id, name: this.#nameOf(name) },
        { type: 'block-delta', choice, block, kind, text: JSON.stringify(isRecord(input) ? input : {}) },
        index === 0 ? { ...end, block } : { type: 'block-end', choice, block },
      ];
    });
  }

  #nameOf(name: string): string {
    const bare = withoutNamespace(name);
    return bare === name || this.#isDeclared(name) ? name : bare;
  }

  #renumber<Event extends BlockEvent>(event: Event): Event {
    const added = this.#added.get(event.choice);
    return added === undefined ? event : { ...event, block: event.block + added };
  }
}

/** Vendors accept ids of up to 64 characters. */
const maxStemLength = 56;

function isCallStart(event: ConversationEvent): event is CallStart {
  return event.type === 'block-start' && event.kind === 'tool-call';
}
