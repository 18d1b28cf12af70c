import { decodeProvenCall, encodeProvenCall, type ProvenCall } from '../conversation/proven-calls.ts';
import type { Clock } from '../lib/clock.ts';

/** Keeps what vendors want back with tool calls when the client's dialect has no field for it. */
export interface ProofMemory {
  /** @param owner whose calls they are: nobody else gets them back */
  remember(owner: string, calls: ReadonlyMap<string, ProvenCall>): void;
  recall(owner: string, callId: string): ProvenCall | undefined;
  /**
   * Fetches what others of the gateway's processes remember of these calls.
   *
   * @returns undefined when there is nothing to wait for
   */
  fetch(owner: string, callIds: readonly string[]): Promise<void> | undefined;
}

/** What several processes remember together. Never fails: what cannot be kept or found is simply not known. */
export interface SharedProofs {
  write(owner: string, callId: string, text: string, milliseconds: number): void;
  /** In the order of the calls. */
  read(owner: string, callIds: readonly string[]): Promise<readonly (string | undefined)[]>;
}

export interface ProofMemoryOptions {
  readonly clock: Clock;
  readonly shared?: SharedProofs | undefined;
  /** Of all that is remembered; in characters. */
  readonly capacity?: number;
}

/** Proofs of conversations that were idle for longer are dropped; milliseconds. */
const rememberedFor = 6 * 3_600_000;
const defaultCapacity = 32_000_000;
/** A call's; in characters. */
const longest = 1_000_000;
/** What an entry costs beside its text. */
const overhead = 200;
/** Maximum share of the memory for one owner. */
const ownersShare = 0.5;
/** Calls that are asked for at once: the latest ones, for the earlier ones' reasoning counts for little. */
const mostFetched = 1000;

interface Entry {
  readonly owner: string;
  readonly text: string;
  readonly until: number;
}

/** Bounded in memory and time; what was not used for longest goes first, an owner's own before another's. */
export function createProofMemory({ clock, shared, capacity = defaultCapacity }: ProofMemoryOptions): ProofMemory {
  /** By owner and call, the one used longest ago first. */
  const entries = new Map<string, Entry>();
  const sizes = new Map<string, number>();
  let size = 0;

  const nameOf = (owner: string, callId: string) => `${owner} ${callId}`;
  const sizeOf = (name: string, { text }: Entry) => name.length + text.length + overhead;

  function drop(name: string): void {
    const entry = entries.get(name);
    if (entry === undefined) return;
    entries.delete(name);
    const freed = sizeOf(name, entry);
    const left = (sizes.get(entry.owner) ?? 0) - freed;
    size -= freed;
    if (left > 0) sizes.set(entry.owner, left);
    else sizes.delete(entry.owner);
  }

  function makeRoom(owner: string): void {
    const isFull = () => (sizes.get(owner) ?? 0) > capacity * ownersShare;
    if (isFull()) {
      for (const [name, entry] of entries) {
        if (!isFull()) break;
        if (entry.owner === owner) drop(name);
      }
    }
    for (const name of entries.keys()) {
      if (size <= capacity) break;
      drop(name);
    }
  }

  function put(owner: string, callId: string, text: string): void {
    const name = nameOf(owner, callId);
    drop(name);
    const entry = { owner, text, until: clock() + rememberedFor };
    entries.set(name, entry);
    const added = sizeOf(name, entry);
    size += added;
    sizes.set(owner, (sizes.get(owner) ?? 0) + added);
    makeRoom(owner);
  }

  return {
    remember(owner, calls) {
      for (const [callId, call] of calls) {
        const text = encodeProvenCall(call);
        if (text.length > longest) continue;
        put(owner, callId, text);
        shared?.write(owner, callId, text, rememberedFor);
      }
    },
    recall(owner, callId) {
      const name = nameOf(owner, callId);
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      if (entry.until <= clock()) {
        drop(name);
        return undefined;
      }
      // Deleted and set again, it is the one used last.
      entries.delete(name);
      entries.set(name, { ...entry, until: clock() + rememberedFor });
      return decodeProvenCall(entry.text);
    },
    fetch(owner, callIds) {
      if (shared === undefined) return undefined;
      const missing = callIds.filter((callId) => !entries.has(nameOf(owner, callId))).slice(-mostFetched);
      if (missing.length === 0) return undefined;
      return shared.read(owner, missing).then((texts) => {
        for (const [index, text] of texts.entries()) {
          const callId = missing[index];
          if (text !== undefined && callId !== undefined) put(owner, callId, text);
        }
      });
    },
  };
}
