import type { ReasoningOptions } from './request.ts';

/**
 * Reasoning budgets of efforts in tokens, smallest first. From OpenRouter's table, which most gateways follow:
 * https://openrouter.ai/docs/use-cases/reasoning-tokens.
 */
const budgets: readonly (readonly [effort: string, budget: number])[] = [
  ['minimal', 1_024],
  ['low', 4_096],
  ['medium', 16_384],
  ['high', 32_768],
  ['xhigh', 49_152],
  ['max', 65_536],
];

const defaultBudget = 16_384;

/** The reasoning budget of an effort in tokens. An unknown effort counts as medium. */
export function budgetOfEffort(effort: string): number {
  return budgets.find(([name]) => name === effort)?.[1] ?? defaultBudget;
}

/** The lowest effort that covers a budget of tokens. */
export function effortOfBudget(tokens: number): string {
  return budgets.find(([, budget]) => tokens <= budget)?.[0] ?? 'max';
}

/** The effort that a client asks for; undefined if its request names neither an effort nor a budget. */
export function effortOf(reasoning: ReasoningOptions): string | undefined {
  if (reasoning.effort !== undefined) return reasoning.effort;
  if (reasoning.mode === 'off') return 'none';
  return reasoning.budget === undefined ? undefined : effortOfBudget(reasoning.budget);
}

/** The effort if a client wants reasoning and names none. */
export const defaultEffort = 'medium';

/** Converts an effort as OpenAI names it, or as other gateways do: LiteLLM turns reasoning off by `disable`. */
export function reasoningOfEffort(written: string): ReasoningOptions {
  const effort = written.toLowerCase();
  if (noEfforts.has(effort)) return { mode: 'off', effort: 'none' };
  return anyEfforts.has(effort) ? { mode: 'adaptive' } : { mode: 'on', effort };
}

/** False for other gateways' names and spellings of efforts, and for an empty one. */
export function isOwnEffort(effort: string): boolean {
  return effort !== '' && reasoningOfEffort(effort).effort === effort;
}

const noEfforts: ReadonlySet<string> = new Set(['none', 'off', 'disable', 'disabled']);
/** The model decides. */
const anyEfforts: ReadonlySet<string> = new Set(['auto', 'default', 'dynamic']);
