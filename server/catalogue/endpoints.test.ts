import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCatalogue, orderEndpoints } from './catalogue.ts';
import { toBedrockId, toVertexId } from './claude-ids.ts';
import { deriveEndpoints } from './endpoints.ts';
import type { EndpointSetting, ModelSetting } from './model-store.ts';
import { builtinModels } from './models.ts';
import { testRoutes } from './testing/routes.ts';

const written = (endpoints: readonly { route: string; upstreamModel: string }[]) =>
  endpoints.map(({ route, upstreamModel }) => `${route} ${upstreamModel}`);

describe('one Claude model, two ids', () => {
  test.each([
    ['claude-3-5-sonnet-v2@20241022', 'anthropic.claude-3-5-sonnet-20241022-v2:0'],
    ['claude-3-5-sonnet@20240620', 'anthropic.claude-3-5-sonnet-20240620-v1:0'],
    ['claude-3-7-sonnet@20250219', 'anthropic.claude-3-7-sonnet-20250219-v1:0'],
    ['claude-sonnet-4@20250514', 'anthropic.claude-sonnet-4-20250514-v1:0'],
    ['claude-opus-4-5@20251101', 'anthropic.claude-opus-4-5-20251101-v1:0'],
    ['claude-opus-4-6', 'anthropic.claude-opus-4-6-v1'],
    ['claude-sonnet-5', 'anthropic.claude-sonnet-5-v1'],
  ])('%s is %s', (vertex, bedrock) => {
    expect(toBedrockId(vertex)).toBe(bedrock);
    expect(toVertexId(bedrock)).toBe(vertex);
  });

  test('a date after a hyphen means the same model', () => {
    expect(toBedrockId('claude-sonnet-4-20250514')).toBe('anthropic.claude-sonnet-4-20250514-v1:0');
  });

  test('the region prefix and default version of a Bedrock id are dropped', () => {
    expect(toVertexId('us.anthropic.claude-sonnet-4-20250514-v1:0')).toBe('claude-sonnet-4@20250514');
    expect(toVertexId('anthropic.claude-opus-4-6-v1:0')).toBe('claude-opus-4-6');
    expect(toVertexId('anthropic.claude-sonnet-4-6')).toBe('claude-sonnet-4-6');
  });

  test.each([
    'gpt-5.1',
    'gemini-2.5-pro',
    'claude',
    'claude/../x',
    'Claude-3',
    'anthropic.titan',
    'amazon.nova-v1:0',
    '',
  ])('%j is no Claude model', (id) => {
    expect(toBedrockId(id)).toBeUndefined();
    expect(toVertexId(id)).toBeUndefined();
  });

  test('conversions round-trip for any name, date and version', () => {
    const name = fc.stringMatching(/^[a-z]{3,8}(-[1-9]){1,2}$/);
    const date = fc.integer({ min: 20_240_101, max: 20_991_231 }).map(String);
    fc.assert(
      fc.property(name, fc.option(date), fc.integer({ min: 1, max: 4 }), (family, day, version) => {
        const suffix = version === 1 ? '' : `-v${version}`;
        const vertex = day === null ? `claude-${family}` : `claude-${family}${suffix}@${day}`;
        expect(toVertexId(toBedrockId(vertex) ?? '')).toBe(vertex);
      }),
    );
  });
});

describe('the endpoints of a model', () => {
  test.each([
    [
      'claude-3-7-sonnet@20250219',
      [
        'vertex-anthropic claude-3-7-sonnet@20250219',
        'bedrock-anthropic anthropic.claude-3-7-sonnet-20250219-v1:0',
        'unified claude-3-7-sonnet@20250219',
      ],
    ],
    [
      'anthropic.claude-opus-4-6-v1',
      [
        'bedrock-anthropic anthropic.claude-opus-4-6-v1',
        'vertex-anthropic claude-opus-4-6',
        'unified anthropic.claude-opus-4-6-v1',
      ],
    ],
    ['gemini-2.5-pro', ['vertex-gemini gemini-2.5-pro', 'gemini-chat gemini-2.5-pro', 'unified gemini-2.5-pro']],
    ['gpt-5.1', ['openai-chat gpt-5.1', 'openai-responses gpt-5.1', 'unified gpt-5.1']],
    ['something-new', ['unified something-new']],
  ])('%s', (upstreamModel, endpoints) => {
    expect(written(deriveEndpoints(upstreamModel, testRoutes))).toEqual(endpoints);
  });

  test('of every builtin model: a native route first, the unified one last', () => {
    for (const model of createCatalogue({ list: async () => [] }, testRoutes).list()) {
      expect(model.endpoints.length).toBeGreaterThan(2);
      expect(model.endpoints.findIndex(({ route }) => route === 'unified')).toBe(model.endpoints.length - 1);
    }
  });

  test('use only routes that this version has', () => {
    const unified = testRoutes.filter(({ name }) => name === 'unified');
    for (const model of createCatalogue({ list: async () => [] }, unified).list()) {
      expect(model.endpoints.map(({ route }) => route)).toEqual(['unified']);
    }
  });
});

