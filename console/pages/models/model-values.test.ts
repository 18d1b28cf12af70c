import { describe, expect, it } from 'vitest';
import type { Model } from '../../../contract/models.ts';
import { readModel, showModel } from './model-values.ts';

const model: Model = {
  id: 'a:b',
  vendor: 'a',
  endpoints: [{ route: 'unified', upstreamModel: 'b', enabled: true }],
  fixedOrder: false,
  probeDollars: null,
  enabled: true,
  source: 'builtin',
  contextWindow: 200_000,
  maxOutputTokens: null,
  prices: { input: 0, output: 15, cacheRead: 0.3 },
  thinking: false,
  aliases: ['c'],
  fallbacks: ['d'],
};

describe('a model’s form', () => {
  it('gives back unchanged what it was shown', () => {
    const { aliases, fallbacks, contextWindow, maxOutputTokens, prices } = model;
    expect(readModel(showModel(model))).toEqual({ aliases, fallbacks, contextWindow, maxOutputTokens, prices });
  });

  it('says of endpoints only what was changed: another list, or that the gateway shall derive them', () => {
    const values = showModel(model);
    expect(readModel(values)).not.toHaveProperty('endpoints');
    const endpoints = [{ route: 'unified', upstreamModel: 'b', enabled: false }];
    expect(readModel({ ...values, endpoints })).toMatchObject({ endpoints });
    expect(readModel({ ...values, endpoints: null })).toMatchObject({ endpoints: null });
  });

  it('knows no price unless both input and output have one', () => {
    const values = showModel(model);
    expect(readModel({ ...values, prices: { ...values.prices, input: '' } }).prices).toBeNull();
    expect(readModel(showModel(undefined)).prices).toBeNull();
  });
});
