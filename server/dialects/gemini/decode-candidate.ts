import type { ConversationEvent, Finish } from '../../conversation/events.ts';
import { settleFinishReason } from '../../conversation/finish-reason.ts';
import { toStandardBase64 } from '../../conversation/read-media.ts';
import type { ReasoningProof } from '../../conversation/reasoning-proof.ts';
import type { UniqueIds } from '../../conversation/unique-ids.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import { asList, isRecord, type JsonRecord, readRecord, readText } from '../../lib/json.ts';
import { withoutNulls } from '../../lib/without-nulls.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { describePart } from './describe-part.ts';
import { isEnd, readFinishReason } from './finish-reason.ts';
import { geminiName } from './name.ts';

interface OpenBlock {
  readonly kind: 'text' | 'reasoning';
  readonly block: number;
}

/** Members of a candidate that the neutral language covers. */
const knownMembers: ReadonlySet<string> = new Set(['content', 'finishReason', 'index', 'tokenCount']);

/** Decodes one candidate of an answer, complete or in increments, into the blocks of one choice. */
export class CandidateReader {
  readonly #choice: number;
  /** The ids of all calls in the answer. */
  readonly #callIds: UniqueIds;
  #blocks = 0;
  #thoughts = 0;
  #open: OpenBlock | undefined;
  #hasCalls = false;
  #vendorReason: string | undefined;
  #finished = false;
  /** True for a server that writes null in place of the reason, maybe also at the end. */
  #hidesReason = false;
  readonly #own = new Map<string, unknown>();

  constructor(choice: number, callIds: UniqueIds) {
    this.#choice = choice;
    this.#callIds = callIds;
  }

  get hasContent(): boolean {
    return this.#blocks > 0;
  }

  /** True once there was anything but thoughts. */
  get hasWords(): boolean {
    return this.#blocks > this.#thoughts;
  }

  /** True once there was a finish reason. */
  get finished(): boolean {
    return this.#finished;
  }

  /** True if the answer may end here. */
  get mayEnd(): boolean {
    return this.#finished || this.#hidesReason;
  }

  read(candidate: JsonRecord, events: ConversationEvent[]): void {
    for (const part of asList(readRecord(candidate.content).parts)) {
      if (isRecord(part)) this.#readPart(part, events);
    }
    if (isEnd(candidate.finishReason)) {
      this.#finished = true;
      this.#vendorReason = readText(candidate.finishReason) ?? this.#vendorReason;
    }
    this.#hidesReason ||= candidate.finishReason === null;
    for (const [name, value] of Object.entries(candidate)) if (!knownMembers.has(name)) this.#own.set(name, value);
  }

