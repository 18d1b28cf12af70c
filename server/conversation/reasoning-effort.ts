import type { ReasoningWish } from './request.ts';

/**
 * Efforts and the share of tokens that vendors give them, least first (OpenRouter's table, which most gateways follow:
 * https://openrouter.ai/docs/use-cases/reasoning-tokens).
 */
const shares: readonly (readonly [effort: string, budget: number])[] = [
  ['minimal', 1_024],
  ['low', 4_096],
  ['medium', 16_384],
  ['high', 32_768],
  ['xhigh', 49_152],
  ['max', 65_536],
];

const usualBudget = 16_384;

/** About how many tokens an effort is worth; a word that nobody knows counts as medium. */
export function budgetOfEffort(effort: string): number {
  return shares.find(([name]) => name === effort)?.[1] ?? usualBudget;
}

/** The least effort that covers a budget of tokens. */
export function effortOfBudget(tokens: number): string {
  return shares.find(([, budget]) => tokens <= budget)?.[0] ?? 'max';
}

/** The effort that a wish amounts to; undefined when it names none. */
export function effortOf(wish: ReasoningWish): string | undefined {
  if (wish.effort !== undefined) return wish.effort;
  if (wish.mode === 'off') return 'none';
  return wish.budget === undefined ? undefined : effortOfBudget(wish.budget);
}

/** What an effort in OpenAI's words wishes for. */
export function wishOfEffort(effort: string): ReasoningWish {
  return { mode: effort === 'none' ? 'off' : 'on', effort };
}
