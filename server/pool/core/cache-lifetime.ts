import type { Endpoint } from './endpoint.ts';

/** Vendors keep a prefix at least this long after its last use; milliseconds. */
const minLifetime = 300_000;
/** The longest lifetime seen in practice; vendors document no maximum. Milliseconds. */
export const maxLifetime = 3_600_000;
/** A miss after a shorter gap says nothing about the lifetime; milliseconds. */
const minTellingGap = 60_000;
/** Each later hit raises the recorded miss by this factor, because the miss may have been an accident. */
const missRecovery = 1.1;
const maxEndpoints = 500;

interface Learned {
  /** The longest gap after which the cache was still warm; milliseconds. */
  hit: number;
  /** The shortest gap after which it was cold; milliseconds. */
  miss: number;
}

/** Estimates how long each endpoint's prompt cache lives, from its reports of cached tokens. */
export class CacheLifetimes {
  readonly #learned = new Map<string, Learned>();

  /** Milliseconds for which a prefix is probably still cached: twice the longest hit, to keep learning. */
  of(endpoint: Endpoint): number {
    const learned = this.#learned.get(nameOf(endpoint));
    if (learned === undefined) return minLifetime;
    return Math.min(learned.miss, Math.max(minLifetime, 2 * learned.hit), maxLifetime);
  }

  /** @param gap milliseconds since the prefix was last used */
  learn(endpoint: Endpoint, gap: number, isHit: boolean): void {
    const name = nameOf(endpoint);
    const known = this.#learned.get(name) ?? { hit: 0, miss: Number.POSITIVE_INFINITY };
    if (isHit) {
      known.hit = Math.max(known.hit, gap);
      known.miss = gap >= known.miss ? Number.POSITIVE_INFINITY : known.miss * missRecovery;
    } else if (gap >= minTellingGap) {
      known.miss = Math.min(known.miss, gap);
      known.hit = Math.min(known.hit, gap);
    } else return;
    if (!this.#learned.has(name) && this.#learned.size >= maxEndpoints) this.#learned.clear();
    this.#learned.set(name, known);
  }
}

function nameOf({ route, upstreamModel }: Endpoint): string {
  return `${route} ${upstreamModel}`;
}
