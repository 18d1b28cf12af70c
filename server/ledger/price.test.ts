import { describe, expect, it } from 'vitest';
import { noUsage, type Usage } from '../conversation/usage.ts';
import { priceCacheSavings, priceUsage } from './price.ts';

const usage = (counts: Partial<Usage>): Usage => ({ ...noUsage, ...counts });

describe('priceUsage', () => {
  const prices = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

  it('prices input and output per million tokens', () => {
    expect(priceUsage(usage({ inputTokens: 1000, outputTokens: 200 }), prices)).toBeCloseTo(0.006, 12);
  });

  it('prices cached tokens, which are part of the input, separately', () => {
    const counts = { inputTokens: 1_000_000, cacheReadTokens: 600_000, cacheWriteTokens: 300_000 };
    expect(priceUsage(usage(counts), prices)).toBeCloseTo(0.1 * 3 + 0.6 * 0.3 + 0.3 * 3.75, 12);
  });

  it('does not charge reasoning twice: the output includes it', () => {
    expect(priceUsage(usage({ outputTokens: 1_000_000, reasoningTokens: 900_000 }), prices)).toBeCloseTo(15, 12);
  });

  it('charges cached tokens like input if the vendor has no price for them', () => {
    const counts = { inputTokens: 1_000_000, cacheReadTokens: 500_000, cacheWriteTokens: 250_000 };
    expect(priceUsage(usage(counts), { input: 2, output: 1 })).toBeCloseTo(2, 12);
  });

  it('applies the second tier to the whole request, only above the threshold', () => {
    const tiered = { input: 1, output: 10, longPrompt: { above: 200_000, input: 2, output: 15, cacheRead: 0.5 } };
    const counts = { cacheReadTokens: 100_000, outputTokens: 100_000 };
    expect(priceUsage(usage({ inputTokens: 200_000, ...counts }), tiered)).toBeCloseTo(0.2 + 1, 12);
    expect(priceUsage(usage({ inputTokens: 200_001, ...counts }), tiered)).toBeCloseTo(0.100001 * 2 + 0.05 + 1.5, 12);
  });

  it('is never negative if an upstream excludes cached tokens from the input', () => {
    expect(priceUsage(usage({ inputTokens: 10, cacheReadTokens: 100 }), { input: 1, output: 1, cacheRead: 0 })).toBe(0);
  });
});

describe('the savings of a prompt cache', () => {
  const tokens = { inputTokens: 3_000_000, cacheReadTokens: 2_000_000, cacheWriteTokens: 1_000_000 };

  it('are the difference to uncached input, minus the extra cost of writing', () => {
    expect(priceCacheSavings(tokens, { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 })).toBeCloseTo(4.65);
    expect(
      priceCacheSavings({ ...tokens, cacheReadTokens: 0 }, { input: 3, output: 15, cacheWrite: 3.75 }),
    ).toBeCloseTo(-0.75);
  });

  it('use the prices of a long prompt if it is one', () => {
    const prices = {
      input: 1,
      output: 1,
      cacheRead: 0.5,
      longPrompt: { above: 3_000_000, input: 2, output: 2, cacheRead: 0.5 },
    };
    const read = { ...tokens, cacheWriteTokens: 0 };
    expect(priceCacheSavings(read, prices)).toBeCloseTo(1);
    expect(priceCacheSavings({ ...read, inputTokens: 3_000_001 }, prices)).toBeCloseTo(3);
  });

  it('are zero if the cache has no price of its own', () => {
    expect(priceCacheSavings(tokens, { input: 3, output: 15 })).toBe(0);
  });
});
