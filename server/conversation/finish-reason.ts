import type { FinishReason } from './events.ts';

/**
 * Why a choice ended, as clients must be told: any tool call makes it `tool-calls`, since clients drop the call otherwise,
 * and none makes it no such thing, since they wait for calls for ever. Only a filter and a limit stand above that; a choice
 * that nobody finished just stopped.
 */
export function settleFinishReason(reason: FinishReason | undefined, hasToolCalls: boolean): FinishReason {
  if (reason !== undefined && standing.has(reason)) return reason;
  if (hasToolCalls) return 'tool-calls';
  return reason === undefined || reason === 'tool-calls' ? 'stop' : reason;
}

/** What is true of an answer whether it has calls or not. */
const standing: ReadonlySet<FinishReason> = new Set(['content-filter', 'refusal', 'length', 'context-full']);
