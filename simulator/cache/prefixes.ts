import { createHash } from 'node:crypto';
import type { PromptBlock } from '../tokens/prompt-block.ts';

const hashLength = 22;

/** The prompt up to the end of one block. */
export type Prefix = {
  /** Hash of the content of all blocks up to here. */
  readonly hash: string;
  readonly tokens: number;
  readonly breakpoint: PromptBlock['breakpoint'];
};

/**
 * The prefixes of a prompt, one for each block, shortest first. `withSettings` says whether requests with other
 * settings have other prefixes.
 */
export function prefixesOf(blocks: readonly PromptBlock[], withSettings: boolean): readonly Prefix[] {
  let hash = '';
  let tokens = 0;
  return blocks.map((block) => {
    const setting = withSettings ? (block.setting ?? '') : '';
    const digest = createHash('sha256').update(`${hash}\n${setting}\n`).update(block.content).digest('base64url');
    hash = digest.slice(0, hashLength);
    tokens += block.tokens;
    return { hash, tokens, breakpoint: block.breakpoint };
  });
}