  /** Closes the open block and emits the finish. */
  end(events: ConversationEvent[]): void {
    this.#close(undefined, events);
    const reason = this.#vendorReason === undefined ? undefined : readFinishReason(this.#vendorReason);
    const vendor = toVendorData(geminiName, Object.fromEntries(this.#own));
    const finish: Finish = {
      type: 'finish',
      choice: this.#choice,
      reason: settleFinishReason(reason === 'none' ? undefined : reason, this.#hasCalls),
      ...withoutUndefined({ vendorReason: this.#vendorReason, vendor }),
    };
    events.push(finish);
  }

  #readPart(part: JsonRecord, events: ConversationEvent[]): void {
    const value = readText(part.thoughtSignature);
    const proof = value === undefined ? undefined : { dialect: geminiName, value };
    const { text: given, ...data } = withoutNulls(part);
    const text = given ?? (isSignature(data) ? '' : undefined);
    const hasOnlyText = typeof text === 'string' && !hasData(data);
    // Some proxies add a text, possibly an empty one, to a part of another kind.
    if (typeof text === 'string') this.#readText(text, part.thought === true, hasOnlyText ? proof : undefined, events);
    if (hasOnlyText) return;
    const call = readRecord(data.functionCall);
    const name = readText(call.name);
    if (name !== undefined) this.#readCall(call, name, proof, events);
    else if (!this.#readImage(data, proof, events) && Object.keys(data).length > 0) this.#readOther(data, events);
  }

  /**
   * Joins increments of one text or thought into one block. A signature ends the block that it signs. A signature
   * without text signs the last block.
   */
  #readText(text: string, isThought: boolean, proof: ReasoningProof | undefined, events: ConversationEvent[]): void {
    if (text === '' && proof === undefined) return;
    const kind = text === '' ? (this.#open?.kind ?? 'reasoning') : isThought ? 'reasoning' : 'text';
    if (this.#open?.kind !== kind) {
      this.#close(undefined, events);
      this.#open = { kind, block: this.#blocks };
      this.#blocks += 1;
      if (kind === 'reasoning') this.#thoughts += 1;
      events.push({ type: 'block-start', choice: this.#choice, block: this.#open.block, kind });
    }
    if (text !== '') {
      events.push({ type: 'block-delta', choice: this.#choice, block: this.#open.block, kind, text });
    }
    if (proof !== undefined) this.#close(proof, events);
  }

  #close(proof: ReasoningProof | undefined, events: ConversationEvent[]): void {
    if (this.#open === undefined) return;
    const { block } = this.#open;
    this.#open = undefined;
    events.push({ type: 'block-end', choice: this.#choice, block, ...withoutUndefined({ proof }) });
  }

  #readCall(call: JsonRecord, name: string, proof: ReasoningProof | undefined, events: ConversationEvent[]): void {
    this.#close(undefined, events);
    const block = this.#blocks;
    const choice = this.#choice;
    const kind = 'tool-call';
    this.#blocks += 1;
    this.#hasCalls = true;
    const text = isRecord(call.args) ? JSON.stringify(call.args) : '{}';
    events.push(
      { type: 'block-start', choice, block, kind, id: this.#callIds.claim(readText(call.id)), name },
      { type: 'block-delta', choice, block, kind, text },
      { type: 'block-end', choice, block, ...withoutUndefined({ proof }) },
    );
  }

  /** @returns false if the part is not an image of the answer. Images in thoughts are drafts. */
  #readImage(part: JsonRecord, proof: ReasoningProof | undefined, events: ConversationEvent[]): boolean {
    const { inlineData, thought, thoughtSignature: _signature, ...others } = part;
    const { mimeType, data, ...inner } = readRecord(inlineData);
    const mediaType = readText(mimeType)?.toLowerCase();
    const encoded = readText(data);
    if (encoded === undefined || mediaType?.startsWith('image/') !== true || thought === true) return false;
    this.#close(undefined, events);
    const block = this.#blocks;
    const choice = this.#choice;
    this.#blocks += 1;
    const own = Object.keys(inner).length > 0 ? { ...others, inlineData: inner } : others;
    const vendor = toVendorData(geminiName, own);
    const source = { type: 'base64', mediaType, data: toStandardBase64(encoded) } as const;
    events.push(
      { type: 'block-start', choice, block, kind: 'image', source },
      {
        type: 'block-end',
        choice,
        block,
        ...withoutUndefined({ proof, vendor }),
      },
    );
    return true;
  }

  /** Reads files other than images, code that Google ran, calls without a name, and unknown parts. */
  #readOther(part: JsonRecord, events: ConversationEvent[]): void {
    this.#close(undefined, events);
    const block = this.#blocks;
    const choice = this.#choice;
    this.#blocks += 1;
    const text = describePart(part);
    const shown = text === undefined ? {} : { text };
    events.push(
      { type: 'block-start', choice, block, kind: 'vendor', dialect: geminiName, value: part, ...shown },
      { type: 'block-end', choice, block },
    );
  }
}

/** True for a part without content, which some proxies send with a signature only. @param part without its text */
export function isSignature(part: JsonRecord): boolean {
  return Object.keys(part).every((name) => name === 'thoughtSignature' || name === 'thought');
}

/** Members of which a part has one, in place of a text. */
const dataMembers = ['functionCall', 'inlineData', 'fileData', 'executableCode', 'codeExecutionResult'] as const;

/** @param part without its text */
export function hasData(part: JsonRecord): boolean {
  return dataMembers.some((name) => isRecord(part[name]));
}
