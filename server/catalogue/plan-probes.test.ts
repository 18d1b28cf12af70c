import { expect, test } from 'vitest';
import { createCatalogue } from './catalogue.ts';
import { planProbes } from './plan-probes.ts';
import { testRoutes } from './testing/routes.ts';

const catalogueOf = (settings: Parameters<typeof createCatalogue>[0]['list']) =>
  createCatalogue({ list: settings }, testRoutes);

test('each route is tested with its cheapest model, at its price', () => {
  const plans = planProbes(catalogueOf(async () => []).list(), testRoutes);
  expect(plans.map(({ route, model, endpoint }) => [route, model, endpoint.upstreamModel])).toEqual([
    ['vertex-anthropic', 'anthropic:claude-haiku-4-5@20251001', 'claude-haiku-4-5@20251001'],
    ['bedrock-anthropic', 'anthropic:claude-haiku-4-5@20251001', 'anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['vertex-gemini', 'google:gemini-2.0-flash-001', 'gemini-2.0-flash-001'],
    ['gemini-chat', 'google:gemini-2.0-flash-001', 'gemini-2.0-flash-001'],
    ['openai-chat', 'openai:gpt-5-2025-08-07', 'gpt-5-2025-08-07'],
    ['openai-responses', 'openai:gpt-5-2025-08-07', 'gpt-5-2025-08-07'],
    ['unified', 'google:gemini-2.0-flash-001', 'gemini-2.0-flash-001'],
  ]);
  for (const { dollars } of plans) expect(dollars).toBeLessThan(0.001);
});

test('a route without models is not tested, a route whose models have no price is', async () => {
  const off = { enabled: false, custom: false, aliases: [], fallbacks: [] };
  const openai = catalogueOf(async () => [])
    .list()
    .filter(({ id }) => id.startsWith('openai:'))
    .map(({ id }) => ({ ...off, id, enabled: id === 'openai:gpt-5.6-luna' }));
  const google = catalogueOf(async () => [])
    .list()
    .filter(({ id }) => id.startsWith('google:'))
    .map(({ id }) => ({ ...off, id }));
  const catalogue = catalogueOf(async () => [...openai, ...google]);
  await catalogue.reload();
  const plans = planProbes(catalogue.list(), testRoutes);
  expect(plans.map(({ route }) => route)).not.toContain('vertex-gemini');
  expect(plans.find(({ route }) => route === 'openai-chat')).toMatchObject({
    model: 'openai:gpt-5.6-luna',
    dollars: null,
  });
});
