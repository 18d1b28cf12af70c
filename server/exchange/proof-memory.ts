import { decodeProvenCall, encodeProvenCall, type ProvenCall } from '../conversation/proven-calls.ts';
import type { Clock } from '../lib/clock.ts';

/** Keeps the data that vendors require back with tool calls, when the client's dialect has no field for it. */
export interface ProofMemory {
  /** @param owner the owner of the calls; only this owner can recall them */
  remember(owner: string, calls: ReadonlyMap<string, ProvenCall>): void;
  recall(owner: string, callId: string): ProvenCall | undefined;
  /**
   * Fetches the proofs of these calls from the gateway's other processes.
   *
   * @returns undefined when there is nothing to wait for
   */
  fetch(owner: string, callIds: readonly string[]): Promise<void> | undefined;
}

/** Proofs shared between processes. Never fails: what cannot be stored or found is missing. */
export interface SharedProofs {
  write(owner: string, callId: string, text: string, milliseconds: number): void;
  /** @returns the texts in the order of the calls */
  read(owner: string, callIds: readonly string[]): Promise<readonly (string | undefined)[]>;
}

export interface ProofMemoryOptions {
  readonly clock: Clock;
  readonly shared?: SharedProofs | undefined;
  /** Total size in characters. */
  readonly capacity?: number;
}

/** Proofs of conversations that are idle for longer are dropped; milliseconds. */
const rememberedFor = 6 * 3_600_000;
const defaultCapacity = 32_000_000;
/** Maximum size of one call, in characters. */
const maxCallLength = 1_000_000;
/** Cost of an entry in addition to its text, in characters. */
const overhead = 200;
/** Maximum share of the memory for one owner. */
const ownersShare = 0.5;
/** Maximum calls fetched at once. Only the latest matter, because earlier reasoning has little effect. */
const maxFetched = 1000;

interface Entry {
  readonly owner: string;
  readonly text: string;
  readonly until: number;
}

/** Bounded in size and time. The least recently used entry is evicted first; an owner over its share evicts its own. */
export function createProofMemory({ clock, shared, capacity = defaultCapacity }: ProofMemoryOptions): ProofMemory {
  /** By owner and call, least recently used first. */
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
        if (text.length > maxCallLength) continue;
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
      // Re-inserting moves the entry to the end of the eviction order.
      entries.delete(name);
      entries.set(name, { ...entry, until: clock() + rememberedFor });
      return decodeProvenCall(entry.text);
    },
    fetch(owner, callIds) {
      if (shared === undefined) return undefined;
      const missing = callIds.filter((callId) => !entries.has(nameOf(owner, callId))).slice(-maxFetched);
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
