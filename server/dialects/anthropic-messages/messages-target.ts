import type { PromptCaching } from '../../conversation/prompt-caching.ts';
import type { EncodingTarget } from '../dialect.ts';

/** The target of a Messages body. */
export interface MessagesTarget extends EncodingTarget {
  /**
   * Members that the model was observed to reject (`output_config`). They are replaced by alternatives, if there are
   * any.
   */
  readonly refusedMembers: ReadonlySet<string>;
  /** Default: `client`. */
  readonly promptCaching?: PromptCaching;
}
