import { expect, test } from 'vitest';
import { encodeCodexModels } from './models.ts';

const model = {
  id: 'anthropic:claude-sonnet-4-5@20250929',
  created: 1_729_555_200,
  ownedBy: 'anthropic',
  displayName: 'Claude',
  contextWindow: 200_000,
  maxOutputTokens: 64_000,
  thinking: true,
};

/** What Codex 0.98 to 0.171 requires of each model; it rejects the whole list otherwise. */
const required = {
  slug: expect.any(String),
  display_name: expect.any(String),
  supported_reasoning_levels: expect.any(Array),
  shell_type: 'shell_command',
  visibility: 'list',
  supported_in_api: true,
  priority: expect.any(Number),
  base_instructions: expect.stringContaining('coding agent'),
  supports_reasoning_summaries: expect.any(Boolean),
  support_verbosity: expect.any(Boolean),
  truncation_policy: { mode: 'tokens', limit: expect.any(Number) },
  supports_parallel_tool_calls: true,
  experimental_supported_tools: [],
};

test('Codex gets all that it requires of a model, its context window and its efforts', () => {
  const { models } = JSON.parse(encodeCodexModels([model, { ...model, id: 'other', thinking: false }]));
  expect(models).toMatchObject([
    {
      ...required,
      slug: model.id,
      context_window: 200_000,
      supported_reasoning_levels: ['low', 'medium', 'high'].map((effort) => ({
        effort,
        description: expect.any(String),
      })),
    },
    { ...required, slug: 'other', priority: 1, supported_reasoning_levels: [] },
  ]);
});

test('a context window that nobody knows is left to Codex', () => {
  const { models } = JSON.parse(encodeCodexModels([{ ...model, contextWindow: null }]));
  expect(models).toMatchObject([{ ...required, context_window: null }]);
});
