import { defaultEffort, reasoningOfEffort } from '../../conversation/reasoning-effort.ts';
import type { ReasoningOptions } from '../../conversation/request.ts';
import { toPlainNumber } from '../../lib/exact-json.ts';
import { isRecord } from '../../lib/json.ts';

/**
 * Decodes OpenRouter's `reasoning`, which it has in both of OpenAI's APIs
 * (https://openrouter.ai/docs/use-cases/reasoning-tokens): an effort, a budget of tokens, or a switch. Some programs
 * send the effort or the switch itself.
 *
 * @returns undefined for anything else
 */
export function readReasoningOptions(value: unknown): ReasoningOptions | undefined {
  const options = value === '' ? undefined : toReasoningOptions(value);
  if (!isRecord(options)) return undefined;
  const { effort, enabled, exclude } = options;
  const budget = toPlainNumber(options.max_tokens);
  const shown = exclude === true ? { shown: false } : {};
  if (enabled === false) return { mode: 'off' };
  if (typeof effort === 'string' && effort !== '') return { ...reasoningOfEffort(effort), ...shown };
  if (typeof budget === 'number' && Number.isInteger(budget) && budget >= 0) {
    return budget === 0 ? { mode: 'off' } : { mode: 'on', budget, ...shown };
  }
  return enabled === true ? { ...reasoningOfEffort(defaultEffort), ...shown } : undefined;
}

/** True for a `reasoning` in a form of OpenRouter, also one that sets no option. */
export function isReasoningOptions(value: unknown): boolean {
  if (readReasoningOptions(value) !== undefined) return true;
  return isRecord(value) && Object.keys(value).every((name) => optionMembers.has(name));
}

const optionMembers: ReadonlySet<string> = new Set(['effort', 'max_tokens', 'enabled', 'exclude', 'summary']);

/** Converts a switch or an effort alone to OpenRouter's form. @returns the same value otherwise */
export function toReasoningOptions(value: unknown): unknown {
  if (typeof value === 'boolean') return { enabled: value };
  return typeof value === 'string' ? { effort: value, enabled: true } : value;
}

/** The members that OpenAI does not have. */
const openrouterMembers = ['max_tokens', 'enabled', 'exclude'] as const;

/** True for a `reasoning` with members that OpenAI rejects. */
export function hasOpenrouterMembers(value: unknown): boolean {
  return isRecord(value) && openrouterMembers.some((name) => Object.hasOwn(value, name));
}
