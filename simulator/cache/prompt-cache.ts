import type { PromptBlock } from '../tokens/prompt-block.ts';
import { PrefixStore } from './prefix-store.ts';
import { type Prefix, prefixesOf } from './prefixes.ts';
import type { CacheTerms } from './terms.ts';

/** A request to be served from the cache. */
export type CacheVisit = {
  readonly email: string;
  readonly route: string;
  readonly model: string;
  readonly blocks: readonly PromptBlock[];
  readonly terms: CacheTerms;
  /** Identifies the conversation. */
  readonly conversation: string;
  /** Seconds that a prefix is kept after its last use, unless the request specifies it. */
  readonly seconds: number;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Tokens of a request: total, read from the cache, written to it, and read by a perfect cache. */
export type CacheResult = {
  readonly input: number;
  readonly read: number;
  readonly written: number;
  /** The longest prefix of any earlier request, on any credential and route. */
  readonly perfect: number;
  /** The same, limited to requests of this conversation. */
  readonly perfectInConversation: number;
};

const maxPrefixes = 200_000;
/** How many blocks before a breakpoint are searched for an earlier one, including itself. */
const lookback = 20;

/** The vendors' prompt caches, one per credential, route and model, and a perfect one for comparison. */
export class PromptCache {
  readonly #kept = new PrefixStore(maxPrefixes);
  readonly #seen = new PrefixStore(maxPrefixes);

  /** Reads the cached prefix of a request and caches new ones. */
  visit(visit: CacheVisit): CacheResult {
    const prefixes = prefixesOf(visit.blocks, true);
    const plainPrefixes = prefixesOf(visit.blocks, false);
    const input = prefixes.at(-1)?.tokens ?? 0;
    const model = plainModel(visit.model);
    return {
      input,
      perfect: this.#see(plainPrefixes, model, visit),
      perfectInConversation: this.#see(plainPrefixes, `${model} ${visit.conversation}`, visit),
      ...(visit.terms.kind === 'explicit'
        ? this.#visitExplicit(prefixes, visit, visit.terms.minimum)
        : this.#visitAutomatic(prefixes, visit, visit.terms)),
    };
  }

  clear(): void {
    this.#kept.clear();
    this.#seen.clear();
  }

  /**
   * Anthropic's rules: reads the longest prefix that ended in a breakpoint before, writes up to the last breakpoint.
   */
  #visitExplicit(
    prefixes: readonly Prefix[],
    visit: CacheVisit,
    minimum: number,
  ): { readonly read: number; readonly written: number } {
    const scope = `${visit.email} ${visit.route} ${visit.model}`;
    const marked = prefixes.flatMap((prefix, index) => (prefix.breakpoint === null ? [] : [{ ...prefix, index }]));
    let read = 0;
    for (const { index } of marked) {
      for (const { hash, tokens } of prefixes.slice(Math.max(0, index + 1 - lookback), index + 1)) {
        if (tokens > read && this.#kept.findPrefix(scope, hash, visit.now) !== null) read = tokens;
      }
    }
    let end = read;
    for (const { hash, tokens, breakpoint } of marked) {
      if (tokens < minimum) continue;
      const expiresAt = visit.now + (breakpoint?.seconds ?? visit.seconds) * 1000;
      this.#kept.keep(scope, hash, { tokens, expiresAt });
      end = Math.max(end, tokens);
    }
    this.#refresh(prefixes, scope, visit);
    return { read, written: end - read };
  }

  /** Using a prefix restarts its lifetime. */
  #refresh(prefixes: readonly Prefix[], scope: string, { now, seconds }: CacheVisit): void {
    for (const { hash, tokens } of prefixes) {
      const kept = this.#kept.findPrefix(scope, hash, now);
      const expiresAt = now + seconds * 1000;
      if (kept !== null && kept.expiresAt < expiresAt) this.#kept.keep(scope, hash, { tokens, expiresAt });
    }
  }

  #visitAutomatic(
    prefixes: readonly Prefix[],
    visit: CacheVisit,
    { minimum, step, key, needsKey }: Extract<CacheTerms, { readonly kind: 'automatic' }>,
  ): { readonly read: number; readonly written: number } {
    if (needsKey && key === '') return { read: 0, written: 0 };
    const scope = `${visit.email} ${visit.route} ${visit.model} ${key}`;
    const longest = this.#longest(this.#kept, prefixes, scope, visit.now);
    const expiresAt = visit.now + visit.seconds * 1000;
    for (const { hash, tokens } of prefixes) this.#kept.keep(scope, hash, { tokens, expiresAt });
    const read = Math.floor(longest / step) * step;
    return { read: read < minimum ? 0 : read, written: 0 };
  }

  /** The tokens that a perfect cache of the scope would read. Adds the request's prefixes to that cache. */
  #see(prefixes: readonly Prefix[], scope: string, { now, seconds, terms }: CacheVisit): number {
    const longest = this.#longest(this.#seen, prefixes, scope, now);
    const expiresAt = now + seconds * 1000;
    for (const { hash, tokens } of prefixes) this.#seen.keep(scope, hash, { tokens, expiresAt });
    return longest < terms.minimum ? 0 : longest;
  }

  #longest(store: PrefixStore, prefixes: readonly Prefix[], scope: string, now: number): number {
    return prefixes.findLast(({ hash }) => store.findPrefix(scope, hash, now) !== null)?.tokens ?? 0;
  }
}

/** A common name for a model's ids on Vertex and Bedrock. */
function plainModel(model: string): string {
  return model
    .replace(/^anthropic\./, '')
    .replace(/-v\d+(:\d+)?$/, '')
    .replace(/-v(\d+)@/, '@')
    .replace('@', '-');
}
