import type { Prompt } from '../answer/prompt.ts';
import type { Behaviour } from '../behaviour.ts';
import { type PromptBlock, sumTokens } from '../tokens/prompt-block.ts';
import type { CacheLedger } from './cache-ledger.ts';
import type { PromptCache } from './prompt-cache.ts';

/** Input tokens of a request: total, read from the cache, written to the cache. */
export type InputTokens = { readonly input: number; readonly cached: number; readonly written: number };

/** The request's route, and the caches. */
export type CacheContext = {
  readonly cache: PromptCache;
  readonly ledger: CacheLedger;
  readonly email: string;
  readonly route: string;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Counts a request's input as configured by the knobs, and serves it from the cache if its route has one. */
export function measureInput(prompt: Prompt, behaviour: Behaviour, context: CacheContext): InputTokens {
  const { input: source } = prompt;
  const counts = behaviour.counting === 'auto' ? source.counting : behaviour.counting;
  if (counts === 'naive') {
    const counted = Math.max(1, Math.ceil(prompt.textLength / 4));
    return { input: behaviour['input-tokens'] || counted, cached: behaviour['cached-tokens'], written: 0 };
  }
  const blocks = scale(source.blocks(), behaviour['token-factor']);
  const cached = serveFromCache(blocks, prompt, behaviour, context);
  return {
    input: behaviour['input-tokens'] || Math.max(1, sumTokens(blocks)),
    cached: behaviour['cached-tokens'] || cached.read,
    written: cached.written,
  };
}

function scale(blocks: readonly PromptBlock[], factor: number): readonly PromptBlock[] {
  return factor === 1 ? blocks : blocks.map((block) => ({ ...block, tokens: Math.ceil(block.tokens * factor) }));
}

function serveFromCache(
  blocks: readonly PromptBlock[],
  prompt: Prompt,
  behaviour: Behaviour,
  { cache, ledger, email, route, now }: CacheContext,
): { readonly read: number; readonly written: number } {
  const { terms, identify } = prompt.input;
  if (terms === null || behaviour.cache === 'off') return { read: 0, written: 0 };
  const { conversation, opening } = identify();
  const result = cache.visit({
    email,
    route,
    model: prompt.model,
    blocks,
    terms: { ...terms, minimum: behaviour['cache-minimum'] || terms.minimum },
    conversation,
    seconds: behaviour['cache-ttl'],
    now,
  });
  ledger.add({ ...result, email, route, model: prompt.model, conversation, opening });
  return result;
}
