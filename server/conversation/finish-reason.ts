import type { FinishReason } from './events.ts';

/**
 * Why a choice ended, as clients must be told: any tool call makes it `tool-calls`, since clients drop the call otherwise,
 * and none makes it no such thing, since they wait for calls for ever. Only a filtered answer stays filtered; a choice that
 * nobody finished just stopped.
 */
export function settleFinishReason(reason: FinishReason | undefined, hasToolCalls: boolean): FinishReason {
  if (reason === 'content-filter') return reason;
  if (hasToolCalls) return 'tool-calls';
  return reason === undefined || reason === 'tool-calls' ? 'stop' : reason;
}
