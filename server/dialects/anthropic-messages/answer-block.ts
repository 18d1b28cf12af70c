import type { BlockEnding, BlockKind, BlockLanes, Lane } from '../../conversation/block-lanes.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import { type JsonRecord, readArray, readRecord, readText } from '../../lib/json.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { anthropicMessages } from './name.ts';

/**
 * One content block of an answer that is being decoded. Blocks of text and thinking are opened by their first text or
 * signature, because the vendor sends empty texts before calls.
 */
export class AnswerBlock {
  readonly #kind: BlockKind;
  readonly #lanes: BlockLanes;
  readonly #model: string | undefined;
  #lane: Lane | undefined;
  /** The data of redacted thinking, or the signature of other thinking. */
  #signature = '';
  #isRedacted = false;
  /** The input of a call in its start event, which is used if there are no deltas. */
  #input: unknown;
  #members: JsonRecord = {};
  readonly #citations: unknown[] = [];
  #hasPieces = false;

  constructor(kind: BlockKind, lanes: BlockLanes, model: string | undefined) {
    this.#kind = kind;
    this.#lanes = lanes;
    this.#model = model;
  }

  get kind(): BlockKind['kind'] {
    return this.#kind.kind;
  }

  /** @param content the block in its start event, or the complete block if the answer is not streamed */
  begin(content: JsonRecord, events: ConversationEvent[]): void {
    switch (this.#kind.kind) {
      case 'text':
        this.#write(readText(content.text), events);
        for (const citation of readArray(content.citations)) {
          this.applyDelta({ type: 'citations_delta', citation }, events);
        }
        break;
      case 'reasoning':
        this.#write(readText(content.thinking), events);
        this.#isRedacted = content.type === 'redacted_thinking';
        this.#sign(readText(this.#isRedacted ? content.data : content.signature), events);
        break;
      case 'tool-call': {
        const { type: _type, id: _id, name: _name, input, ...members } = content;
        this.#input = input;
        this.#members = members;
        this.#open(events);
        break;
      }
      default:
        this.#open(events);
    }
  }

  /** @returns false if the delta is not valid for this kind of block */
  applyDelta(delta: JsonRecord, events: ConversationEvent[]): boolean {
    if (this.#kind.kind === 'vendor') {
      this.#open(events).appendVendorValue(anthropicMessages, delta, events);
      return true;
    }
    switch (delta.type) {
      case 'text_delta':
        return this.#kind.kind === 'text' && this.#write(readText(delta.text), events);
      case 'thinking_delta':
        return this.#kind.kind === 'reasoning' && this.#write(readText(delta.thinking), events);
      case 'input_json_delta':
        return this.#kind.kind === 'tool-call' && this.#write(readText(delta.partial_json), events);
      case 'signature_delta':
        return this.#kind.kind === 'reasoning' && this.#sign(readText(delta.signature), events);
      case 'citations_delta':
        if (this.#kind.kind !== 'text') return false;
        this.#citations.push(delta.citation);
        this.#open(events).appendVendorValue(anthropicMessages, delta, events);
        return true;
      default:
        // Deltas of unknown kinds are ignored.
        return true;
    }
  }

  close(events: ConversationEvent[]): void {
    if (this.#kind.kind === 'tool-call' && !this.#hasPieces) {
      this.#write(typeof this.#input === 'string' ? this.#input : JSON.stringify(this.#input ?? {}), events);
    }
    if (this.#lane !== undefined) this.#lanes.close(this.#lane, this.#ending(), events);
  }

  #ending(): BlockEnding {
    const proof = this.#proof();
    const members = this.#citations.length > 0 ? { citations: this.#citations } : this.#members;
    return {
      ...withoutUndefined({ proof }),
      ...(Object.keys(members).length > 0 && { vendor: { [anthropicMessages]: members } }),
    };
  }

  #proof(): ReasoningProof | undefined {
    if (this.#signature === '') return undefined;
    return {
      dialect: anthropicMessages,
      value: this.#signature,
      ...withoutUndefined({ model: this.#model }),
      ...(this.#isRedacted && { redacted: true }),
    };
  }

  #sign(signature: string | undefined, events: ConversationEvent[]): true {
    if (signature === undefined) return true;
    this.#open(events);
    // Some upstreams repeat the signature.
    if (signature !== this.#signature) this.#signature += signature;
    return true;
  }

  #write(text: string | undefined, events: ConversationEvent[]): true {
    const { kind } = this.#kind;
    if (text === undefined || kind === 'vendor' || kind === 'image') return true;
    this.#hasPieces = true;
    this.#open(events).appendText(kind, text, events);
    return true;
  }

  #open(events: ConversationEvent[]): Lane {
    this.#lane ??= this.#lanes.open(this.#kind, events);
    return this.#lane;
  }
}

/** Converts the start of a content block. @param makeId returns a unique id for a call */
export function toBlockKind(content: JsonRecord, makeId: (id: string | undefined) => string): BlockKind {
  switch (content.type ?? (typeof content.text === 'string' ? 'text' : undefined)) {
    case 'text':
      return { kind: 'text' };
    case 'thinking':
    case 'redacted_thinking':
      return { kind: 'reasoning' };
    case 'tool_use':
      return { kind: 'tool-call', id: makeId(readText(content.id)), name: readText(content.name) ?? '' };
    default:
      return { kind: 'vendor', dialect: anthropicMessages, value: readRecord(content) };
  }
}
