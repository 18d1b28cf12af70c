import type { ReasoningPart } from '../../conversation/message.ts';
import { defaultEffort, reasoningOfEffort } from '../../conversation/reasoning-effort.ts';
import type { ReasoningOptions } from '../../conversation/request.ts';
import { toPlainNumber } from '../../lib/exact-json.ts';
import { asList, isRecord, type JsonRecord, readText } from '../../lib/json.ts';

/**
 * Decodes `reasoning`, which OpenRouter has in addition to `reasoning_effort`
 * (https://openrouter.ai/docs/use-cases/reasoning-tokens): an effort, a budget of tokens, or a switch.
 *
 * @returns undefined for anything else
 */
export function readReasoningOptions(value: unknown): ReasoningOptions | undefined {
  if (!isRecord(value)) return undefined;
  const { effort, enabled, exclude } = value;
  const budget = toPlainNumber(value.max_tokens);
  const shown = exclude === true ? { shown: false } : {};
  if (enabled === false) return { mode: 'off' };
  if (typeof effort === 'string') return { ...reasoningOfEffort(effort), ...shown };
  if (typeof budget === 'number' && Number.isInteger(budget) && budget >= 0) {
    return budget === 0 ? { mode: 'off' } : { mode: 'on', budget, ...shown };
  }
  return enabled === true ? { ...reasoningOfEffort(defaultEffort), ...shown } : undefined;
}

/** True for a `reasoning` that is a wish, or that has only its members and asks for nothing. */
export function isReasoningOptions(value: unknown): boolean {
  if (readReasoningOptions(value) !== undefined) return true;
  return isRecord(value) && Object.keys(value).every((name) => optionMembers.has(name));
}

const optionMembers: ReadonlySet<string> = new Set(['effort', 'max_tokens', 'enabled', 'exclude', 'summary']);

/**
 * Decodes a part with earlier reasoning, as other APIs and clients write it: `thinking` with a text or with texts
 * (https://docs.mistral.ai/capabilities/reasoning), `reasoning` and `reasoning_text`.
 *
 * @returns undefined for another part
 */
export function readReasoningPart(part: JsonRecord): ReasoningPart | undefined {
  if (typeof part.type !== 'string' || !reasoningTypes.has(part.type)) return undefined;
  const texts = asList(part.thinking ?? part.reasoning ?? part.text).map((piece) =>
    isRecord(piece) ? (readText(piece.text) ?? '') : (readText(piece) ?? ''),
  );
  return { type: 'reasoning', text: texts.join('') };
}

const reasoningTypes: ReadonlySet<string> = new Set(['thinking', 'reasoning', 'reasoning_text']);
