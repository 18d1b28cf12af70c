import { parseJson, readArray, readCount, readRecord } from '../lib/json.ts';
import { pushAll } from '../lib/push-all.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { BlockStart, ConversationEvent } from './events.ts';
import { readProof } from './foreign-proof.ts';
import type { Message, Part, ReasoningPart } from './message.ts';
import type { ReasoningProof } from './reasoning-proof.ts';

/*
 * Vendors require the model's reasoning in front of the tool calls that resulted from it. Clients of a dialect without
 * a field for proofs cannot send it back. They do send the id of the call, so the reasoning is stored under that id.
 */

/** What a vendor requires along with a tool call. */
export interface ProvenCall {
  /** The reasoning parts since the previous call or the beginning of the turn. Each has a proof. */
  readonly reasoning: readonly ReasoningPart[];
  /** How many of these parts precede the turn's text. */
  readonly beforeText: number;
  /** The proof of the call itself. */
  readonly proof?: ReasoningProof;
}

/** The ids of all tool calls in a history. */
export function callIdsOf(messages: readonly Message[]): string[] {
  return messages.flatMap(({ role, parts }) =>
    role === 'assistant' ? parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])) : [],
  );
}

/**
 * Restores the stored reasoning and proofs of the calls in a history. They replace reasoning that the client sent,
 * which may be text without a proof.
 *
 * @returns the same array when nothing is stored for any call
 */
export function restoreProofs(
  messages: readonly Message[],
  recall: (callId: string) => ProvenCall | undefined,
): readonly Message[] {
  let restored = false;
  const result = messages.map((message) => {
    if (message.role !== 'assistant') return message;
    const parts = restoreTurn(message.parts, recall);
    restored ||= parts !== message.parts;
    return parts === message.parts ? message : { ...message, parts };
  });
  return restored ? result : messages;
}

function restoreTurn(parts: readonly Part[], recall: (callId: string) => ProvenCall | undefined): readonly Part[] {
  const calls = parts.filter((part) => part.type === 'tool-call');
  const known = calls.map((call) => recall(call.id));
  if (known.every((call) => call === undefined)) return parts;
  const reasoned = known.some((call) => call !== undefined && call.reasoning.length > 0);
  const texts = parts.filter((part) => part.type !== 'tool-call' && !(reasoned && part.type === 'reasoning'));
  const turn: Part[] = known[0] === undefined ? texts : [];
  for (const [index, call] of calls.entries()) {
    const { reasoning = [], beforeText = 0, proof } = known[index] ?? {};
    pushAll(turn, reasoning.slice(0, beforeText));
    if (index === 0 && known[0] !== undefined) pushAll(turn, texts);
    pushAll(turn, reasoning.slice(beforeText));
    turn.push(proof === undefined ? call : { ...call, proof });
  }
  return turn;
}

interface ReadChoice {
  readonly calls: Map<string, ProvenCall>;
  /** Since the last call. */
  reasoning: ReasoningPart[];
  /** Set by the turn's first text block. */
  beforeText: number | undefined;
  open: OpenBlock | undefined;
}

type OpenBlock = { readonly kind: 'reasoning'; text: string } | { readonly kind: 'tool-call'; readonly id: string };

/** Reads from an answer's events what its vendor will require along with the answer's tool calls. */
export class ProvenCallReader {
  readonly #choices = new Map<number, ReadChoice>();

  /** @returns the calls of a choice that have reasoning or a proof, by id, when it finishes; undefined before */
  read(event: ConversationEvent): ReadonlyMap<string, ProvenCall> | undefined {
    switch (event.type) {
      case 'block-start':
        startBlock(this.#choice(event.choice), event);
        break;
      case 'block-delta':
        growBlock(this.#choice(event.choice), event.text);
        break;
      case 'block-end':
        endBlock(this.#choice(event.choice), event.proof);
        break;
      case 'finish':
        return this.#choices.get(event.choice)?.calls;
    }
    return undefined;
  }

  #choice(index: number): ReadChoice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice: ReadChoice = { calls: new Map(), reasoning: [], beforeText: undefined, open: undefined };
    this.#choices.set(index, choice);
    return choice;
  }
}

function startBlock(choice: ReadChoice, start: BlockStart): void {
  if (start.kind === 'reasoning') choice.open = { kind: 'reasoning', text: '' };
  else if (start.kind === 'tool-call') choice.open = { kind: 'tool-call', id: start.id };
  else choice.open = undefined;
  if (start.kind === 'text') choice.beforeText ??= choice.reasoning.length;
}

function growBlock({ open }: ReadChoice, text: string): void {
  if (open?.kind === 'reasoning') open.text += text;
}

function endBlock(choice: ReadChoice, proof: ReasoningProof | undefined): void {
  const { open, calls, reasoning, beforeText = reasoning.length } = choice;
  choice.open = undefined;
  if (open?.kind === 'reasoning' && proof !== undefined) {
    reasoning.push({ type: 'reasoning', text: open.text, proof });
  } else if (open?.kind === 'tool-call' && (reasoning.length > 0 || proof !== undefined)) {
    calls.set(open.id, { reasoning, beforeText, ...withoutUndefined({ proof }) });
    choice.reasoning = [];
  }
}

/** Encodes a call as one line of JSON. */
export function encodeProvenCall(call: ProvenCall): string {
  return JSON.stringify(call);
}

/** @returns undefined for a text that another version of the gateway wrote in another format */
export function decodeProvenCall(text: string): ProvenCall | undefined {
  const value = readRecord(parseJson(text));
  const beforeText = readCount(value.beforeText);
  const proof = readProof(value.proof);
  const reasoning = readArray(value.reasoning).flatMap((part): ReasoningPart[] => {
    const { text: words, proof: own } = readRecord(part);
    const read = readProof(own);
    return typeof words === 'string' && read !== undefined ? [{ type: 'reasoning', text: words, proof: read }] : [];
  });
  if (beforeText === undefined || (reasoning.length === 0 && proof === undefined)) return undefined;
  return { reasoning, beforeText, ...withoutUndefined({ proof }) };
}
