import type { FinishReason } from './events.ts';

/**
 * Determines the finish reason that clients get. A choice with tool calls ends with `tool-calls`, because clients
 * ignore the calls otherwise. A choice without calls never does, because clients would wait for calls forever. Filters
 * and limits take precedence over this. A choice without a finish reason ends with `stop`.
 */
export function settleFinishReason(reason: FinishReason | undefined, hasToolCalls: boolean): FinishReason {
  if (reason !== undefined && overridingReasons.has(reason)) return reason;
  if (hasToolCalls) return 'tool-calls';
  return reason === undefined || reason === 'tool-calls' ? 'stop' : reason;
}

/** Reasons that apply whether an answer has tool calls or not. */
const overridingReasons: ReadonlySet<FinishReason> = new Set(['content-filter', 'refusal', 'length', 'context-full']);
