import type { FinishReason } from './events.ts';

/**
 * Why a choice ended, as clients must be told: any tool call makes it `tool-calls`, since clients loop for ever or drop
 * the call otherwise; a choice that nobody finished just stopped.
 */
export function settleFinishReason(reason: FinishReason | undefined, hasToolCalls: boolean): FinishReason {
  if (hasToolCalls) return 'tool-calls';
  return reason === undefined || reason === 'tool-calls' ? 'stop' : reason;
}
