import { hash } from 'node:crypto';
import { CacheLifetimes, maxLifetime } from './cache-lifetime.ts';
import { type Endpoint, isSameEndpoint } from './endpoint.ts';

/** How long a place is remembered; no prompt cache lives longer. Milliseconds. */
export const placeLifetime = maxLifetime;
const maxKeys = 10_000;
/** Resolution of `usedAt` in milliseconds. Moving the entry on every use would create garbage with every request. */
const useResolution = 1000;
/** How often a place in use is announced again to other replicas, in milliseconds. */
const announceInterval = 600_000;
/** Clients choose their keys, so longer ones are stored as a hash. */
const maxKeyLength = 64;

/** The credential and endpoint that a conversation last used. */
export interface Place {
  /** The credential's id. */
  readonly id: string;
  /** A prompt cache belongs to one model on one route. */
  readonly endpoint: Endpoint;
  /** Tokens of the conversation's prompt in the cache there, as last reported. */
  readonly cachedTokens?: number;
}

/** A place as stored across restarts. */
export interface StoredPlace {
  readonly key: string;
  readonly endpoint: Endpoint;
  /** Milliseconds since the epoch. */
  readonly usedAt: number;
  readonly cachedTokens: number;
}

/** Prompt cache tokens in an answer's usage. */
export interface CacheUse {
  readonly read: number;
  readonly written: number;
}

interface KnownPlace {
  id: string;
  endpoint: Endpoint;
  usedAt: number;
  announcedAt: number;
  cachedTokens: number;
  /** Milliseconds between the last two uses. */
  rest: number;
}

/**
 * Remembers where each conversation was last, for as long as the vendor's prompt cache is probably warm there. Bounded;
 * the least recently used entry is evicted first.
 */
export class AffinityMemory {
  readonly #places = new Map<string, KnownPlace>();
  readonly #lifetimes = new CacheLifetimes();

  recall(key: string, now: number): Place | undefined {
    const place = this.#places.get(shortenKey(key));
    return place !== undefined && now - place.usedAt < this.#lifetimes.of(place.endpoint) ? place : undefined;
  }

  /** @returns whether to announce the place: it is new, has changed, or was announced long ago */
  remember(longKey: string, id: string, endpoint: Endpoint, now: number): boolean {
    const key = shortenKey(longKey);
    const place = this.#places.get(key);
    if (place === undefined) {
      this.#put(key, { id, endpoint, usedAt: now, announcedAt: now, cachedTokens: 0, rest: 0 });
      return true;
    }
    const hasMoved = place.id !== id || !isSameEndpoint(place.endpoint, endpoint);
    const isAnnouncement = hasMoved || now - place.announcedAt >= announceInterval;
    if (hasMoved) place.cachedTokens = 0;
    place.id = id;
    place.endpoint = endpoint;
    place.rest = now - place.usedAt;
    if (isAnnouncement) place.announcedAt = now;
    this.#touch(key, place, now);
    return isAnnouncement;
  }

  /** Learns from an answer's prompt cache usage. */
  learn(longKey: string, id: string, endpoint: Endpoint, { read, written }: CacheUse, now: number): void {
    const key = shortenKey(longKey);
    const place = this.#places.get(key);
    if (place === undefined || place.id !== id || !isSameEndpoint(place.endpoint, endpoint)) return;
    if (place.cachedTokens > 0) this.#lifetimes.learn(endpoint, place.rest, read > 0);
    place.cachedTokens = read + written;
    this.#touch(key, place, now);
  }

  /** The most recently used places of one credential, to store across a restart. */
  placesOf(id: string, now: number, most: number): StoredPlace[] {
    return [...this.#places]
      .filter(([, place]) => place.id === id && now - place.usedAt < placeLifetime)
      .slice(-most)
      .map(([key, { endpoint, usedAt, cachedTokens }]) => ({ key, endpoint, usedAt, cachedTokens }));
  }

  restore(id: string, places: readonly StoredPlace[], now: number): void {
    for (const { key, endpoint, usedAt, cachedTokens } of places) {
      if (usedAt > now || this.#places.has(key)) continue;
      this.#put(key, { id, endpoint, usedAt, announcedAt: usedAt, cachedTokens, rest: 0 });
    }
  }

  #touch(key: string, place: KnownPlace, now: number): void {
    if (now - place.usedAt < useResolution) return;
    // Re-inserting moves the entry to the end of the eviction order.
    this.#places.delete(key);
    place.usedAt = now;
    this.#places.set(key, place);
  }

  #put(key: string, place: KnownPlace): void {
    if (this.#places.size >= maxKeys) {
      for (const oldest of this.#places.keys()) {
        this.#places.delete(oldest);
        break;
      }
    }
    this.#places.set(key, place);
  }
}

/** The key in its stored form. */
export function shortenKey(key: string): string {
  return key.length <= maxKeyLength ? key : hash('sha256', key, 'base64url');
}
