import { hash } from 'node:crypto';
import { type Endpoint, isSameEndpoint } from './endpoint.ts';

/** Vendors keep a prompt cache for minutes to an hour. */
export const REMEMBERED_FOR = 3_600_000;
const MAX_KEYS = 10_000;
/** Milliseconds within which uses count as one: to move a place up for each would make garbage with every request. */
const SAME_USE = 1000;
/** Milliseconds after which a place is worth telling others again. */
const TOLD_FOR = 600_000;
/** Clients choose their keys: longer ones are kept as their hash. */
const MAX_KEY_LENGTH = 64;

/** Where a conversation was last. */
export interface Place {
  /** Of the credential. */
  readonly id: string;
  /** A prompt cache is of one model on one route. */
  readonly endpoint: Endpoint;
}

/** Where each conversation was last, so that the vendor's prompt cache hits. Bounded: oldest use goes first. */
export class AffinityMemory {
  readonly #places = new Map<string, { id: string; endpoint: Endpoint; usedAt: number; toldAt: number }>();

  recall(key: string, now: number): Place | undefined {
    const place = this.#places.get(shortenKey(key));
    return place !== undefined && now - place.usedAt < REMEMBERED_FOR ? place : undefined;
  }

  /** @returns whether others should be told: the conversation is new or has moved, or they were told long ago */
  remember(longKey: string, id: string, endpoint: Endpoint, now: number): boolean {
    const key = shortenKey(longKey);
    const place = this.#places.get(key);
    if (place !== undefined) {
      const isNews = place.id !== id || !isSameEndpoint(place.endpoint, endpoint) || now - place.toldAt >= TOLD_FOR;
      place.id = id;
      place.endpoint = endpoint;
      if (isNews) place.toldAt = now;
      if (now - place.usedAt < SAME_USE) return isNews;
      // Deleted and set again to become the youngest.
      this.#places.delete(key);
      place.usedAt = now;
      this.#places.set(key, place);
      return isNews;
    }
    if (this.#places.size >= MAX_KEYS) {
      for (const oldest of this.#places.keys()) {
        this.#places.delete(oldest);
        break;
      }
    }
    this.#places.set(key, { id, endpoint, usedAt: now, toldAt: now });
    return true;
  }
}

/** The key as it is kept. */
export function shortenKey(key: string): string {
  return key.length <= MAX_KEY_LENGTH ? key : hash('sha256', key, 'base64url');
}
