import type { ModelEntry } from '../../server/catalogue/catalogue.ts';
import type { UpstreamRoute } from '../../server/upstream/routes/route.ts';

/** One model id per form that routes serve. */
const upstreamModels = [
  'claude-sonnet-4@20250514',
  'anthropic.claude-sonnet-4-20250514-v1:0',
  'gemini-2.5-pro',
  'gpt-5-2025-08-07',
];

/** A model served by a route. */
export function modelOf(route: UpstreamRoute): ModelEntry {
  const upstreamModel = upstreamModels.find((model) => route.servesModel(model)) ?? 'claude-sonnet-4@20250514';
  return {
    id: 'golden',
    vendor: 'golden',
    ownedBy: 'golden',
    created: 0,
    displayName: 'Golden',
    endpoints: [{ route: route.name, upstreamModel, relaysTo: undefined }],
    fixedOrder: false,
    knownEndpoints: [],
    enabled: true,
    source: 'builtin',
    contextWindow: 200_000,
    maxOutputTokens: 64_000,
    prices: null,
    thinking: true,
    aliases: [],
    fallbacks: [],
  };
}
