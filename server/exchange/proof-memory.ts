import { decodeProvenCall, encodeProvenCall, type ProvenCall } from '../conversation/proven-calls.ts';
import type { Clock } from '../lib/clock.ts';
import { BoundedTexts } from './bounded-texts.ts';

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
/** Maximum calls fetched at once. Only the latest matter, because earlier reasoning has little effect. */
const maxFetched = 1000;

export function createProofMemory({ clock, shared, capacity = defaultCapacity }: ProofMemoryOptions): ProofMemory {
  const texts = new BoundedTexts({ capacity, lifetime: rememberedFor, clock });
  const nameOf = (owner: string, callId: string) => `${owner} ${callId}`;
  return {
    remember(owner, calls) {
      for (const [callId, call] of calls) {
        const text = encodeProvenCall(call);
        if (text.length > maxCallLength) continue;
        texts.put(owner, nameOf(owner, callId), text);
        shared?.write(owner, callId, text, rememberedFor);
      }
    },
    recall(owner, callId) {
      const text = texts.use(nameOf(owner, callId));
      return text === undefined ? undefined : decodeProvenCall(text);
    },
    fetch(owner, callIds) {
      if (shared === undefined) return undefined;
      const missing = callIds.filter((callId) => !texts.has(nameOf(owner, callId))).slice(-maxFetched);
      if (missing.length === 0) return undefined;
      return shared.read(owner, missing).then((found) => {
        for (const [index, text] of found.entries()) {
          const callId = missing[index];
          if (text !== undefined && callId !== undefined) texts.put(owner, nameOf(owner, callId), text);
        }
      });
    },
  };
}
