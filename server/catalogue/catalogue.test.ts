import { describe, expect, test } from 'vitest';
import { Failure } from '../conversation/failure.ts';
import { createCatalogue, resolveModels } from './catalogue.ts';
import type { ModelSetting } from './model-store.ts';
import { builtinModels, type TokenPrices } from './models.ts';
import { testRoutes } from './testing/routes.ts';

const seed = [
  'anthropic:claude-3-5-sonnet-v2@20241022',
  'anthropic:claude-3-7-sonnet@20250219',
  'anthropic:claude-sonnet-4@20250514',
  'anthropic:claude-opus-4@20250514',
  'google:gemini-2.0-flash-001',
  'google:gemini-2.5-pro-preview-03-25',
  'google:gemini-2.5-flash-preview-04-17',
  'bedrock:anthropic.claude-3-5-sonnet-20241022-v2:0',
  'bedrock:anthropic.claude-3-7-sonnet-20250219-v1:0',
  'bedrock:anthropic.claude-sonnet-4-20250514-v1:0',
  'bedrock:anthropic.claude-opus-4-20250514-v1:0',
];
const [first = '', second = '', third = ''] = seed;

const setting = (id: string, rest: Partial<ModelSetting> = {}): ModelSetting => ({
  id,
  enabled: true,
  custom: !builtinModels.some((model) => model.id === id),
  aliases: [],
  fallbacks: [],
  ...rest,
});

async function catalogueOf(...settings: readonly ModelSetting[]) {
  const catalogue = createCatalogue({ list: async () => [...settings] }, testRoutes);
  await catalogue.reload();
  return catalogue;
}

function checkPrices({ input, output, cacheRead, cacheWrite }: TokenPrices): void {
  expect(output).toBeGreaterThan(input);
  expect(cacheRead).toBeLessThan(input);
  if (cacheWrite !== undefined) expect(cacheWrite).toBeCloseTo(input * 1.25);
}

describe('the table', () => {
  test('has thirty models, with the eleven oldest first', () => {
    const catalogue = createCatalogue({ list: async () => [] }, testRoutes);
    expect(catalogue.list()).toHaveLength(30);
    expect(
      catalogue
        .list()
        .slice(0, 11)
        .map((model) => model.id),
    ).toEqual(seed);
    expect(new Set(builtinModels.map((model) => model.id)).size).toBe(30);
  });

  test('has valid values in every row', () => {
    for (const { id, contextWindow, maxOutputTokens, prices } of builtinModels) {
      expect(id).toMatch(/^(anthropic|bedrock|google|openai):\S+$/);
      if (contextWindow !== null) expect(maxOutputTokens).toBeLessThan(contextWindow);
      if (prices === null) continue;
      checkPrices(prices);
      if (prices.longPrompt === undefined) continue;
      checkPrices(prices.longPrompt);
      expect(prices.longPrompt.above).toBeLessThan(contextWindow ?? 0);
    }
  });

  test('gives all details of a model', () => {
    expect(createCatalogue({ list: async () => [] }, testRoutes).findModel(second)).toEqual({
      id: 'anthropic:claude-3-7-sonnet@20250219',
      vendor: 'anthropic',
      ownedBy: 'anthropic',
      created: expect.any(Number),
      displayName: 'claude-3-7-sonnet@20250219',
      endpoints: expect.any(Array),
      knownEndpoints: expect.any(Array),
      fixedOrder: false,
      enabled: true,
      source: 'builtin',
      contextWindow: 200_000,
      maxOutputTokens: 64_000,
      prices: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
      thinking: true,
      aliases: [],
      fallbacks: [],
    });
  });
});

describe('the id for the upstream', () => {
  test.each([
    ['bedrock:anthropic.claude-3-5-sonnet-20241022-v2:0', 'anthropic.claude-3-5-sonnet-20241022-v2:0', 'bedrock'],
    ['google:gemini-9', 'gemini-9', 'google'],
    ['gpt-9', 'gpt-9', 'custom'],
    ['a:b:c', 'b:c', 'a'],
    [':b', ':b', 'custom'],
    ['a:', 'a:', 'a'],
  ])('of %s', async (id, upstreamModel, vendor) => {
    expect((await catalogueOf(setting(id))).findModel(id)).toMatchObject({
      endpoints: expect.arrayContaining([expect.objectContaining({ route: 'unified', upstreamModel })]),
      vendor,
      ownedBy: vendor,
    });
  });
});

