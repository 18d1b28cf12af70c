import { defaultEffort, reasoningOfEffort } from '../../conversation/reasoning-effort.ts';
import type { ReasoningOptions } from '../../conversation/request.ts';
import { toPlainNumber } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import type { ForeignMembers, ShapeReader } from '../dialect.ts';

/*
 * Other servers of OpenAI's APIs have members of their own that switch thinking on and off, and programs that were written
 * for them send these to every server.
 */

/** Reads these members in Chat Completions. */
export const thinkingSwitches: ShapeReader = {
  readPart: () => undefined,
  readTool: () => undefined,
  readMembers: (json): ForeignMembers => {
    const { names, reasoning } = readThinkingSwitches(json);
    return { names, system: [], settings: reasoning === undefined ? {} : { reasoning } };
  },
};

/**
 * Reads `thinking` (DeepSeek, Zhipu, Moonshot, Volcengine), `enable_thinking` with `thinking_budget` (Qwen,
 * SiliconFlow) and `chat_template_kwargs` (vLLM, SGLang).
 *
 * @returns the options from the first one with a valid value, and the names of the members that contain nothing else
 */
export function readThinkingSwitches(json: JsonRecord): {
  readonly names: readonly string[];
  readonly reasoning?: ReasoningOptions | undefined;
} {
  const { enable_thinking: enabled, chat_template_kwargs: template } = json;
  const budget = readBudget(json.thinking_budget);
  const byType = readType(json.thinking);
  const byFlag = typeof enabled === 'boolean' ? reasoningOptionsOf(enabled, budget) : undefined;
  const byBudget = budget === undefined ? undefined : reasoningOptionsOf(true, budget);
  const byTemplate = readTemplate(template);
  const names = [
    ...(byType === undefined ? [] : ['thinking']),
    ...(byFlag === undefined ? [] : ['enable_thinking']),
    ...(byBudget === undefined ? [] : ['thinking_budget']),
    ...(byTemplate !== undefined && Object.keys(Object(template)).length === 1 ? ['chat_template_kwargs'] : []),
  ];
  return { names, reasoning: byType ?? byFlag ?? byBudget ?? byTemplate };
}

function readType(thinking: unknown): ReasoningOptions | undefined {
  if (typeof thinking === 'boolean') return reasoningOptionsOf(thinking, undefined);
  if (typeof thinking === 'string') return readType({ type: thinking });
  if (!isRecord(thinking)) return undefined;
  switch (thinking.type) {
    case 'enabled':
      return reasoningOptionsOf(true, readBudget(thinking.budget_tokens));
    case 'disabled':
      return { mode: 'off' };
    case 'auto':
    case 'adaptive':
      return { mode: 'adaptive' };
    default:
      return undefined;
  }
}

function readTemplate(template: unknown): ReasoningOptions | undefined {
  if (!isRecord(template)) return undefined;
  const flag = template.enable_thinking ?? template.thinking;
  return typeof flag === 'boolean' ? reasoningOptionsOf(flag, undefined) : undefined;
}

/** @param budget in tokens */
function reasoningOptionsOf(enabled: boolean, budget: number | undefined): ReasoningOptions {
  if (!enabled || budget === 0) return { mode: 'off' };
  return budget === undefined ? reasoningOfEffort(defaultEffort) : { mode: 'on', budget };
}

/** @returns tokens */
function readBudget(written: unknown): number | undefined {
  const budget = toPlainNumber(written);
  return typeof budget === 'number' && Number.isInteger(budget) && budget >= 0 ? budget : undefined;
}
