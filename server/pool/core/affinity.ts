import { hash } from 'node:crypto';
import { CacheLifetimes, MOST } from './cache-lifetime.ts';
import { type Endpoint, isSameEndpoint } from './endpoint.ts';

/** Longer than any prompt cache lives. */
export const REMEMBERED_FOR = MOST;
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
  /** Of its prompt, the tokens that are in the cache there, as far as was told. */
  readonly cachedTokens?: number;
}

/** A place as it is kept over a restart. */
export interface StoredPlace {
  readonly key: string;
  readonly endpoint: Endpoint;
  /** Milliseconds since the epoch. */
  readonly usedAt: number;
  readonly cachedTokens: number;
}

/** What an answer's usage says of the prompt cache, in tokens. */
export interface CacheUse {
  readonly read: number;
  readonly written: number;
}

interface KnownPlace {
  id: string;
  endpoint: Endpoint;
  usedAt: number;
  toldAt: number;
  cachedTokens: number;
  /** For how long it was not used before its last use; milliseconds. */
  rest: number;
}

/**
 * Where each conversation was last, for as long as the vendor's prompt cache is likely warm there. Bounded: oldest use goes
 * first.
 */
export class AffinityMemory {
  readonly #places = new Map<string, KnownPlace>();
  readonly #lifetimes = new CacheLifetimes();

  recall(key: string, now: number): Place | undefined {
    const place = this.#places.get(shortenKey(key));
    return place !== undefined && now - place.usedAt < this.#lifetimes.of(place.endpoint) ? place : undefined;
  }

  /** @returns whether others should be told: the conversation is new or has moved, or they were told long ago */
  remember(longKey: string, id: string, endpoint: Endpoint, now: number): boolean {
    const key = shortenKey(longKey);
    const place = this.#places.get(key);
    if (place === undefined) {
      this.#put(key, { id, endpoint, usedAt: now, toldAt: now, cachedTokens: 0, rest: 0 });
      return true;
    }
    const hasMoved = place.id !== id || !isSameEndpoint(place.endpoint, endpoint);
    const isNews = hasMoved || now - place.toldAt >= TOLD_FOR;
    if (hasMoved) place.cachedTokens = 0;
    place.id = id;
    place.endpoint = endpoint;
    place.rest = now - place.usedAt;
    if (isNews) place.toldAt = now;
    this.#touch(key, place, now);
    return isNews;
  }

  /** What the answer to a request of the conversation told of the cache there. */
  learn(longKey: string, id: string, endpoint: Endpoint, { read, written }: CacheUse, now: number): void {
    const key = shortenKey(longKey);
    const place = this.#places.get(key);
    if (place === undefined || place.id !== id || !isSameEndpoint(place.endpoint, endpoint)) return;
    if (place.cachedTokens > 0) this.#lifetimes.learn(endpoint, place.rest, read > 0);
    place.cachedTokens = read + written;
    this.#touch(key, place, now);
  }

  /** The latest places of one credential, for a restart. */
  placesOf(id: string, now: number, most: number): StoredPlace[] {
    return [...this.#places]
      .filter(([, place]) => place.id === id && now - place.usedAt < REMEMBERED_FOR)
      .slice(-most)
      .map(([key, { endpoint, usedAt, cachedTokens }]) => ({ key, endpoint, usedAt, cachedTokens }));
  }

  restore(id: string, places: readonly StoredPlace[], now: number): void {
    for (const { key, endpoint, usedAt, cachedTokens } of places) {
      if (usedAt > now || this.#places.has(key)) continue;
      this.#put(key, { id, endpoint, usedAt, toldAt: usedAt, cachedTokens, rest: 0 });
    }
  }

  #touch(key: string, place: KnownPlace, now: number): void {
    if (now - place.usedAt < SAME_USE) return;
    // Deleted and set again to become the youngest.
    this.#places.delete(key);
    place.usedAt = now;
    this.#places.set(key, place);
  }

  #put(key: string, place: KnownPlace): void {
    if (this.#places.size >= MAX_KEYS) {
      for (const oldest of this.#places.keys()) {
        this.#places.delete(oldest);
        break;
      }
    }
    this.#places.set(key, place);
  }
}

/** The key as it is kept. */
export function shortenKey(key: string): string {
  return key.length <= MAX_KEY_LENGTH ? key : hash('sha256', key, 'base64url');
}
