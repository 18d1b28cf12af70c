import type { Migration } from './migration.ts';

/** Built-in models that used to be disabled by default. */
const offBefore = [
  'anthropic:claude-sonnet-4-5@20250929',
  'anthropic:claude-haiku-4-5@20251001',
  'anthropic:claude-opus-4-5@20251101',
  'anthropic:claude-sonnet-4-6',
  'bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0',
  'bedrock:anthropic.claude-haiku-4-5-20251001-v1:0',
  'bedrock:anthropic.claude-opus-4-5-20251101-v1:0',
  'google:gemini-2.5-pro',
  'google:gemini-2.5-flash',
  'google:gemini-3-flash-preview',
  'openai:gpt-5-2025-08-07',
  'openai:gpt-5.1',
  'openai:gpt-5.2-latest',
  'openai:gpt-5.2-codex',
  'openai:gpt-5.4-2026-03-05',
];

/**
 * All built-in models are enabled by default from now on. In existing databases, the models that were disabled stay
 * disabled.
 */
export const modelsOn: Migration = {
  name: '003-models-on',
  async upgrade(db) {
    const last = await db
      .selectFrom('models')
      .select((builder) => builder.fn.max('position').as('position'))
      .executeTakeFirst();
    const rows = offBefore.map((id, index) => ({
      id,
      position: (last?.position ?? 0) + 1 + index,
      enabled: 0,
      custom: 0,
      aliases: '[]',
      fallbacks: '[]',
      overrides: '{}',
    }));
    await db
      .insertInto('models')
      .values(rows)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  },
};
