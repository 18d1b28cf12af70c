import type { Usage } from '../conversation/usage.ts';

/** US dollars per million tokens. What has no price of its own costs as input does. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

export interface ListPrices extends TokenPrices {
  /** A second tier, which holds for the whole request when its prompt is long. */
  readonly longPrompt?: TokenPrices & {
    /** Input tokens, cached ones included, above which the tier holds. */
    readonly above: number;
  };
}

const million = 1_000_000;

/** Input tokens that a prompt cache took part in. */
interface CachedTokens {
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

/**
 * What a prompt cache saved against plain input, at list price; US dollars, negative when writing it cost more than
 * reading it saved. Long prompts' own prices are not known of sums, so it is never more than was really saved.
 */
export function priceCacheSavings(tokens: CachedTokens, prices: TokenPrices): number {
  const { input, cacheRead = input, cacheWrite = input } = prices;
  const saved = tokens.cacheReadTokens * (input - cacheRead) - tokens.cacheWriteTokens * (cacheWrite - input);
  return saved / million;
}

/** What one exchange costs at list price; US dollars. */
export function priceUsage(usage: Usage, prices: ListPrices): number {
  const tier = prices.longPrompt;
  const tokenPrices = tier !== undefined && usage.inputTokens > tier.above ? tier : prices;
  const uncached = Math.max(0, usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens);
  const dollars =
    uncached * tokenPrices.input +
    usage.cacheReadTokens * (tokenPrices.cacheRead ?? tokenPrices.input) +
    usage.cacheWriteTokens * (tokenPrices.cacheWrite ?? tokenPrices.input) +
    usage.outputTokens * tokenPrices.output;
  return dollars / million;
}
