import { type ByteString, encodeJson } from '../../lib/byte-string.ts';
import type { ListedModel, RequestHead } from '../dialect.ts';

/** Codex sends its version as a parameter, and expects `{models: […]}` instead of a list. */
export function isCodex({ query }: RequestHead): boolean {
  return query.has('client_version');
}

/** Encodes the members that Codex reads. For others, it uses its own defaults. */
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
