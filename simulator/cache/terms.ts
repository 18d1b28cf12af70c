/** How a vendor caches prefixes of prompts. */
export type CacheTerms =
  | {
      /** Caches only up to breakpoints in the request. */
      readonly kind: 'explicit';
      /** Tokens below which a prefix is not cached. */
      readonly minimum: number;
    }
  | {
      /** Caches any common prefix. */
      readonly kind: 'automatic';
      readonly minimum: number;
      /** Cached tokens are reported in multiples of this. */
      readonly step: number;
      /** Requests with different keys share no prefixes. Empty when the request has no key. */
      readonly key: string;
      /** Whether nothing is cached without a key. */
      readonly needsKey: boolean;
    };
