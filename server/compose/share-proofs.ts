import type { SharedProofs } from '../exchange/proof-memory.ts';
import { sha256Hex, type Vault } from '../lib/secrets.ts';
import type { MemorySettings } from '../settings/settings.ts';
import type { Shelf } from '../shared-state/shared-state.ts';

export interface ShareProofsOptions {
  readonly shelf: Shelf;
  /** What replicas hand each other is sealed by it. */
  readonly vault: Vault;
  readonly settings: () => MemorySettings;
}

const megabyte = 1_048_576;
const hour = 3_600_000;
/** Calls that are looked for at once: the latest ones. A conversation that began elsewhere has many that nobody knows. */
const mostLookedFor = 200;

/** Puts what vendors want back with their tool calls where a conversation finds it at whatever replica it goes on. */
export function shareProofs({ shelf, vault, settings }: ShareProofsOptions): SharedProofs {
  const read = async (place: string): Promise<string | undefined> => {
    const found = await shelf.get(place);
    if (found === undefined) return undefined;
    try {
      return vault.open(found.text, place);
    } catch {
      // Sealed under another key: it is nothing to this gateway.
      return undefined;
    }
  };
  return {
    write(owner, callId, text, milliseconds) {
      const { enabled, megabytes, hours } = settings();
      if (!enabled || !shelf.isOpen) return;
      const place = placeOf(owner, callId);
      const bounds = { milliseconds: Math.min(milliseconds, hours * hour), limit: megabytes * megabyte };
      void shelf.put([place], vault.seal(text, place), bounds);
    },
    async read(owner, callIds) {
      if (!settings().enabled || !shelf.isOpen) return [];
      const first = callIds.length - mostLookedFor;
      return Promise.all(callIds.map((callId, index) => (index < first ? undefined : read(placeOf(owner, callId)))));
    },
  };
}

/** Vendors choose the ids of calls, and clients may. */
function placeOf(owner: string, callId: string): string {
  return `proof:${owner}:${sha256Hex(callId)}`;
}
