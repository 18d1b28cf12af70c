import { budgetOfEffort } from '../../conversation/reasoning-effort.ts';
import type { ReasoningOptions } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { ownEntry } from '../../lib/own-entry.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { ClaudeTraits } from './claude-models.ts';
import type { WireMessage } from './encode-messages.ts';

/** Claude's minimum, in tokens. */
const minBudget = 1024;

/** Values of `output_config.effort`, whose lowest one is `low`. */
const efforts: Readonly<Record<string, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
};

export interface ThinkingContext {
  readonly traits: ClaudeTraits;
  /** The model's limit on output tokens. */
  readonly ceiling: number;
  /** The client's limit on output tokens. */
  readonly maxOutputTokens: number | undefined;
  /** True if the tool choice forces a call. */
  readonly forced: boolean;
  readonly turns: readonly WireMessage[];
  readonly notes: TranslationLog;
}

export interface EncodedThinking {
  readonly maxTokens: number;
  readonly thinking?: JsonRecord;
  /** For `output_config`. */
  readonly effort?: string;
  /** True if Claude will think, which restricts the sampling parameters. */
  readonly thinks: boolean;
}

/** Encodes the settings for thinking and the limit on output tokens. A budget is always less than `max_tokens`. */
export function encodeThinking(reasoning: ReasoningOptions | undefined, context: ThinkingContext): EncodedThinking {
  const maxTokens = boundTokens(context);
  const { traits, notes } = context;
  if (reasoning === undefined || reasoning.mode === 'default') return { maxTokens, thinks: traits.thinksByDefault };
  if (reasoning.mode === 'off') return { maxTokens, ...switchOff(traits, notes) };
  const byBudget = traits.thinking === 'budget' || (traits.thinking === 'either' && reasoning.budget !== undefined);
  const obstacle = obstacleTo(byBudget, context);
  if (obstacle !== undefined) {
    notes.dropped('reasoning', obstacle);
    return { maxTokens, thinks: false };
  }
  const display = reasoning.shown === undefined ? {} : { display: reasoning.shown ? 'summarized' : 'omitted' };
  if (byBudget) return { ...encodeBudget(reasoning, display, maxTokens, context), thinks: true };
  if (reasoning.budget !== undefined) notes.changed('reasoning', 'This model does not support a budget for thinking.');
  const effort = reasoning.effort === undefined ? undefined : ownEntry(efforts, reasoning.effort);
  return {
    maxTokens,
    thinking: { type: 'adaptive', ...display },
    ...withoutUndefined({ effort }),
    thinks: true,
  };
}

function boundTokens({ maxOutputTokens, ceiling, notes }: ThinkingContext): number {
  if (maxOutputTokens === undefined) return ceiling;
  if (maxOutputTokens <= ceiling) return maxOutputTokens;
  notes.changed('max_tokens', `This model's limit is ${ceiling} tokens.`);
  return ceiling;
}

function switchOff(traits: ClaudeTraits, notes: TranslationLog): Pick<EncodedThinking, 'thinking' | 'thinks'> {
  if (!traits.thinksByDefault) return { thinks: false };
  if (traits.thinkingCanBeOff) return { thinking: { type: 'disabled' }, thinks: false };
  notes.dropped('reasoning', 'This model always thinks.');
  return { thinks: true };
}

/** The reason why Claude would reject thinking, if any. */
function obstacleTo(byBudget: boolean, { traits, forced, turns }: ThinkingContext): string | undefined {
  if (traits.thinking === 'none') return 'This model does not think.';
  if (forced) return 'Claude cannot think if a tool call is forced.';
  if (byBudget && !beginsWithThinking(turns)) {
    return 'Claude cannot think in a turn that began without signed thinking.';
  }
  return undefined;
}

/**
 * True if the assistant's current turn (everything after the last user message other than tool results) begins with
 * thinking or has not begun. Only thinking with a budget requires this.
 */
function beginsWithThinking(turns: readonly WireMessage[]): boolean {
  const isPrompt = ({ role, content }: WireMessage) =>
    role === 'user' && !content.some((block) => block.type === 'tool_result');
  const opening = turns[turns.findLastIndex(isPrompt) + 1]?.content[0];
  return opening === undefined || opening.type === 'thinking' || opening.type === 'redacted_thinking';
}

function encodeBudget(
  { budget: requested, effort }: ReasoningOptions,
  display: JsonRecord,
  maxTokens: number,
  { maxOutputTokens, ceiling, notes }: ThinkingContext,
): Pick<EncodedThinking, 'maxTokens' | 'thinking'> {
  const wanted = Math.max(minBudget, requested ?? budgetOfEffort(effort ?? 'medium'));
  const encode = (budget: number, tokens: number) => ({
    maxTokens: tokens,
    thinking: { type: 'enabled', budget_tokens: budget, ...display },
  });
  if (wanted < maxTokens) return encode(wanted, maxTokens);
  // Leave at least a quarter for the answer.
  const fitting = Math.floor((maxTokens * 3) / 4);
  if (fitting >= minBudget) {
    if (requested !== undefined) notes.changed('reasoning', 'The budget was lowered to fit within max_tokens.');
    return encode(fitting, maxTokens);
  }
  notes.changed('max_tokens', `Thinking requires at least ${minBudget} tokens; max_tokens was raised by that amount.`);
  return encode(minBudget, Math.min(ceiling, minBudget + (maxOutputTokens ?? maxTokens)));
}
