import type { CatalogueRoute } from '../endpoints.ts';

function route(name: string, dialect: string, models: RegExp, relaysAnswers = true): CatalogueRoute {
  return { name, dialect, relaysAnswers, servesModel: (model) => models.test(model) };
}

/** Routes like the upstream's, in order of preference. */
export const testRoutes: readonly CatalogueRoute[] = [
  route('vertex-anthropic', 'anthropic-messages', /^claude-/),
  route('bedrock-anthropic', 'anthropic-messages', /^anthropic\./),
  route('vertex-gemini', 'gemini', /^gemini-/),
  route('gemini-chat', 'openai-chat', /^gemini-/, false),
  route('openai-chat', 'openai-chat', /^(?:gpt-|o\d)/),
  route('openai-responses', 'openai-responses', /^(?:gpt-|o\d)/),
  { ...route('unified', 'openai-chat', /^/, false), lastResort: true },
];