describe('for a client', () => {
  const catalogue = createCatalogue({ list: async () => [] }, testRoutes);
  const order = (id: string, dialect: string) =>
    orderEndpoints(catalogue.findModel(id), dialect).map(({ route }) => route);

  test('a route with its dialect comes first, unless it wraps or imitates the dialect', () => {
    for (const dialect of ['gemini', 'openai-chat']) {
      expect(order('google:gemini-2.5-pro', dialect)).toEqual(['vertex-gemini', 'gemini-chat', 'unified']);
    }
    expect(order('openai:gpt-5.1', 'openai-responses')).toEqual(['openai-responses', 'openai-chat', 'unified']);
    for (const dialect of ['openai-chat', 'anthropic-messages', 'gemini']) {
      const claude = ['vertex-anthropic', 'bedrock-anthropic', 'unified'];
      expect(order('anthropic:claude-sonnet-4@20250514', dialect)).toEqual(claude);
    }
  });

  test('the order for a model and a dialect is always the same array', () => {
    const model = catalogue.findModel('openai:gpt-5.1');
    expect(orderEndpoints(model, 'openai-responses')).toBe(orderEndpoints(model, 'openai-responses'));
  });
});

describe('what the admin set', () => {
  const gpt = 'openai:gpt-5.1';
  const named = (route: string, upstreamModel = 'gpt-5.1', enabled = true): EndpointSetting => ({
    route,
    upstreamModel,
    enabled,
  });

  async function modelWith(id: string, endpoints: readonly EndpointSetting[]) {
    const custom = !builtinModels.some((model) => model.id === id);
    const setting: ModelSetting = { id, enabled: true, custom, aliases: [], fallbacks: [], endpoints };
    const catalogue = createCatalogue({ list: async () => [setting] }, testRoutes);
    await catalogue.reload();
    const model = catalogue.lookUp(id);
    if (model === undefined) throw new Error('The model is gone.');
    return model;
  }

  test('as another order applies to every client, with unlisted endpoints last', async () => {
    const model = await modelWith(gpt, [named('unified'), named('openai-chat')]);
    expect(orderEndpoints(model, 'openai-responses').map(({ route }) => route)).toEqual([
      'unified',
      'openai-chat',
      'openai-responses',
    ]);
  });

  test('as enabled or disabled keeps the order by the client’s dialect', async () => {
    const model = await modelWith(gpt, [
      named('openai-chat'),
      named('openai-responses'),
      named('unified', 'gpt-5.1', false),
    ]);
    expect(orderEndpoints(model, 'openai-responses').map(({ route }) => route)).toEqual([
      'openai-responses',
      'openai-chat',
    ]);
    expect(model.knownEndpoints.map(({ enabled }) => enabled)).toEqual([true, true, false]);
  });

  test('as another id is sent to the route', async () => {
    const model = await modelWith(gpt, [named('openai-chat', 'gpt-5.1-002')]);
    expect(model.endpoints[0]).toMatchObject({ route: 'openai-chat', upstreamModel: 'gpt-5.1-002' });
  });

  test('for a custom model is complete', async () => {
    const model = await modelWith('house:brand', [named('vertex-anthropic', 'claude-sonnet-4@20250514')]);
    expect(written(model.endpoints)).toEqual(['vertex-anthropic claude-sonnet-4@20250514']);
  });

  test('with every endpoint disabled disables the model', async () => {
    const off = ['openai-chat', 'openai-responses', 'unified'].map((route) => named(route, 'gpt-5.1', false));
    expect(await modelWith(gpt, off)).toMatchObject({ enabled: false, endpoints: [] });
  });

  test('for a route that this version does not have is ignored', async () => {
    const model = await modelWith(gpt, [named('teleport')]);
    expect(model.endpoints.map(({ route }) => route)).toEqual(['openai-chat', 'openai-responses', 'unified']);
  });
});