describe('the settings of the admin', () => {
  test('turn models on and off', async () => {
    const later = 'openai:gpt-5.1';
    const catalogue = await catalogueOf(setting(first, { enabled: false }), setting(later, { enabled: false }));
    const listed = catalogue.list().map((model) => model.id);
    expect(listed).toHaveLength(28);
    expect(listed.slice(0, 10)).toEqual(seed.slice(1));
    expect(listed).not.toContain(later);
    expect(() => catalogue.findModel(first)).toThrow(Failure);
    expect(catalogue.lookUp(first)).toMatchObject({ id: first, enabled: false });
    expect(catalogue.known()).toHaveLength(30);
  });

  test('add models after the others', async () => {
    const catalogue = await catalogueOf(
      setting('x:y', { contextWindow: 5, prices: { input: 1, output: 2 } }),
      setting('off', { enabled: false }),
    );
    expect(catalogue.list().at(-1)).toMatchObject({
      id: 'x:y',
      source: 'custom',
      contextWindow: 5,
      maxOutputTokens: null,
      prices: { input: 1, output: 2 },
      thinking: false,
    });
    expect(catalogue.known()).toHaveLength(32);
    expect(() => catalogue.findModel('off')).toThrow(Failure);
  });

  test('override the table’s figures, also with null', async () => {
    const catalogue = await catalogueOf(
      setting(first, { prices: null, contextWindow: 7 }),
      setting(second, { maxOutputTokens: null }),
    );
    expect(catalogue.findModel(first)).toMatchObject({ prices: null, contextWindow: 7, maxOutputTokens: 8192 });
    expect(catalogue.findModel(second)).toMatchObject({ contextWindow: 200_000, maxOutputTokens: null });
  });

  test('add aliases', async () => {
    const catalogue = await catalogueOf(
      setting(first, { aliases: ['gpt-4', second, 'both'] }),
      setting(third, { aliases: ['both'], enabled: true }),
      setting('off', { aliases: ['ghost'], enabled: false }),
    );
    expect(catalogue.findModel('gpt-4').id).toBe(first);
    expect(catalogue.findModel(second).id).toBe(second);
    expect(catalogue.findModel('both').id).toBe(first);
    expect(() => catalogue.findModel('ghost')).toThrow(Failure);
    expect(catalogue.lookUp('gpt-4')).toBeUndefined();
    expect(catalogue.list()).toHaveLength(30);
  });

  test('set fallbacks, of which only enabled ones are used', async () => {
    const catalogue = await catalogueOf(
      setting(first, { fallbacks: [second, 'gone', 'off', first, 'x:y'] }),
      setting('off', { enabled: false }),
      setting('x:y'),
    );
    expect(catalogue.findModel(first).fallbacks).toEqual([second, 'x:y']);
  });

  test('apply after a reload', async () => {
    let settings: ModelSetting[] = [];
    const catalogue = createCatalogue({ list: async () => settings }, testRoutes);
    await catalogue.reload();
    settings = [setting('x:y')];
    expect(() => catalogue.findModel('x:y')).toThrow(Failure);
    await catalogue.reload();
    expect(catalogue.findModel('x:y').id).toBe('x:y');
  });
});

test('the failure names an unknown model', () => {
  const findUnknown = () => createCatalogue({ list: async () => [] }, testRoutes).findModel('claude-3');
  expect(findUnknown).toThrow('The model `claude-3` does not exist or you do not have access to it.');
  expect(findUnknown).toThrow(
    expect.objectContaining({ kind: 'not-found', reason: 'model-not-found', parameter: 'model', fault: 'request' }),
  );
});

test('names of Object.prototype members are not models', () => {
  const catalogue = createCatalogue({ list: async () => [] }, testRoutes);
  for (const name of ['constructor', '__proto__', 'toString', ''])
    expect(() => catalogue.findModel(name)).toThrow(Failure);
});

test('resolving does not modify its arguments', () => {
  const settings = Object.freeze([Object.freeze(setting('x:y'))]);
  expect(resolveModels(builtinModels, settings, testRoutes).known).toHaveLength(31);
});

describe('other names', () => {
  test('find the best match', async () => {
    const catalogue = await catalogueOf();
    expect(catalogue.findModel('claude-sonnet-4-5').id).toBe('anthropic:claude-sonnet-4-5@20250929');
    expect(() => catalogue.findModel('nobody')).toThrow(expect.objectContaining({ kind: 'not-found' }));
  });

  test('come after aliases', async () => {
    const catalogue = await catalogueOf(setting(second, { aliases: ['claude-sonnet-4-5'] }));
    expect(catalogue.findModel('claude-sonnet-4-5').id).toBe(second);
  });

  test('never match a disabled model, and a disabled model’s id matches no other model', async () => {
    const off = 'anthropic:claude-sonnet-4-5@20250929';
    const catalogue = await catalogueOf(setting(off, { enabled: false }));
    expect(catalogue.findModel('claude-sonnet-4-5').id).toBe('bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0');
    expect(() => catalogue.findModel(off)).toThrow(expect.objectContaining({ kind: 'not-found' }));
  });
});
