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
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

/**
 * What the prompt cache saved one exchange against plain input, at list price; US dollars, negative when writing it cost
 * more than reading it saved.
 */
export function priceCacheSavings(tokens: CachedTokens, prices: ListPrices): number {
  const { input, cacheRead = input, cacheWrite = input } = tierOf(tokens.inputTokens, prices);
  const saved = tokens.cacheReadTokens * (input - cacheRead) - tokens.cacheWriteTokens * (cacheWrite - input);
  return saved / million;
}

/** What one exchange costs at list price; US dollars. */
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
