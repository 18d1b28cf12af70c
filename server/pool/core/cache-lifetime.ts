import type { Endpoint } from './endpoint.ts';

/** Milliseconds that vendors keep a prefix at least, after its last use. */
const LEAST = 300_000;
/** They do not say how long they keep it at most; nobody was seen to keep it for longer. */
export const MOST = 3_600_000;
/** Rests that are shorter say nothing of how long a cache lives. */
const TELLING = 60_000;
/** How much less a miss counts with each hit after it: it may have been an accident. */
const FORGIVING = 1.1;
const MAX_ENDPOINTS = 500;

interface Learned {
  /** The longest rest after which the cache was still warm. */
  hit: number;
  /** The shortest after which it was cold. */
  miss: number;
}

/** How long each endpoint's prompt cache lives, as its reports of cached tokens tell. */
export class CacheLifetimes {
  readonly #learned = new Map<string, Learned>();

  /** Milliseconds after its last use for which a prefix is likely there: twice what was seen, so that more is learned. */
  of(endpoint: Endpoint): number {
    const learned = this.#learned.get(nameOf(endpoint));
    if (learned === undefined) return LEAST;
    return Math.min(learned.miss, Math.max(LEAST, 2 * learned.hit), MOST);
  }

  /** @param rest milliseconds for which the prefix was not used */
  learn(endpoint: Endpoint, rest: number, isHit: boolean): void {
    const name = nameOf(endpoint);
    const known = this.#learned.get(name) ?? { hit: 0, miss: Number.POSITIVE_INFINITY };
    if (isHit) {
      known.hit = Math.max(known.hit, rest);
      known.miss = rest >= known.miss ? Number.POSITIVE_INFINITY : known.miss * FORGIVING;
    } else if (rest >= TELLING) {
      known.miss = Math.min(known.miss, rest);
      known.hit = Math.min(known.hit, rest);
    } else return;
    if (!this.#learned.has(name) && this.#learned.size >= MAX_ENDPOINTS) this.#learned.clear();
    this.#learned.set(name, known);
  }
}

function nameOf({ route, upstreamModel }: Endpoint): string {
  return `${route} ${upstreamModel}`;
}
