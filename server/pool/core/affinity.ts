import { hash } from 'node:crypto';

/** Vendors keep a prompt cache for minutes to an hour. */
const REMEMBERED_FOR = 3_600_000;
const MAX_KEYS = 10_000;
/** Milliseconds within which uses count as one: to move a place up for each would make garbage with every request. */
const SAME_USE = 1000;
/** Clients choose their keys: longer ones are kept as their hash. */
const MAX_KEY_LENGTH = 64;

/** Which credential a conversation was on last, so that the vendor's prompt cache hits. Bounded: oldest use goes first. */
export class AffinityMemory {
  readonly #places = new Map<string, { id: string; usedAt: number }>();

  recall(key: string, now: number): string | undefined {
    const place = this.#places.get(shorten(key));
    return place !== undefined && now - place.usedAt < REMEMBERED_FOR ? place.id : undefined;
  }

  remember(longKey: string, id: string, now: number): void {
    const key = shorten(longKey);
    const place = this.#places.get(key);
    if (place !== undefined) {
      place.id = id;
      if (now - place.usedAt < SAME_USE) return;
      // Deleted and set again to become the youngest.
      this.#places.delete(key);
      place.usedAt = now;
      this.#places.set(key, place);
      return;
    }
    if (this.#places.size >= MAX_KEYS) {
      for (const oldest of this.#places.keys()) {
        this.#places.delete(oldest);
        break;
      }
    }
    this.#places.set(key, { id, usedAt: now });
  }
}

function shorten(key: string): string {
  return key.length <= MAX_KEY_LENGTH ? key : hash('sha256', key, 'base64url');
}
