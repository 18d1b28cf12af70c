import type { PromptCaching } from '../../conversation/prompt-caching.ts';
import type { EncodingTarget } from '../dialect.ts';

/** The target of a Messages body. */
export interface MessagesTarget extends EncodingTarget {
  /**
   * Members that the model was observed to reject (`output_config`), and types of blocks and tools
   * (`tools[].type=web_search_20250305`). They are replaced by alternatives, if there are any.
   */
  readonly refusedMembers: ReadonlySet<string>;
  /** Default: `client`. */
  readonly promptCaching?: PromptCaching;
}

/** The types of blocks and tools among the refused members. */
export function refusedTypesIn({ refusedMembers }: Pick<MessagesTarget, 'refusedMembers'>): ReadonlySet<unknown> {
  const types = new Set<unknown>();
  for (const path of refusedMembers) {
    const type = /\.type=(.+)$/.exec(path)?.[1];
    if (type !== undefined) types.add(type);
  }
  return types;
}
