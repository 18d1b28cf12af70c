import type { FinishReason } from '../../conversation/events.ts';

const names: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
};

/** @param legacy the client speaks of functions instead of tools */
export function encodeFinishReason(reason: FinishReason, legacy: boolean): string {
  return legacy && reason === 'tool-calls' ? 'function_call' : names[reason];
}
