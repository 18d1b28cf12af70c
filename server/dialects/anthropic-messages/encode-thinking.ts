import { budgetOfEffort } from '../../conversation/reasoning-effort.ts';
import type { ReasoningWish } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { ownEntry } from '../../lib/own-entry.ts';
import type { ClaudeTraits } from './claude-models.ts';
import type { WireMessage } from './encode-messages.ts';

/** Tokens: the least that Claude thinks with. */
const leastBudget = 1024;

/** `output_config.effort` has no word below `low`. */
const effortWords: Readonly<Record<string, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'max',
};

export interface ThinkingContext {
  readonly traits: ClaudeTraits;
  /** The most tokens that the model answers with. */
  readonly ceiling: number;
  /** What the client bounds the answer to. */
  readonly maxOutputTokens: number | undefined;
  /** The answer must be a call. */
  readonly forced: boolean;
  readonly turns: readonly WireMessage[];
  readonly notes: TranslationLog;
}

export interface EncodedThinking {
  readonly maxTokens: number;
  readonly thinking?: JsonRecord;
  /** For `output_config`. */
  readonly effort?: string;
  /** True when Claude will think, so that the sampling has to suit it. */
  readonly thinks: boolean;
}

/** How the model is to think, and how much it may write: a budget stays below `max_tokens`. */
export function encodeThinking(wish: ReasoningWish | undefined, context: ThinkingContext): EncodedThinking {
  const maxTokens = boundTokens(context);
  const { traits, notes } = context;
  if (wish === undefined) return { maxTokens, thinks: traits.thinksByDefault };
  if (wish.mode === 'off') return { maxTokens, ...switchOff(traits, notes) };
  const byBudget = traits.thinking === 'budget' || (traits.thinking === 'either' && wish.budget !== undefined);
  const obstacle = obstacleTo(byBudget, context);
  if (obstacle !== undefined) {
    notes.dropped('reasoning', obstacle);
    return { maxTokens, thinks: false };
  }
  const display = wish.shown === undefined ? {} : { display: wish.shown ? 'summarized' : 'omitted' };
  if (byBudget) return { ...encodeBudget(wish, display, maxTokens, context), thinks: true };
  if (wish.budget !== undefined) notes.changed('reasoning', 'This model decides itself how much it thinks.');
  const effort = wish.effort === undefined ? undefined : ownEntry(effortWords, wish.effort);
  return {
    maxTokens,
    thinking: { type: 'adaptive', ...display },
    ...(effort !== undefined && { effort }),
    thinks: true,
  };
}

function boundTokens({ maxOutputTokens, ceiling, notes }: ThinkingContext): number {
  if (maxOutputTokens === undefined) return ceiling;
  if (maxOutputTokens <= ceiling) return maxOutputTokens;
  notes.changed('max_tokens', `This model answers with ${ceiling} tokens at most.`);
  return ceiling;
}

function switchOff(traits: ClaudeTraits, notes: TranslationLog): Pick<EncodedThinking, 'thinking' | 'thinks'> {
  if (!traits.thinksByDefault) return { thinks: false };
  if (traits.thinkingCanBeOff) return { thinking: { type: 'disabled' }, thinks: false };
  notes.dropped('reasoning', 'This model always thinks.');
  return { thinks: true };
}

/** Why Claude would refuse to think. */
function obstacleTo(byBudget: boolean, { traits, forced, turns }: ThinkingContext): string | undefined {
  if (traits.thinking === 'none') return 'This model does not think.';
  if (forced) return 'Claude does not think when the answer must be a call.';
  if (byBudget && !beginsWithThinking(turns)) {
    return 'Claude does not think in a turn that it began without signed thinking.';
  }
  return undefined;
}

/**
 * True when the assistant's turn that is still under way (behind the last words of the user, results apart) begins with
 * thinking, or has not begun. Only thinking by budget wants that.
 */
function beginsWithThinking(turns: readonly WireMessage[]): boolean {
  const isWords = ({ role, content }: WireMessage) =>
    role === 'user' && !content.some((block) => block.type === 'tool_result');
  const opening = turns[turns.findLastIndex(isWords) + 1]?.content[0];
  return opening === undefined || opening.type === 'thinking' || opening.type === 'redacted_thinking';
}

function encodeBudget(
  { budget: asked, effort }: ReasoningWish,
  display: JsonRecord,
  maxTokens: number,
  { maxOutputTokens, ceiling, notes }: ThinkingContext,
): Pick<EncodedThinking, 'maxTokens' | 'thinking'> {
  const wanted = Math.max(leastBudget, asked ?? budgetOfEffort(effort ?? 'medium'));
  const encode = (budget: number, tokens: number) => ({
    maxTokens: tokens,
    thinking: { type: 'enabled', budget_tokens: budget, ...display },
  });
  if (wanted < maxTokens) return encode(wanted, maxTokens);
  // A quarter at least is for the answer.
  const fitting = Math.floor((maxTokens * 3) / 4);
  if (fitting >= leastBudget) {
    if (asked !== undefined) notes.changed('reasoning', 'The budget was lowered to fit below the bound of the answer.');
    return encode(fitting, maxTokens);
  }
  notes.changed('max_tokens', `Claude thinks with ${leastBudget} tokens at least: the bound was raised by as many.`);
  return encode(leastBudget, Math.min(ceiling, leastBudget + (maxOutputTokens ?? maxTokens)));
}
