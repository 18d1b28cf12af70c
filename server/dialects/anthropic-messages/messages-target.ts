import type { PromptCaching } from '../../conversation/prompt-caching.ts';
import type { EncodingTarget } from '../dialect.ts';

/** The target of a Messages body. */
export interface MessagesTarget extends EncodingTarget {
  /** The model's maximum output tokens, because the API requires `max_tokens`; null if unknown. */
  readonly maxOutputTokens: number | null;
  /**
   * Members that the model was observed to reject (`output_config`), and types of blocks and tools
   * (`tools[].type=web_search_20250305`). They are replaced by alternatives, if there are any.
   */
  readonly refusedMembers: ReadonlySet<string>;
  /** Default: `client`. */
  readonly promptCaching?: PromptCaching;
}

const typeMarker = '.type=';

/** The types of blocks and tools among the refused members. */
export function refusedTypesIn({ refusedMembers }: Pick<MessagesTarget, 'refusedMembers'>): ReadonlySet<unknown> {
  const types = new Set<unknown>();
  for (const path of refusedMembers) {
    const start = path.indexOf(typeMarker);
    if (start !== -1) types.add(path.slice(start + typeMarker.length));
  }
  return types;
}
