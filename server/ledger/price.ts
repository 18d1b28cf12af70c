import type { Usage } from '../conversation/usage.ts';

/** US dollars per million tokens. Cache prices default to the price of input. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

export interface ListPrices extends TokenPrices {
  /** Prices of the whole request if its prompt is long. */
  readonly longPrompt?: TokenPrices & {
    /** The tier applies above this number of input tokens, including cached ones. */
    readonly above: number;
  };
}

const million = 1_000_000;

/** Input tokens by their use of the prompt cache. */
interface CachedTokens {
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

/**
 * What the prompt cache saved compared to uncached input, in US dollars at list price. Negative if writing cost more
 * than reading saved.
 */
export function priceCacheSavings(tokens: CachedTokens, prices: ListPrices): number {
  const { input, cacheRead = input, cacheWrite = input } = tierOf(tokens.inputTokens, prices);
  const saved = tokens.cacheReadTokens * (input - cacheRead) - tokens.cacheWriteTokens * (cacheWrite - input);
  return saved / million;
}

/** The list price of an exchange in US dollars. */
export function priceUsage(usage: Usage, prices: ListPrices): number {
  const tokenPrices = tierOf(usage.inputTokens, prices);
  const uncached = Math.max(0, usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens);
  const dollars =
    uncached * tokenPrices.input +
    usage.cacheReadTokens * (tokenPrices.cacheRead ?? tokenPrices.input) +
    usage.cacheWriteTokens * (tokenPrices.cacheWrite ?? tokenPrices.input) +
    usage.outputTokens * tokenPrices.output;
  return dollars / million;
}

function tierOf(inputTokens: number, prices: ListPrices): TokenPrices {
  const { longPrompt } = prices;
  return longPrompt !== undefined && inputTokens > longPrompt.above ? longPrompt : prices;
}
