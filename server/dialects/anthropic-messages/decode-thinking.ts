import type { ReasoningWish } from '../../conversation/request.ts';
import type { JsonRecord } from '../../lib/json.ts';
import { withoutNulls } from './decode-block.ts';
import type { WireRequest } from './schema.ts';

/**
 * Decodes the settings for thinking; undefined if the request does not mention it, which means no thinking. An effort
 * alone also concerns models that reason anyway.
 */
export function decodeThinking({
  thinking,
  output_config: config,
}: Pick<WireRequest, 'thinking' | 'output_config'>): ReasoningWish | undefined {
  const effort = config?.effort ?? undefined;
  if (thinking === null || thinking === undefined) {
    return effort === undefined ? undefined : { mode: 'default', effort, shown: false };
  }
  if (thinking.type === 'disabled' || thinking.type === 'between_tools') return { mode: 'off' };
  return {
    mode: thinking.type === 'enabled' ? 'on' : 'adaptive',
    ...(thinking.type === 'enabled' && { budget: thinking.budget_tokens }),
    ...(effort !== undefined && { effort }),
    ...shownOf(thinking.display),
  };
}

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
