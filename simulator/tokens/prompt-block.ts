/**
 * A part of a request in the order in which the model reads it: tools, system, messages. Its content identifies
 * it. A breakpoint caches the prefix up to and including it for a number of seconds.
 */
export type PromptBlock = {
  readonly content: string;
  readonly tokens: number;
  readonly breakpoint: { readonly seconds: number } | null;
  /** Request settings that invalidate the vendor's cache from this block on. A perfect cache ignores them. */
  readonly setting?: string;
};

/** A block without a breakpoint. */
export function plainBlock(content: string, tokens: number): PromptBlock {
  return { content, tokens, breakpoint: null };
}

/** Tokens of all blocks. */
export function sumTokens(blocks: readonly PromptBlock[]): number {
  return blocks.reduce((sum, { tokens }) => sum + tokens, 0);
}
