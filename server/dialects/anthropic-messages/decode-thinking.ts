import type { ReasoningOptions } from '../../conversation/request.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { withoutNulls } from '../../lib/without-nulls.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { WireRequest } from './schema.ts';

/** In tokens. Claude cannot think within less: it is the minimum of a budget, which has to be below `max_tokens`. */
const minLimitForThinking = 1024;

/**
 * Decodes the settings for thinking; undefined if the request does not mention it, which means no thinking. An effort
 * alone also concerns models that reason anyway. Within a small limit, such models would only reason and not answer, so
 * they should do as little of it as they can.
 */
export function decodeThinking({
  thinking,
  output_config: config,
  max_tokens: limit,
}: ThinkingMembers): ReasoningOptions | undefined {
  const effort = config?.effort ?? undefined;
  if (thinking === null || thinking === undefined) {
    const isSmall = limit !== null && limit !== undefined && limit <= minLimitForThinking;
    const wanted = effort ?? (isSmall ? 'none' : undefined);
    return wanted === undefined ? undefined : { mode: 'default', effort: wanted, shown: false };
  }
  if (thinking.type === 'disabled' || thinking.type === 'between_tools') return { mode: 'off' };
  const budget = thinking.type === 'enabled' ? (thinking.budget_tokens ?? undefined) : undefined;
  return {
    mode: thinking.type === 'enabled' ? 'on' : 'adaptive',
    ...withoutUndefined({ budget, effort }),
    ...shownOf(thinking.display),
  };
}

type ThinkingMembers = Partial<Pick<WireRequest, 'thinking' | 'output_config' | 'max_tokens'>>;

function shownOf(display: string | null | undefined): { readonly shown?: boolean } {
  if (display === 'summarized') return { shown: true };
  return display === 'omitted' ? { shown: false } : {};
}

/** The members that the neutral language does not cover: other kinds of thinking and display, and unknown members. */
export function vendorThinking(thinking: WireRequest['thinking']): JsonRecord {
  if (thinking === null || thinking === undefined) return {};
  const {
    type,
    budget_tokens: _budget,
    display,
    ...members
  } = { budget_tokens: undefined, display: null, ...thinking };
  return withoutNulls({
    ...members,
    ...(type === 'between_tools' && { type }),
    ...(display !== 'summarized' && display !== 'omitted' && { display }),
  });
}
