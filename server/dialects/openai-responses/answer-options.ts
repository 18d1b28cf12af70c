import type { JsonRecord } from '../../lib/json.ts';
import type { Vault } from '../../lib/secrets.ts';
import type { KeepingOptions } from './kept-response.ts';
import type { ToolNames } from './tool-names.ts';

/** The format of the answer that the request asked for. */
export interface ResponsesAnswerOptions extends KeepingOptions {
  readonly names: ToolNames;
  /** Seals proofs of other vendors. */
  readonly vault: Vault;
  /** The members of the response that repeat the request. */
  readonly echo: JsonRecord;
  /** True if the client asked for summaries of reasoning. */
  readonly showsReasoning: boolean;
  /** True if the client stores proofs of reasoning and sends them back. */
  readonly givesProofs: boolean;
  /** Present if the answer is a summary and its output one compaction. @see compaction.ts */
  readonly compacts?: { readonly kept: readonly unknown[]; readonly vault: Vault };
}
