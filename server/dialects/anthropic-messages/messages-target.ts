import type { PromptCaching } from '../../conversation/prompt-caching.ts';
import type { EncodingTarget } from '../dialect.ts';

/** For whom a Messages body is made. */
export interface MessagesTarget extends EncodingTarget {
  /** Members that the model was found to refuse (`output_config`): what they say is said in another way, if there is one. */
  readonly refusedMembers: ReadonlySet<string>;
  /** Absent: `client`. */
  readonly promptCaching?: PromptCaching;
}
