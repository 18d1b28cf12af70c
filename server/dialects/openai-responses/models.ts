import { type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { ListedModel, RequestHead } from '../dialect.ts';

/** codex asks with its version, and wants `{models: […]}` in place of a list. */
export function isCodex({ query }: RequestHead): boolean {
  return query.has('client_version');
}

/** What codex reads of a model; what it does not know it takes from its own defaults. */
export function encodeCodexModels(models: readonly ListedModel[]): ByteString {
  return encodeJson({
    models: models.map((model) => ({
      slug: model.id,
      display_name: model.displayName,
      context_window: model.contextWindow,
      max_output_tokens: model.maxOutputTokens,
    })),
  });
}
