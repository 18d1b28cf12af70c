import { createHash } from 'node:crypto';
import type { PromptBlock } from '../tokens/prompt-block.ts';

/** The prompt up to the end of one block. */
export type Prefix = {
  /** Stands for the content of all blocks up to here. */
  readonly hash: string;
  readonly tokens: number;
  readonly breakpoint: PromptBlock['breakpoint'];
};

/** The prefixes of a prompt, one for each block, shortest first. */
export function prefixesOf(blocks: readonly PromptBlock[]): readonly Prefix[] {
  let hash = '';
  let tokens = 0;
  return blocks.map((block) => {
    hash = createHash('sha256').update(hash).update('\n').update(block.content).digest('base64url').slice(0, 22);
    tokens += block.tokens;
    return { hash, tokens, breakpoint: block.breakpoint };
  });
}
