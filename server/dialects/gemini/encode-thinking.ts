import { budgetOfEffort } from '../../conversation/reasoning-effort.ts';
import type { ConversationRequest, ReasoningOptions } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { ownEntry } from '../../lib/own-entry.ts';
import type { GeminiThinking, ThinkingLevel } from './model-traits.ts';

/**
 * Encodes `thinkingConfig` for a model.
 *
 * @returns undefined if it is to be omitted
 */
export function encodeThinking(
  { reasoning, maxOutputTokens }: Pick<ConversationRequest, 'reasoning' | 'maxOutputTokens'>,
  thinking: GeminiThinking,
  notes: TranslationLog,
): JsonRecord | undefined {
  if (reasoning === undefined) return undefined;
  if (thinking.type === 'none') {
    if (!isOff(reasoning)) notes.dropped('reasoning', 'This model does not think.');
    return undefined;
  }
  if (isOff(reasoning)) return switchedOff(reasoning, thinking, notes);
  const shown = { includeThoughts: reasoning.shown !== false };
  if (thinking.type === 'level' && reasoning.effort !== undefined) {
    return { ...shown, thinkingLevel: nearestLevel(reasoning.effort, thinking.levels) };
  }
  const budget = budgetOf(reasoning, thinking, maxOutputTokens);
  if (budget === undefined) return shown;
  if (reasoning.budget !== undefined && reasoning.budget !== budget) {
    notes.changed('reasoning', `The budget was adjusted to the model's range: ${budget} tokens.`);
  }
  return { ...shown, thinkingBudget: budget };
}

function isOff(reasoning: ReasoningOptions): boolean {
  return reasoning.mode === 'off' || reasoning.effort === 'none' || reasoning.budget === 0;
}

/** Adds no note if the client did not ask for it itself. */
function switchedOff(
  { mode }: ReasoningOptions,
  thinking: Exclude<GeminiThinking, { type: 'none' }>,
  notes: TranslationLog,
): JsonRecord {
  if (thinking.type === 'budget' && thinking.canBeOff) return { thinkingBudget: 0 };
  if (mode !== 'default') notes.changed('reasoning', 'This model always thinks; the minimum is used.');
  return thinking.type === 'budget' ? { thinkingBudget: thinking.minimum } : { thinkingLevel: thinking.levels[0] };
}

const levelOfEffort: Readonly<Record<string, ThinkingLevel>> = {
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};
const levelOrder: readonly ThinkingLevel[] = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'];

/** True for an effort that is one of the model's levels. */
export function isLevelOf(thinking: GeminiThinking, effort: string): boolean {
  return thinking.type === 'level' && thinking.levels.some((level) => level === effort.toUpperCase());
}

/** The lowest of the model's levels that covers an effort. */
function nearestLevel(effort: string, levels: readonly ThinkingLevel[]): ThinkingLevel | undefined {
  const wanted = levelOrder.indexOf(ownEntry(levelOfEffort, effort.toLowerCase()) ?? 'MEDIUM');
  return levels.find((level) => levelOrder.indexOf(level) >= wanted) ?? levels.at(-1);
}

/** Gemini's value for a budget chosen by the model. */
const dynamicBudget = -1;

/** @returns undefined for the model's default */
function budgetOf(
  reasoning: ReasoningOptions,
  thinking: Exclude<GeminiThinking, { type: 'none' }>,
  maxOutputTokens: number | undefined,
): number | undefined {
  const minimum = thinking.type === 'budget' ? thinking.minimum : 1;
  const clamp = (tokens: number) => Math.min(Math.max(tokens, minimum), thinking.maximum);
  if (reasoning.budget !== undefined) return clamp(reasoning.budget);
  if (reasoning.effort !== undefined) {
    const budget = budgetOfEffort(reasoning.effort.toLowerCase());
    // Thoughts count toward the limit on output tokens, so half of it is reserved for the answer.
    const available = maxOutputTokens === undefined ? budget : Math.floor(maxOutputTokens / 2);
    return clamp(Math.min(budget, available));
  }
  return reasoning.mode === 'adaptive' ? dynamicBudget : undefined;
}
