import type { SharedProofs } from '../exchange/proof-memory.ts';
import { sha256Hex, type Vault } from '../lib/secrets.ts';
import type { MemorySettings } from '../settings/settings.ts';
import type { Shelf } from '../shared-state/shared-state.ts';

export interface ShareProofsOptions {
  readonly shelf: Shelf;
  /** Encrypts what replicas share. */
  readonly vault: Vault;
  readonly settings: () => MemorySettings;
}

const megabyte = 1_048_576;
const hour = 3_600_000;
/**
 * Maximum number of calls to look up at once, latest first. A conversation that began elsewhere has many unknown calls.
 */
const maxLookups = 200;

/**
 * Shares what vendors want back with their tool calls between replicas, so that a conversation can continue on any of
 * them.
 */
export function shareProofs({ shelf, vault, settings }: ShareProofsOptions): SharedProofs {
  const read = async (place: string): Promise<string | undefined> => {
    const found = await shelf.get(place);
    if (found === undefined) return undefined;
    try {
      return vault.open(found.text, place);
    } catch {
      // Encrypted with another key, so this gateway cannot use it.
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
      const first = callIds.length - maxLookups;
      return Promise.all(callIds.map((callId, index) => (index < first ? undefined : read(placeOf(owner, callId)))));
    },
  };
}

/** Hashed, because the ids of calls are chosen by vendors and possibly by clients. */
function placeOf(owner: string, callId: string): string {
  return `proof:${owner}:${sha256Hex(callId)}`;
}
